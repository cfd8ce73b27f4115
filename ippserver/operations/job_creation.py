"""Print-Job, Print-URI, Validate-Job, Create-Job (RFC 8011 4.2.1-4.2.4), and the Jobs made of other Jobs."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ippserver.engine.jobs import NewDocument
from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation
from ippserver.iana.keywords import JobHoldUntil, JobStateReason
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Name, NameWithLanguage
from ippserver.model.access import Access
from ippserver.model.errors import AttributesOrValuesNotSupported, Busy, NotAcceptingJobs, NotPossible
from ippserver.model.job import Job, JobDraft
from ippserver.model.release import PROOFS
from ippserver.model.scheduling import WAITS, schedule, whole_template, with_defaults
from ippserver.model.states import JobEvent
from ippserver.model.ticket import Ticket, overlaid, resolve
from ippserver.model.views import job_created
from ippserver.operations.declare import Call, Data, Definition, Reply, Target, job_group_of, operation
from ippserver.operations.documents import (
    DOCUMENT_CREATION,
    check_document,
    check_reference,
    document_ticket,
    fetched_again,
    fetched_document,
    incoming_document,
    joined,
    name_of_job,
    with_outcome,
    without_name,
)
from ippserver.operations.job_description import JOB_DESCRIPTION, ignored, kept, oversizes
from ippserver.operations.job_hold import HOLDS, MESSAGES, hold_attribute, hold_of, note
from ippserver.operations.job_release import (
    KEY,
    NO_PROTECTION,
    PROTECTION,
    Protection,
    check_protection,
    protected,
    unlock,
)
from ippserver.operations.owner import owner_of
from ippserver.operations.subscribing import expecting, foreseen, wishes

JOB_CREATION: Final[tuple[Definition, ...]] = (
    names.JOB_NAME,
    names.IPP_ATTRIBUTE_FIDELITY,
    *JOB_DESCRIPTION,
    *PROTECTION,
)
"""Operation attributes of every operation that creates a Job (RFC 8011 4.2.1.1)."""

_OF_ITS_REQUEST: Final = frozenset(
    definition.name
    for definition in (
        names.CLIENT_INFO,
        names.JOB_MANDATORY_ATTRIBUTES,
        names.JOB_MESSAGE_FROM_OPERATOR,
        names.JOB_ORIGINATING_USER_URI,
        names.JOB_RELEASE_ACTION,
        names.JOB_STORAGE,
    )
)
"""What a Job has of the one request that it is about."""
_OF_DOCUMENTS: Final = frozenset({names.DOCUMENT_URI.name, names.DOCUMENT_MESSAGE.name})
"""What is said of a Document and not shown of its Job."""
_INCOMING: Final = frozenset({JobStateReason.JOB_INCOMING, JobStateReason.JOB_DATA_INSUFFICIENT})


@operation(
    Operation.PRINT_JOB,
    target=Target.PRINTER,
    access=Access.SUBMIT,
    data=Data.REQUIRED,
    accepts=JOB_CREATION + DOCUMENT_CREATION,
    job_group=True,
    document_group=True,
    subscription_groups=True,
    spec="RFC 8011 4.2.1",
)
async def print_job(call: Call) -> Reply:
    """Creates a Job of the one document that follows."""
    admitted = await _admit(call)
    return await _create(call, admitted, incoming_document(call))


@operation(
    Operation.PRINT_URI,
    target=Target.PRINTER,
    access=Access.SUBMIT,
    accepts=JOB_CREATION + DOCUMENT_CREATION,
    requires=(names.DOCUMENT_URI,),
    job_group=True,
    document_group=True,
    subscription_groups=True,
    by_reference=True,
    spec="RFC 8011 4.2.2",
)
async def print_uri(call: Call) -> Reply:
    """Creates a Job of the document that document-uri names."""
    admitted = await _admit(call)
    async with fetched_document(call) as document:
        return await _create(call, admitted, document)


@operation(
    Operation.VALIDATE_JOB,
    target=Target.PRINTER,
    access=Access.SUBMIT,
    accepts=JOB_CREATION + DOCUMENT_CREATION,
    job_group=True,
    document_group=True,
    subscription_groups=True,
    spec="RFC 8011 4.2.3",
)
async def validate_job(call: Call) -> Reply:
    """Answers as Print-Job would, and creates nothing."""
    ticket, _ = await _admit(call)
    return foreseen(call, _reply(ticket))


@operation(
    Operation.CREATE_JOB,
    target=Target.PRINTER,
    access=Access.SUBMIT,
    accepts=JOB_CREATION,
    job_group=True,
    subscription_groups=True,
    spec="RFC 8011 4.2.4",
)
async def create_job(call: Call) -> Reply:
    """Creates a Job that Send-Document and Send-URI fill."""
    return await _create(call, await _admit(call), None)


@operation(
    Operation.REPROCESS_JOB,
    target=Target.JOB,
    access=Access.REPRINT,
    accepts=MESSAGES + HOLDS + KEY,
    spec="RFC 3998 4.1",
)
async def reprocess_job(call: Call) -> Reply:
    """Creates a Job that is a copy of one of the history."""
    note(call)
    until, unsupported = hold_of(call, absent=JobHoldUntil.NO_HOLD)
    held = () if until == JobHoldUntil.NO_HOLD else (hold_attribute(until),)
    reply = await _copy(call, Ticket(held), NO_PROTECTION)
    return replace(reply, unsupported=unsupported)


@operation(
    Operation.RESUBMIT_JOB,
    target=Target.JOB,
    access=Access.REPRINT,
    accepts=(*JOB_CREATION, *MESSAGES),
    job_group=True,
    subscription_groups=True,
    spec="PWG 5100.7 4.4",
)
async def resubmit_job(call: Call) -> Reply:
    """Creates a Job that is a copy of one of the history, but for what the request says anew."""
    note(call)
    _check_sizes(call)
    fidelity = names.IPP_ATTRIBUTE_FIDELITY.get(call.operation) or False
    protection = await check_protection(call)
    return await _copy(call, _ticket(call, fidelity=fidelity), protection)


async def _copy(call: Call, ticket: Ticket, protection: Protection) -> Reply:
    """Prints again what the Job has, but not when that was to be, and in full; the Job itself stays as it is.

    Raises:
        NotPossible: It is not over yet, or its documents are gone.
    """
    if not call.job.terminal or not call.job.retained:
        raise NotPossible("The job has no documents to print again, or is not over yet.")
    await _check_room(call)
    await unlock(call)
    old = {name: kept for name, kept in whole_template(call.job).items() if name not in WAITS | PROOFS}
    template = tuple(overlaid(old, ticket.template).values())
    name = names.JOB_NAME.get(call.operation) or call.job.name
    draft = _draft(call, replace(ticket, template=template), name=name, incoming=False)
    draft = replace(draft, supplied=tuple(_supplied_anew(call).values()))
    draft = await protected(call, draft, protection)
    async with fetched_again(call) as documents:
        with expecting(call, draft) as subscribing:
            job = await call.services.jobs.submit_copy(draft, call.job, documents, call.printer.config)
    return await subscribing.answered(await _created(call, ticket, job))


async def _admit(call: Call) -> tuple[Ticket, Protection]:
    """The checks of job creation, in order (RFC 3196 3.1.2.1.5-3.1.2.3).

    The values of the operation attributes, whether there is room, the Job Template attributes.
    """
    wishes(call, about_job=True)  # one that cannot be understood is refused before anything else is done
    check_document(call)
    check_reference(call)
    _check_sizes(call)
    protection = await check_protection(call)
    await _check_room(call)
    ticket = _ticket(call, fidelity=names.IPP_ATTRIBUTE_FIDELITY.get(call.operation) or False)
    return joined(ticket, document_ticket(call)), protection


def _ticket(call: Call, *, fidelity: bool) -> Ticket:
    mandatory = names.JOB_MANDATORY_ATTRIBUTES.all(call.operation)
    wanted, printer = without_name(call.job_group), call.printer.capabilities
    ticket = resolve(wanted, printer, fidelity=fidelity, mandatory=mandatory, now=call.now)
    return replace(ticket, unsupported=(*ticket.unsupported, *ignored(call)))


def _check_sizes(call: Call) -> None:
    """Refuses whatever ipp-attribute-fidelity says, but names all that is unsupported (RFC 8011 4.1.7)."""
    bad = oversizes(call)
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


async def _create(call: Call, admitted: tuple[Ticket, Protection], document: NewDocument | None) -> Reply:
    ticket, protection = admitted
    draft = _draft(call, ticket, name=name_of_job(call), incoming=document is None)
    draft = replace(draft, supplied=tuple(_supplied(call, document)))
    draft = await protected(call, draft, protection)
    with expecting(call, draft) as subscribing:
        job = await call.services.jobs.submit(draft, document, call.printer.config)
    return await subscribing.answered(await _created(call, ticket, job))


async def _created(call: Call, ticket: Ticket, job: Job) -> Reply:
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
    return with_outcome(Reply(), ticket)


def _draft(call: Call, ticket: Ticket, *, name: Name | NameWithLanguage, incoming: bool) -> JobDraft:
    accepted = {attribute.name: attribute for attribute in ticket.template}
    plan = schedule(with_defaults(accepted, call.printer.capabilities).values(), call.now)
    reasons = plan.reasons | (_INCOMING if incoming else frozenset())
    if call.printer.status.holding:
        reasons |= {JobStateReason.JOB_HELD_ON_CREATE}
    return JobDraft(
        uuid=call.services.ids.uuid(),
        printer=call.printer.path,
        user=owner_of(call),
        name=name,
        charset=str(names.ATTRIBUTES_CHARSET.get(call.operation)).lower(),
        natural_language=str(names.ATTRIBUTES_NATURAL_LANGUAGE.get(call.operation)).lower(),
        created=call.now,
        state=JobState.PENDING_HELD if reasons else JobState.PENDING,
        reasons=reasons,
        priority=plan.priority,
        hold_until=plan.hold_until,
        delay_until=plan.delay_until,
        template=plan.template,
        incoming=incoming,
        touched=call.now,
    )


def _supplied(call: Call, document: NewDocument | None) -> Iterator[Attribute]:
    yield from kept(call)
    for attribute in document.supplied if document else ():
        if attribute.name not in _OF_DOCUMENTS:
            yield attribute


def _supplied_anew(call: Call) -> dict[str, Attribute]:
    """What a copy has of its original's client, and of its own."""
    kept = {each.name: each for each in call.job.supplied if each.name not in _OF_ITS_REQUEST}
    new = {each.name: each for each in _supplied(call, None)}
    message = names.JOB_MESSAGE_FROM_OPERATOR.attribute(call.operation)
    return kept | new | ({} if message is None else {message.name: message})
