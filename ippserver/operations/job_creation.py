"""Print-Job, Print-URI, Validate-Job and Create-Job (RFC 8011 4.2.1-4.2.4)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ippserver.engine.jobs import NewDocument
from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobStateReason
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword, Name, NameWithLanguage, RangeOfInteger
from ippserver.model.access import Access
from ippserver.model.errors import AttributesOrValuesNotSupported, Busy, NotAcceptingJobs
from ippserver.model.hold import has_begun
from ippserver.model.job import DEFAULT_PRIORITY, Job, JobDraft
from ippserver.model.states import JobEvent
from ippserver.model.ticket import Ticket, resolve
from ippserver.model.views import job_created
from ippserver.operations.declare import Call, Data, Definition, Reply, Target, job_group_of, operation
from ippserver.operations.documents import (
    DOCUMENT_CREATION,
    check_document,
    check_reference,
    fetched_document,
    incoming_document,
    name_of_job,
)
from ippserver.operations.language import plain

JOB_CREATION: Final[tuple[Definition, ...]] = (
    names.JOB_NAME,
    names.IPP_ATTRIBUTE_FIDELITY,
    names.JOB_K_OCTETS,
    names.JOB_IMPRESSIONS,
    names.JOB_MEDIA_SHEETS,
)
"""Operation attributes of every operation that creates a Job (RFC 8011 4.2.1.1)."""

_SIZES: Final[tuple[tuple[AttributeDef[int], AttributeDef[RangeOfInteger]], ...]] = (
    (names.JOB_K_OCTETS, names.JOB_K_OCTETS_SUPPORTED),
    (names.JOB_IMPRESSIONS, names.JOB_IMPRESSIONS_SUPPORTED),
    (names.JOB_MEDIA_SHEETS, names.JOB_MEDIA_SHEETS_SUPPORTED),
)
_KEPT: Final = (names.JOB_IMPRESSIONS, names.JOB_MEDIA_SHEETS)
"""What the client says of the Job's size and we cannot count ourselves."""


@operation(
    Operation.PRINT_JOB,
    target=Target.PRINTER,
    access=Access.SUBMIT,
    data=Data.REQUIRED,
    accepts=JOB_CREATION + DOCUMENT_CREATION,
    job_group=True,
    spec="RFC 8011 4.2.1",
)
async def print_job(call: Call) -> Reply:
    """Creates a Job of the one document that follows."""
    ticket = await _admit(call)
    return await _create(call, ticket, incoming_document(call))


@operation(
    Operation.PRINT_URI,
    target=Target.PRINTER,
    access=Access.SUBMIT,
    accepts=JOB_CREATION + DOCUMENT_CREATION,
    requires=(names.DOCUMENT_URI,),
    job_group=True,
    by_reference=True,
    spec="RFC 8011 4.2.2",
)
async def print_uri(call: Call) -> Reply:
    """Creates a Job of the document that document-uri names."""
    ticket = await _admit(call)
    async with fetched_document(call) as document:
        return await _create(call, ticket, document)


@operation(
    Operation.VALIDATE_JOB,
    target=Target.PRINTER,
    access=Access.SUBMIT,
    accepts=JOB_CREATION + DOCUMENT_CREATION,
    job_group=True,
    spec="RFC 8011 4.2.3",
)
async def validate_job(call: Call) -> Reply:
    """Answers as Print-Job would, and creates nothing."""
    return _reply(await _admit(call))


@operation(
    Operation.CREATE_JOB,
    target=Target.PRINTER,
    access=Access.SUBMIT,
    accepts=JOB_CREATION,
    job_group=True,
    spec="RFC 8011 4.2.4",
)
async def create_job(call: Call) -> Reply:
    """Creates a Job that Send-Document and Send-URI fill."""
    return await _create(call, await _admit(call), None)


async def _admit(call: Call) -> Ticket:
    """The checks of job creation, in order (RFC 3196 3.1.2.1.5-3.1.2.3).

    The values of the operation attributes, whether there is room, the Job Template attributes.
    """
    check_document(call)
    check_reference(call)
    _check_sizes(call)
    await _check_room(call)
    return _ticket(call, fidelity=names.IPP_ATTRIBUTE_FIDELITY.get(call.operation) or False)


def _ticket(call: Call, *, fidelity: bool) -> Ticket:
    return resolve(call.job_group, call.printer.capabilities, fidelity=fidelity, now=call.now)


def _check_sizes(call: Call) -> None:
    """Refuses whatever ipp-attribute-fidelity says, but names all that is unsupported (RFC 8011 4.1.7)."""
    bad = []
    for size, supported in _SIZES:
        value, bounds = size.get(call.operation), supported.get(call.printer.capabilities)
        if value is not None and bounds is not None and not bounds.lower <= value <= bounds.upper:
            bad.append(size.of(value))
    if bad:
        ticket = _ticket(call, fidelity=False)
        raise AttributesOrValuesNotSupported(unsupported=(*bad, *ticket.unsupported, *ticket.conflicting))


