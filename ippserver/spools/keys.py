"""What a spool's key may look like: a name that is safe as a file's, whatever a client sent."""

import re
from typing import Final

from ippserver.interfaces import SpoolError

_KEY: Final = re.compile(r"[0-9a-f-]{1,200}", re.ASCII)


def is_key(name: str) -> bool:
    """Whether `name` is made of hexadecimal digits and hyphens, as keys are."""
    return _KEY.fullmatch(name) is not None


def checked(key: str) -> str:
    """`key`; a SpoolError where it is none, since it would become a file's name."""
    if not is_key(key):
        raise SpoolError(f"{key!a} is no key of a spool")
    return key
