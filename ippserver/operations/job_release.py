"""Who gets a Job's pages, and when: passwords, release actions, storage, and Release-Job (PWG 5100.11).

That Release-Job, and the operations that print a Job again, take job-password and job-password-encryption is
our own: the standard has them entered at the device. What protects a Job is never ignored: where it cannot be
done, the request is refused, whatever its ipp-attribute-fidelity.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation
from ippserver.iana.keywords import JobReleaseAction, JobStateReason
from ippserver.iana.pairing import member_template
from ippserver.interfaces import JobQuery
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, OutOfBand
from ippserver.model import release
from ippserver.model.access import Access, owns
from ippserver.model.errors import (
    AttributesOrValuesNotSupported,
    BadRequest,
    ConflictingAttributes,
    NotAuthorized,
    TooManyJobs,
)
from ippserver.model.job import Job, JobDraft
from ippserver.model.password import ENCRYPTIONS, acceptable
from ippserver.model.states import JobEvent
from ippserver.operations.declare import Call, Definition, Reply, Target, operation
from ippserver.operations.job_hold import MESSAGES, note, released, told

KEY: Final[tuple[Definition, ...]] = (names.JOB_PASSWORD, names.JOB_PASSWORD_ENCRYPTION)
"""What the pages of a Job with a password are had by."""
PROTECTION: Final[tuple[Definition, ...]] = (*KEY, names.JOB_RELEASE_ACTION, names.JOB_STORAGE)
"""What a request that creates a Job says of who gets its pages, and when."""

_STORAGE: Final = member_template(names.JOB_STORAGE)


# ---- at creation


@dataclass(frozen=True, slots=True)
class Protection:
    """What a new Job waits for, and what it keeps of it."""

    waits: frozenset[Keyword]
    """Its job-state-reasons."""
    kept: tuple[Attribute, ...]


NO_PROTECTION: Final = Protection(frozenset(), ())


async def check_protection(call: Call) -> Protection:
    """The protection that the request asks for, and can have.

    Raises:
        BadRequest: One of job-password and job-password-encryption came without the other.
        AttributesOrValuesNotSupported: A value is not supported.
        ConflictingAttributes: It shall wait for a password that there is none of.
        TooManyJobs: No more Jobs can be stored.
    """
    bad = tuple(_unsupported(call))
    if bad:
        raise AttributesOrValuesNotSupported(unsupported=bad)
    protection = _protection(call)
    if release.access(protection.kept) is not None:
        most = call.printer.config.max_stored_jobs
        stored = JobQuery(printer=call.printer.path, stored=release.ACCESSES, first=most, limit=1)
        if await call.services.jobs.query(stored):
            raise TooManyJobs("No more jobs can be stored: cancel some of those that are.")
    return protection


def _unsupported(call: Call) -> Iterator[Attribute]:
    key, printer = _key(call), call.printer.capabilities
    if key is not None:
        octets, encryption = key
        repertoire = call.printer.config.password_repertoire
        if encryption not in ENCRYPTIONS:
            yield names.JOB_PASSWORD_ENCRYPTION.of(encryption)
        elif not _is_key(call) and not acceptable(octets, encryption, repertoire):
            yield Attribute(names.JOB_PASSWORD.name, (OutOfBand.UNSUPPORTED,))  # never the octets themselves
    action = names.JOB_RELEASE_ACTION.get(call.operation)
    if action is not None and action not in release.ACTIONS:
        yield names.JOB_RELEASE_ACTION.of(action)
    storage = names.JOB_STORAGE.get(call.operation)
    if storage is not None:
        values = _STORAGE.unsupported([storage], printer, now=datetime.fromtimestamp(call.now, UTC))
        yield from [Attribute(names.JOB_STORAGE.name, values)] if values else []


def _protection(call: Call) -> Protection:
    printer, storage = call.printer.capabilities, names.JOB_STORAGE.get(call.operation)
    action = names.JOB_RELEASE_ACTION.get(call.operation) or names.JOB_RELEASE_ACTION_DEFAULT.get(printer)
    kept = []
    if action is not None and action != JobReleaseAction.NONE:
        kept.append(names.JOB_RELEASE_ACTION.of(action))
    if storage is not None:
        access = names.JOB_STORAGE_ACCESS.get(storage)
        kept.append(release.storage(access, names.JOB_STORAGE_DISPOSITION.get(storage)))
    waits = {reason for each, reason in release.WAITS.items() if each == action}
    if names.JOB_PASSWORD.get(call.operation) is not None:
        waits |= set() if _is_key(call) else {JobStateReason.JOB_PASSWORD_WAIT}
    elif action == JobReleaseAction.JOB_PASSWORD:
        raise ConflictingAttributes(unsupported=(names.JOB_RELEASE_ACTION.of(action),))
    # What is only stored has no pages yet: who wants them later needs the password then.
    return Protection(frozenset() if release.store_only(kept) else frozenset(waits), tuple(kept))


async def protected(call: Call, draft: JobDraft, protection: Protection) -> JobDraft:
    """`draft` with `protection`, and with the password of the request, or of the Job that it is a copy of."""
    password = None if call.target_job is None else call.target_job.password
    key = _key(call)
    if password is not None:
        password = password.forgiven()
    elif key is not None:
        password = await call.services.passwords.sealed(*key)
    reasons = draft.reasons | protection.waits
    return replace(
        draft,
        password=password,
        reasons=reasons,
        state=JobState.PENDING_HELD if reasons else JobState.PENDING,
        supplied=(*draft.supplied, *protection.kept),
    )


def _is_key(call: Call) -> bool:
    """Whether a password in the request is that of the Job that is copied, and not a new one."""
    return call.target_job is not None and call.target_job.password is not None


def _key(call: Call) -> tuple[bytes, Keyword] | None:
    octets = names.JOB_PASSWORD.get(call.operation)
    encryption = names.JOB_PASSWORD_ENCRYPTION.get(call.operation)
    if octets is None and encryption is None:
        return None
    if octets is None or not isinstance(encryption, Keyword):
        raise BadRequest(f"{names.JOB_PASSWORD.name} and {names.JOB_PASSWORD_ENCRYPTION.name} come together.")
    return bytes(octets), encryption


# ---- afterwards


async def unlock(call: Call) -> None:
    """Returns where the request may have the pages of its Job.

    Nobody is above that, not even an Operator: a password says that its owner stands at the printer.

    Raises:
        NotAuthorized: It is for its owner alone, or has a password that the request does not know.
        Busy: The password was wrong too often.
    """
    action = names.JOB_RELEASE_ACTION.get({each.name: each for each in call.job.supplied})
    if action == JobReleaseAction.OWNER_AUTHORIZED and not owns(call.principal, call.job):
        raise NotAuthorized("Only its owner can have this job printed.")
    if call.job.password is None:
        return
    key = _key(call)
    if key is None:
        raise NotAuthorized("The job has a password: give it.")
    await call.services.passwords.ask(call.job, *key, call.origin.peer)


@operation(
    Operation.RELEASE_JOB,
    target=Target.JOB,
    access=Access.OWN,
    accepts=(*MESSAGES, *KEY),
    spec="RFC 8011 4.3.6",
)
async def release_job(call: Call) -> Reply:
    """Lets a held Job go; one that is not held is left as it is."""
    note(call)
    locked = call.job.reasons & release.REASONS
    if locked:
        await unlock(call)
    await call.services.jobs.apply(call.job.id, lambda job: told(call, _released(job, locked, call.now)))
    return Reply()


def _released(job: Job, unlocked: frozenset[Keyword], now: float) -> Job:
    if JobStateReason.JOB_SUSPENDED_FOR_APPROVAL in job.reasons:  # its proof is good
        return job.on(JobEvent.RESUME_JOB, now)
    return released(job, now, unlocked)
