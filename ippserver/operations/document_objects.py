"""The Documents of a Job, each by itself (PWG 5100.5, PWG 5100.13 Validate-Document)."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Final

from ippserver.iana import names
from ippserver.iana.enums import DocumentState, Operation
from ippserver.iana.groups import ALL
from ippserver.iana.keywords import DocumentStateReason
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword
from ippserver.model.access import Access, allowed, owns
from ippserver.model.capabilities import Capabilities, document_templates
from ippserver.model.document import Document
from ippserver.model.document_states import DocumentEvent
from ippserver.model.document_ticket import resolve_document
from ippserver.model.document_views import (
    DOCUMENT_PRIVATE,
    DocumentScene,
    document_attributes,
    document_names,
)
from ippserver.model.errors import ConflictingAttributes, NotFound, NotPossible
from ippserver.model.job import Job
from ippserver.model.selection import DOCUMENT_GROUPS, Selection
from ippserver.model.states import ACTIVE
from ippserver.model.ticket import clashing
from ippserver.operations.declare import Call, Definition, Reply, Target, operation
from ippserver.operations.documents import DOCUMENT_CREATION, check_document, document_ticket, with_outcome
from ippserver.operations.job_hold import note
from ippserver.operations.setting import Settables, Wanted

_BRIEF: Final = (Keyword(names.DOCUMENT_NUMBER.name), Keyword(names.LAST_DOCUMENT.name))
"""What Get-Documents shows unasked."""
_DESCRIPTIVE: Final[tuple[Definition, ...]] = (names.DOCUMENT_NAME,)
"""What can be set beside Document Template attributes, and while the Document is processed."""


@operation(
    Operation.GET_DOCUMENTS,
    target=Target.JOB,
    access=Access.QUERY,
    accepts=(names.FIRST_INDEX, names.LIMIT, names.REQUESTED_ATTRIBUTES),
    spec="PWG 5100.5 3.3",
)
async def get_documents(call: Call) -> Reply:
    """Lists the Documents of a Job by their numbers: one document group each."""
    first = (names.FIRST_INDEX.get(call.operation) or 1) - 1
    limit = names.LIMIT.get(call.operation)
    listed = islice(call.job.documents[first:], limit)
    return _shown(call, listed, names.REQUESTED_ATTRIBUTES.all(call.operation) or _BRIEF)


@operation(
    Operation.GET_DOCUMENT_ATTRIBUTES,
    target=Target.DOCUMENT,
    access=Access.QUERY,
    accepts=(names.REQUESTED_ATTRIBUTES,),
    spec="PWG 5100.5 4.3",
)
async def get_document_attributes(call: Call) -> Reply:
    """Shows one Document of a Job."""
    return _shown(call, [call.job_document], names.REQUESTED_ATTRIBUTES.all(call.operation) or (ALL,))


def _shown(call: Call, documents: Iterable[Document], requested: Iterable[Keyword]) -> Reply:
    """The `documents`; of somebody else's Job nothing of DOCUMENT_PRIVATE, as of the Job itself."""
    is_open = allowed(call.services.preset, Access.OWN, call.principal, call.job)
    wanted = Selection(requested, DOCUMENT_GROUPS, hidden=() if is_open else DOCUMENT_PRIVATE)
    at = call.scene(call.job).at
    groups = tuple(document_attributes(DocumentScene(one, call.job, at), wanted) for one in documents)
    unknown = wanted.unknown(document_names(call.printer.capabilities), DOCUMENT_GROUPS)
    return Reply(groups, (names.REQUESTED_ATTRIBUTES.of(*unknown),) if unknown else ())


