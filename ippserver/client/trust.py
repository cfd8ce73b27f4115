"""Whom a client of `ipps:` URIs takes for the printer (RFC 7472 6.2)."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

_FINGERPRINT: Final = re.compile(r"[0-9A-Fa-f]{2}(?::?[0-9A-Fa-f]{2}){31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Without anything: who has a certificate of the host's name by an authority that the system trusts."""

    cafile: Path | None = None
    """These certificates and authorities instead of the system's."""
    fingerprint: bytes | None = None
    """Exactly the certificate with this SHA-256, whomever it names."""
    anybody: bool = False
    """Whoever answers, which protects against listeners but not against impostors."""

    @classmethod
    def in_fingerprint(cls, text: str) -> Self:
        """In the certificate whose SHA-256 is `text`, hexadecimal, with or without colons.

        Raises:
            ValueError: It is none.
        """
        if _FINGERPRINT.fullmatch(text) is None:
            raise ValueError("a fingerprint is a SHA-256: 64 hexadecimal digits, with or without colons")
        return cls(fingerprint=bytes.fromhex(text.replace(":", "")))


BY_NAME: Final = Trust()
"""The usual one."""


def is_this_host(host: str) -> bool:
    """Whether what is sent to `host` does not leave this machine."""
    return host in ("localhost", "127.0.0.1", "::1")


def written(fingerprint: bytes) -> str:
    """As people compare it: AB:CD:..."""
    return fingerprint.hex(":").upper()
