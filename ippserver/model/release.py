"""What has to happen before a Job is printed, and whether it is kept to be printed again (PWG 5100.11).

job-release-action and job-storage, as its client asks for them, and proofs.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ippserver.iana import names
from ippserver.iana.keywords import (
    JobReleaseAction,
    JobStateReason,
    JobStorageAccess,
    JobStorageDisposition,
    WhichJobs,
)
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword, OutOfBand, RangeOfInteger
from ippserver.model import password
from ippserver.model.printer import PrinterConfig

WAITS: Final[Mapping[Keyword, Keyword]] = {
    JobReleaseAction.BUTTON_PRESS: JobStateReason.JOB_HELD_FOR_BUTTON_PRESS,
    JobReleaseAction.JOB_PASSWORD: JobStateReason.JOB_PASSWORD_WAIT,
    JobReleaseAction.OWNER_AUTHORIZED: JobStateReason.JOB_HELD_FOR_AUTHORIZATION,
}
"""What a Job waits for, and as which of its job-state-reasons that shows."""
REASONS: Final = frozenset(WAITS.values())
ACTIONS: Final = (JobReleaseAction.NONE, *WAITS)
"""job-release-action-supported."""

ACCESSES: Final = (JobStorageAccess.OWNER, JobStorageAccess.PUBLIC)
"""job-storage-access-supported: users are not in groups."""
DISPOSITIONS: Final = (
    JobStorageDisposition.NONE,
    JobStorageDisposition.PRINT_AND_STORE,
    JobStorageDisposition.STORE_ONLY,
)
_STORAGE: Final = (names.JOB_STORAGE_ACCESS, names.JOB_STORAGE_DISPOSITION)
_PROOF: Final = (names.PROOF_PRINT_COPIES, names.MEDIA, names.MEDIA_COL)


def attributes(config: PrinterConfig) -> Iterator[Attribute]:
    """What a Printer says of releasing, storing and proofs."""
    yield from password.attributes(config.password_repertoire)
    yield names.JOB_RELEASE_ACTION_DEFAULT.of(JobReleaseAction.NONE)
    yield names.JOB_RELEASE_ACTION_SUPPORTED.of(*ACTIONS)
    yield names.JOB_STORAGE_SUPPORTED.of(*(Keyword(member.name) for member in _STORAGE))
    yield names.JOB_STORAGE_ACCESS_SUPPORTED.of(*ACCESSES)
    yield names.JOB_STORAGE_DISPOSITION_SUPPORTED.of(*DISPOSITIONS)
    yield names.PROOF_PRINT_DEFAULT.of(OutOfBand.NO_VALUE)
    yield names.PROOF_PRINT_SUPPORTED.of(*(Keyword(member.name) for member in _PROOF))
    yield names.PROOF_PRINT_COPIES_SUPPORTED.of(RangeOfInteger(0, config.max_copies))
    yield names.PROOF_COPIES_SUPPORTED.of(RangeOfInteger(1, config.max_copies))


def storage(access: Keyword | None, disposition: Keyword | None) -> Attribute:
    """job-storage of a Job whose client said so much: what it left out is as little as there is."""
    members = (
        names.JOB_STORAGE_ACCESS.of(access or JobStorageAccess.OWNER),
        names.JOB_STORAGE_DISPOSITION.of(disposition or JobStorageDisposition.PRINT_AND_STORE),
    )
    return names.JOB_STORAGE.of(Collection(members))


def access(supplied: Iterable[Attribute]) -> Keyword | None:
    """Who may print a Job again that is to be stored; None where it is not."""
    found = _stored(supplied)
    stores = found is not None and names.JOB_STORAGE_DISPOSITION.get(found) != JobStorageDisposition.NONE
    return names.JOB_STORAGE_ACCESS.get(found) if found is not None and stores else None


def store_only(supplied: Iterable[Attribute]) -> bool:
    """Whether a Job is stored and nothing else."""
    found = _stored(supplied)
    only = JobStorageDisposition.STORE_ONLY
    return found is not None and names.JOB_STORAGE_DISPOSITION.get(found) == only


def _stored(supplied: Iterable[Attribute]) -> Collection | None:
    return names.JOB_STORAGE.get(AttributeGroup(GroupTag.JOB, supplied))


def proof(template: Iterable[Attribute]) -> Keyword | None:
    """Which proof a Job has printed before all its copies.

    `proof-print`: it ends with the proof, and the rest is another Job, made of it by Resubmit-Job;
    `proof-and-suspend`: it waits with the rest for Resume-Job.
    """
    group = AttributeGroup(GroupTag.JOB, template)
    found = names.PROOF_PRINT.get(group)
    if found is not None and names.PROOF_PRINT_COPIES.get(found) != 0:
        return WhichJobs.PROOF_PRINT
    return None if names.PROOF_COPIES.get(group) is None else WhichJobs.PROOF_AND_SUSPEND


PROOFS: Final = frozenset({names.PROOF_PRINT.name, names.PROOF_COPIES.name})
"""What of a template a Job that is made of another one does not have."""
