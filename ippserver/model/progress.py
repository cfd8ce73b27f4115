"""How far a Job has come, as far as somebody knows it: nobody counts pages yet (RFC 8011 5.3.18)."""

from ippserver.iana import names
from ippserver.iana.keywords import Sides
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.model.job import Job


def documents_done(job: Job) -> int:
    """How many of its Documents every output has."""
    return sum(
        bool(document.deliveries) and all(delivery.done for delivery in document.deliveries)
        for document in job.documents
    )


def impressions_completed(job: Job) -> int:
    """job-impressions-completed: as the client stated once all is done, until then one for each Document."""
    done = documents_done(job)
    stated = names.JOB_IMPRESSIONS.get(AttributeGroup(GroupTag.JOB, job.supplied))
    return done if stated is None or done < len(job.documents) else stated


def sheets_completed(job: Job) -> int:
    """job-media-sheets-completed: as the client stated once all is done, else what the impressions need."""
    stated = names.JOB_MEDIA_SHEETS.get(AttributeGroup(GroupTag.JOB, job.supplied))
    if stated is not None and job.documents and documents_done(job) == len(job.documents):
        return stated
    template = AttributeGroup(GroupTag.JOB, job.template)
    faces = 1 if (names.SIDES.get(template) or Sides.ONE_SIDED) == Sides.ONE_SIDED else 2
    return (names.COPIES.get(template) or 1) * -(-impressions_completed(job) // faces)
