"""Documents of one Job that outputs get as one (multiple-document-handling, RFC 8011 5.2.4)."""

from typing import Final

from ippserver.iana import names
from ippserver.iana.keywords import MultipleDocumentHandling
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.model.capabilities import Capabilities
from ippserver.model.document import Document
from ippserver.model.job import Job

_AS_ONE: Final = (
    MultipleDocumentHandling.SINGLE_DOCUMENT,
    MultipleDocumentHandling.SINGLE_DOCUMENT_NEW_SHEET,
)


def are_one(job: Job, printer: Capabilities) -> bool:
    """Whether the Documents of the Job are to be printed as one."""
    template = AttributeGroup(GroupTag.JOB, job.template)
    handling = names.MULTIPLE_DOCUMENT_HANDLING.get(template)
    if handling is None:
        handling = names.MULTIPLE_DOCUMENT_HANDLING_DEFAULT.get(printer)
    return handling in _AS_ONE


def leader(job: Job, output: str) -> Document | None:
    """The Document that the others of the Job go with to the output: the first that does not go with one."""
    for document in job.documents:
        delivery = document.delivery(output)
        if not document.over and (delivery is None or not delivery.together):
            return document
    return None


def parts(job: Job, document: Document, output: str) -> tuple[Document, ...]:
    """What the output gets with the Document, in order: itself, and those that go with it."""
    others = (
        one
        for one in job.documents
        if not one.over
        and (delivery := one.delivery(output)) is not None
        and delivery.together == document.number
    )
    return (document, *others)


def is_shared(job: Job, document: Document) -> bool:
    """Whether the Document goes to some output as one with another."""
    return any(delivery.together for delivery in document.deliveries) or any(
        delivery.together == document.number for one in job.documents for delivery in one.deliveries
    )
