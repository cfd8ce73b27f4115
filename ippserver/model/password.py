"""The password of a Job: what one may be, what is kept of it, and how guessing is slowed down (PWG 5100.11).

The octets themselves are kept nowhere: of what the client sent, which may be a hash already, a slow salted
hash is kept. Making and comparing it takes some 50 ms of computing, so it is done off the event loop.
"""

import hashlib
import hmac
import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from ippserver.iana import names
from ippserver.iana.keywords import JobPasswordEncryption as Encryption
from ippserver.iana.keywords import JobPasswordRepertoire as Repertoire
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, OctetString, RangeOfInteger

MAX_OCTETS: Final = 255
SHORTEST: Final = 4
"""What job-password-length-supported begins with: characters, before they are encrypted."""

_HASHES: Final[Mapping[Keyword, Callable[[bytes], "hashlib._Hash"]]] = {
    Encryption.SHA2_256: hashlib.sha256,
    Encryption.SHA2_224: hashlib.sha224,
    Encryption.SHA2_384: hashlib.sha384,
    Encryption.SHA2_512: hashlib.sha512,
    Encryption.SHA3_224: hashlib.sha3_224,
    Encryption.SHA3_256: hashlib.sha3_256,
    Encryption.SHA3_384: hashlib.sha3_384,
    Encryption.SHA3_512: hashlib.sha3_512,
}
ENCRYPTIONS: Final = (*_HASHES, Encryption.NONE)
"""job-password-encryption-supported: CUPS takes the first one unless it is told another.

`none` is among them for phones and because it is no weaker: a PIN of four digits is guessed from its unsalted
hash at once, and whoever reads the password on the network reads the document with it.
"""

SECRET: Final = frozenset({names.JOB_PASSWORD.name, names.DOCUMENT_PASSWORD.name})
"""The attributes whose values nobody gets to see."""

_LETTERS: Final = frozenset(string.ascii_letters)
REPERTOIRES: Final[Mapping[Keyword, Callable[[str], bool]]] = {
    Repertoire.IANA_US_ASCII_DIGITS: lambda text: text.isascii() and text.isdecimal(),
    Repertoire.IANA_US_ASCII_LETTERS: lambda text: _LETTERS.issuperset(text),
    Repertoire.IANA_UTF_8_ANY: str.isprintable,
}
"""What a password may consist of; it can be told of one that came without encryption only."""

_COST: Final = 2**14
_BLOCK: Final = 8
"""scrypt with these takes 16 MiB and some 50 ms."""

FREE_TRIES: Final = 3
"""So many wrong passwords one after the other cost no waiting."""
MOST_TRIES: Final = 10
"""After so many, the Job can only be canceled: of 10 000 PINs somebody has tried one in a thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Password:
    """What is kept of a Job's password: enough to know it again."""

    encryption: Keyword
    """job-password-encryption: what its client did to it before it was sent."""
    salt: str = field(repr=False)
    digest: str = field(repr=False)
    """Of what was sent, hexadecimal."""
    tries: int = 0
    """How often it was tried since somebody knew it."""
    tried: float = 0.0
    """When that was last, seconds since the epoch."""

    @classmethod
    def of(cls, octets: bytes, encryption: Keyword, salt: str) -> "Password":
        """The password that was sent as `octets`; slow. Nobody else's `salt` is the same."""
        return cls(encryption=encryption, salt=salt, digest=_digest(octets, salt))

    def known_by(self, octets: bytes, encryption: Keyword) -> bool:
        """Whether `octets` are the password, sent as it was at first or in clear; slow."""
        if encryption == Encryption.NONE and self.encryption in _HASHES:
            octets = _HASHES[self.encryption](octets).digest()
        elif encryption != self.encryption:
            return False
        return hmac.compare_digest(_digest(octets, self.salt), self.digest)

    @property
    def spent(self) -> bool:
        """Whether it was tried so often that nobody may any more."""
        return self.tries >= MOST_TRIES

    def wait_seconds(self, now: float) -> float:
        """How long it is until it may be tried again: 2, 4, 8 ... seconds after the last of many tries."""
        if self.tries < FREE_TRIES:
            return 0.0
        pause = 2.0 ** (self.tries - FREE_TRIES + 1)
        since = now - self.tried
        return pause - since if 0 <= since < pause else 0.0

    def tried_at(self, now: float) -> "Password":
        """It, tried once more: to be kept before the answer is known, so that nobody guesses in parallel."""
        return replace(self, tries=self.tries + 1, tried=now)

    def forgiven(self) -> "Password":
        """It, after somebody knew it."""
        return replace(self, tries=0, tried=0.0)


def acceptable(octets: bytes, encryption: Keyword, repertoire: Keyword) -> bool:
    """Whether a password can have been sent as `octets`, which `encryption` was applied to."""
    if encryption in _HASHES:
        return len(octets) == _HASHES[encryption](b"").digest_size
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return SHORTEST <= len(text) and len(octets) <= MAX_OCTETS and REPERTOIRES[repertoire](text)


def sent(text: str, encryptions: Iterable[Keyword] = (Encryption.NONE,)) -> tuple[Attribute, Attribute]:
    """job-password and job-password-encryption for a Printer that supports `encryptions`."""
    encryption = next((each for each in encryptions if each in ENCRYPTIONS), Encryption.NONE)
    octets = text.encode("utf-8")
    if encryption in _HASHES:
        octets = _HASHES[encryption](octets).digest()
    return names.JOB_PASSWORD.of(OctetString(octets)), names.JOB_PASSWORD_ENCRYPTION.of(encryption)


def attributes(repertoire: Keyword) -> Iterator[Attribute]:
    """What a Printer says of the passwords that it takes, where they consist of `repertoire`."""
    yield names.JOB_PASSWORD_SUPPORTED.of(MAX_OCTETS)
    yield names.JOB_PASSWORD_ENCRYPTION_SUPPORTED.of(*ENCRYPTIONS)
    yield names.JOB_PASSWORD_LENGTH_SUPPORTED.of(RangeOfInteger(SHORTEST, MAX_OCTETS))
    yield names.JOB_PASSWORD_REPERTOIRE_CONFIGURED.of(repertoire)
    yield names.JOB_PASSWORD_REPERTOIRE_SUPPORTED.of(*REPERTOIRES)


def _digest(octets: bytes, salt: str) -> str:
    return hashlib.scrypt(octets, salt=salt.encode(), n=_COST, r=_BLOCK, p=1, dklen=32).hex()
