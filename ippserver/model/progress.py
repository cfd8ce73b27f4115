"""How much a Job is, and how far it has come (RFC 8011 5.3.17, 5.3.18).

Known of Documents that were converted, and where the device behind an output tells. Else there is only what
the client said.
"""

from typing import Final, TypeVar

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import DocumentState
from ippserver.iana.keywords import Sides
from ippserver.ipp.attributes import AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.model.amount import NOTHING, Amount, countable
from ippserver.model.job import Job
from ippserver.model.together import goes_with_another

T = TypeVar("T")


def documents_done(job: Job) -> int:
    """How many of its Documents every output has, but for those that were given up."""
    return sum(
        bool(document.deliveries)
        and all(delivery.settled for delivery in document.deliveries)
        and not document.lost
        for document in job.documents
    )


def k_octets(job: Job) -> int:
    """job-k-octets."""
    return -(-job.size_octets // 1024)


def k_octets_processed(job: Job) -> int:
    """job-k-octets-processed."""
    done = (one for one in job.documents if one.state is DocumentState.COMPLETED)
    return -(-sum(document.size_octets for document in done) // 1024)


def stated(job: Job, size: AttributeDef[int], otherwise: T) -> int | T:
    """What the client said of the Job's `size` when it created it."""
    said = size.get(AttributeGroup(GroupTag.JOB, job.supplied))
    return otherwise if said is None else said


def extent(job: Job) -> Amount | None:
    """How much the Job is; None until all Documents that were not canceled are counted."""
    extents = [
        one.whole
        for one in job.documents
        if not goes_with_another(one) and (one.extent or one.state is not DocumentState.CANCELED)
    ]
    known = [each for each in extents if each is not None]
    return Amount.sum(known) if known and len(known) == len(extents) else None


def done(job: Job) -> Amount | None:
    """How much of it is done; None where nothing is counted."""
    counted = [one for one in job.documents if one.extent is not None or one.printed != NOTHING]
    amounts = [one.printed for one in counted if not goes_with_another(one)]
    return Amount.sum(amounts) if amounts else None


def impressions(job: Job, otherwise: T) -> int | T:
    """job-impressions: counted, else as the client stated."""
    whole = extent(job)
    return stated(job, names.JOB_IMPRESSIONS, otherwise) if whole is None else whole.impressions


def sheets(job: Job, otherwise: T) -> int | T:
    """job-media-sheets, likewise."""
    whole = extent(job)
    return stated(job, names.JOB_MEDIA_SHEETS, otherwise) if whole is None else whole.sheets


def pages(job: Job) -> int | None:
    """job-pages, likewise; None where nobody knows."""
    whole = extent(job)
    return stated(job, names.JOB_PAGES, None) if whole is None else whole.pages


def pages_completed(job: Job) -> int | None:
    """job-pages-completed; None of a Job that is done and whose pages nobody has counted."""
    counted = done(job)
    if counted is not None:
        return counted.pages
    return stated(job, names.JOB_PAGES, None) if _is_done(job) else 0


def impressions_completed(job: Job) -> int:
    """job-impressions-completed.

    Where nobody counts: as the client stated once all is done, until then one for each Document.
    """
    counted = done(job)
    if counted is not None:
        return counted.impressions
    ready = documents_done(job)
    return stated(job, names.JOB_IMPRESSIONS, ready) if _is_done(job) else ready


def sheets_completed(job: Job) -> int:
    """job-media-sheets-completed, likewise; until all is done what the impressions need."""
    counted = done(job)
    if counted is not None:
        return counted.sheets
    said = stated(job, names.JOB_MEDIA_SHEETS, None)
    if said is not None and _is_done(job):
        return said
    template = AttributeGroup(GroupTag.JOB, job.template)
    one_copy = -(-impressions_completed(job) // faces(template))
    return countable((names.COPIES.get(template) or 1) * one_copy)


_KINDS: Final = (
    names.BLANK,
    names.BLANK_TWO_SIDED,
    names.FULL_COLOR,
    names.FULL_COLOR_TWO_SIDED,
    names.MONOCHROME,
    names.MONOCHROME_TWO_SIDED,
)


def impressions_col(amount: Amount | None) -> Collection | None:
    """job-impressions-col and the like of `amount`; None where its kinds are not known."""
    kinds = None if amount is None else amount.kinds_of_impressions
    if kinds is None:
        return None
    return Collection([member.of(each) for member, each in zip(_KINDS, kinds.all, strict=True)])


def sheets_col(amount: Amount | None) -> Collection | None:
    """job-media-sheets-col and the like, which do not tell which sheets are printed on both sides."""
    kinds = None if amount is None else amount.kinds_of_sheets
    if kinds is None:
        return None
    return Collection(
        [
            names.BLANK.of(kinds.without_marks),
            names.FULL_COLOR.of(kinds.in_color),
            names.MONOCHROME.of(kinds.in_monochrome),
        ]
    )


def pages_col(amount: Amount | None) -> Collection | None:
    """job-pages-col and the like."""
    kinds = None if amount is None else amount.kinds_of_pages
    if kinds is None:
        return None
    return Collection([names.FULL_COLOR.of(kinds.in_color), names.MONOCHROME.of(kinds.monochrome)])


def faces(template: AttributeGroup) -> int:
    """How many sides of a sheet are printed."""
    return 1 if (names.SIDES.get(template) or Sides.ONE_SIDED) == Sides.ONE_SIDED else 2


def _is_done(job: Job) -> bool:
    return bool(job.documents) and documents_done(job) == len(job.documents)