async def _check_room(call: Call) -> None:
    # A disabled Printer still says of a Job whether it would be good (RFC 3998 3.1.1).
    if not call.printer.status.accepting and call.request.operation_id != Operation.VALIDATE_JOB:
        raise NotAcceptingJobs
    full = await call.services.jobs.spool.full()
    call.printer.note_room(full)
    if full:
        raise Busy
    call.services.jobs.check_room()


async def _create(call: Call, ticket: Ticket, document: NewDocument | None) -> Reply:
    draft = _draft(call, ticket, document)
    job = await call.services.jobs.submit(draft, document, call.printer.config)
    if JobStateReason.JOB_HELD_ON_CREATE in job.reasons and not call.printer.status.holding:
        job = await release_held_on_create(call, job)  # Release-Held-New-Jobs came while it was arriving
    ahead = call.services.jobs.ahead_of(job)
    return replace(_reply(ticket), groups=(job_group_of(job_created(call.scene(job, ahead))),))


async def release_held_on_create(call: Call, job: Job) -> Job:
    """Lets a Job go that Hold-New-Jobs held (RFC 3998 3.3.2)."""
    drops = {JobStateReason.JOB_HELD_ON_CREATE}
    return await call.services.jobs.apply(job.id, lambda job: job.on(JobEvent.RELEASE, call.now, drops=drops))


def _reply(ticket: Ticket) -> Reply:
    """The outcome of a ticket; a conflict outweighs what was merely ignored (RFC 3196 3.1.2.3.5)."""
    status = Status.SUCCESSFUL_OK_CONFLICTING_ATTRIBUTES if ticket.conflicting else Status.SUCCESSFUL_OK
    return Reply(unsupported=(*ticket.unsupported, *ticket.conflicting), status=status)


def _draft(call: Call, ticket: Ticket, document: NewDocument | None) -> JobDraft:
    accepted = AttributeGroup(GroupTag.JOB, ticket.template)
    printer = call.printer.capabilities
    until = names.JOB_HOLD_UNTIL.get(accepted) or names.JOB_HOLD_UNTIL_DEFAULT.get(printer)
    held = until is not None and not has_begun(until, call.now)
    reasons = frozenset(
        _reasons_to_wait(held=held, incoming=document is None, holding=call.printer.status.holding)
    )
    elsewhere = {names.JOB_PRIORITY.name, *([names.JOB_HOLD_UNTIL.name] if held else [])}
    return JobDraft(
        uuid=call.services.ids.uuid(),
        printer=call.printer.path,
        user=_user(call),
        name=name_of_job(call),
        charset=str(names.ATTRIBUTES_CHARSET.get(call.operation)).lower(),
        natural_language=str(names.ATTRIBUTES_NATURAL_LANGUAGE.get(call.operation)).lower(),
        created=call.now,
        state=JobState.PENDING_HELD if reasons else JobState.PENDING,
        reasons=reasons,
        priority=names.JOB_PRIORITY.get(accepted)
        or names.JOB_PRIORITY_DEFAULT.get(printer)
        or DEFAULT_PRIORITY,
        hold_until=until if held else None,
        template=tuple(attribute for attribute in accepted if attribute.name not in elsewhere),
        supplied=tuple(_supplied(call, document)),
        incoming=document is None,
        touched=call.now,
    )


def _reasons_to_wait(*, held: bool, incoming: bool, holding: bool) -> Iterator[Keyword]:
    if holding:
        yield JobStateReason.JOB_HELD_ON_CREATE
    if held:
        yield JobStateReason.JOB_HOLD_UNTIL_SPECIFIED
    if incoming:
        yield JobStateReason.JOB_INCOMING
        yield JobStateReason.JOB_DATA_INSUFFICIENT


def _user(call: Call) -> Name | NameWithLanguage:
    """job-originating-user-name: the authenticated name, else as the client wrote it (RFC 8011 5.3.6)."""
    name = names.REQUESTING_USER_NAME.get(call.operation)
    if call.principal.authenticated or name is None or not plain(name):
        return Name(call.principal.name)
    return name


def _supplied(call: Call, document: NewDocument | None) -> Iterator[Attribute]:
    for definition in _KEPT:
        attribute = definition.attribute(call.operation)
        if attribute is not None:
            yield attribute
    for attribute in document.supplied if document else ():
        if attribute.name != names.DOCUMENT_URI.name:  # which is for Restart-Job, not for everybody to see
            yield attribute