@operation(
    Operation.CANCEL_DOCUMENT,
    target=Target.DOCUMENT,
    access=Access.OWN,
    accepts=(names.MESSAGE,),
    spec="PWG 5100.5 4.5",
)
async def cancel_document(call: Call) -> Reply:
    """Cancels one Document of a Job; the others are printed."""
    note(call)
    mine = owns(call.principal, call.job)
    reason = DocumentStateReason.CANCELED_BY_USER if mine else DocumentStateReason.CANCELED_BY_OPERATOR

    def canceled(job: Job) -> Job:
        return job.with_document(_now(call, job).on(DocumentEvent.CANCEL, call.now, adds={reason}))

    await call.services.jobs.apply(call.job.id, canceled)
    return Reply()


@operation(Operation.DELETE_DOCUMENT, target=Target.DOCUMENT, access=Access.OWN, spec="PWG 5100.5 4")
async def delete_document(call: Call) -> Reply:
    """Forgets one Document of a Job that is not at work, and its octets; no other one gets its number."""

    def check(job: Job) -> None:
        _now(call, job)
        if job.state in ACTIVE:
            raise NotPossible(f"No document of a job that is {job.state.keyword} can be deleted.")

    await call.services.jobs.delete_document(call.job.id, call.job_document.number, check)
    return Reply()


@operation(
    Operation.SET_DOCUMENT_ATTRIBUTES,
    target=Target.DOCUMENT,
    access=Access.OWN,
    document_group=True,
    spec="PWG 5100.5 4.4",
)
async def set_document_attributes(call: Call) -> Reply:
    """Sets and deletes attributes of a Document: all that the request names, or none."""
    wanted = Wanted.of(call.document_group)
    _settables(call.printer.capabilities, call.now).check(wanted)
    await call.services.jobs.apply(call.job.id, lambda job: job.with_document(_set(_now(call, job), wanted)))
    return Reply()


@operation(
    Operation.VALIDATE_DOCUMENT,
    target=Target.PRINTER,
    access=Access.SUBMIT,
    accepts=(*DOCUMENT_CREATION, names.IPP_ATTRIBUTE_FIDELITY),
    document_group=True,
    spec="PWG 5100.13 4",
)
async def validate_document(call: Call) -> Reply:
    """Answers as Send-Document would, and adds nothing to any Job."""
    check_document(call)
    return with_outcome(Reply(), document_ticket(call))


def _now(call: Call, job: Job) -> Document:
    """The Document that the request is about, as it is inside the transaction."""
    try:
        return job.document(call.job_document.number)
    except KeyError:
        raise NotFound("The document was deleted meanwhile.") from None


def _settables(printer: Capabilities, now: float) -> Settables:
    def unsupported(template: Iterable[Attribute]) -> tuple[Attribute, ...]:
        group = AttributeGroup(GroupTag.DOCUMENT, template)
        return resolve_document(group, printer, fidelity=False, now=now).unsupported

    return Settables(
        descriptive=_DESCRIPTIVE,
        template=frozenset(document_templates(printer)),
        known=document_names(printer),
        unsupported=unsupported,
    )


def _set(document: Document, wanted: Wanted) -> Document:
    """A pure step: `document` as wanted.

    Raises:
        NotPossible: It is over, or is at work and its pages would change.
        ConflictingAttributes: Something wanted contradicts another attribute of the Document.
    """
    descriptive = {definition.name for definition in _DESCRIPTIVE}
    if document.over or (document.state is not DocumentState.PENDING and wanted.names - descriptive):
        raise NotPossible(f"This cannot be set of a document that is {document.state.keyword}.")
    template = {each.name: each for each in document.template if each.name not in wanted.deleted}
    template |= {name: each for name, each in wanted.set.items() if name not in descriptive}
    clashes = clashing(template)
    conflicting = tuple(each for name, each in wanted.set.items() if name in clashes)
    if conflicting:
        raise ConflictingAttributes(unsupported=conflicting)
    name = names.DOCUMENT_NAME.get(wanted.set)
    if name is None and names.DOCUMENT_NAME.name not in wanted.deleted:
        name = document.name
    return replace(document, name=name, template=tuple(template.values()))
