"""How far a Job has come, as far as somebody knows it: nobody counts pages yet (RFC 8011 5.3.18)."""

from typing import TypeVar

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.keywords import Sides
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.model.job import Job

T = TypeVar("T")


def documents_done(job: Job) -> int:
    """How many of its Documents every output has, but for those that were given up."""
    return sum(
        bool(document.deliveries)
        and all(delivery.settled for delivery in document.deliveries)
        and not document.lost
        for document in job.documents
    )


def stated(job: Job, size: AttributeDef[int], otherwise: T) -> int | T:
    """What the client said of the Job's `size` when it created it."""
    said = size.get(AttributeGroup(GroupTag.JOB, job.supplied))
    return otherwise if said is None else said


def impressions_completed(job: Job) -> int:
    """job-impressions-completed: as the client stated once all is done, until then one for each Document."""
    done = documents_done(job)
    return done if done < len(job.documents) else stated(job, names.JOB_IMPRESSIONS, done)


def sheets_completed(job: Job) -> int:
    """job-media-sheets-completed: as the client stated once all is done, else what the impressions need."""
    said = stated(job, names.JOB_MEDIA_SHEETS, None)
    if said is not None and job.documents and documents_done(job) == len(job.documents):
        return said
    template = AttributeGroup(GroupTag.JOB, job.template)
    faces = 1 if (names.SIDES.get(template) or Sides.ONE_SIDED) == Sides.ONE_SIDED else 2
    return (names.COPIES.get(template) or 1) * -(-impressions_completed(job) // faces)
