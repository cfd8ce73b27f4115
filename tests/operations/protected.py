"""Jobs with a password, and requests that know it, for the tests of how they are released."""

from hashlib import sha256
from typing import Final

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation
from ippserver.iana.keywords import JobPasswordEncryption as Encryption
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Keyword, OctetString
from ippserver.testing.desk import PDF, Answer, Desk

PIN: Final = b"4711"


def key(octets: bytes = PIN, encryption: Keyword = Encryption.NONE) -> tuple[Attribute, Attribute]:
    """job-password and job-password-encryption."""
    return names.JOB_PASSWORD.of(OctetString(octets)), names.JOB_PASSWORD_ENCRYPTION.of(encryption)


def hashed(octets: bytes = PIN) -> tuple[Attribute, Attribute]:
    """As `key`, sent as its SHA2-256."""
    return key(sha256(octets).digest(), Encryption.SHA2_256)


def storage(disposition: Keyword, access: Keyword | None = None) -> Attribute:
    """job-storage."""
    members = [names.JOB_STORAGE_DISPOSITION.of(disposition)]
    return names.JOB_STORAGE.of(
        Collection([*members, *([] if access is None else [names.JOB_STORAGE_ACCESS.of(access)])])
    )


async def printed(desk: Desk, *attributes: Attribute, user: str = "alice") -> Answer:
    """The answer to Print-Job with `attributes`."""
    return await desk.ask(Operation.PRINT_JOB, *attributes, document=PDF, user=user)


async def locked(desk: Desk, *attributes: Attribute) -> int:
    """A Job of alice's that waits for PIN."""
    return (await printed(desk, *key(), *attributes)).job_id


async def stored(desk: Desk, *attributes: Attribute) -> int:
    """A Job of alice's that is made with `attributes` and has ended."""
    job_id = (await printed(desk, *attributes)).job_id
    async with desk.printing():
        await desk.until(job_id, JobState.COMPLETED)
    return job_id
