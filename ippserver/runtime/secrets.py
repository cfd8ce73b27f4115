"""Secrets by reference: a configuration names the file or the variable that has one, and never holds it."""

import os
import re
from pathlib import Path
from typing import Final

REFERENCE: Final = re.compile(r"file:(?P<file>/.+)|env:(?P<variable>[A-Za-z_][A-Za-z0-9_]*)")
_MAX_OCTETS: Final = 64 * 1024


class NoSecret(Exception):
    """It cannot be read; the text names where it was looked for."""


def read_secret(reference: str) -> str:
    """The secret that "file:/PATH" or "env:NAME" names, without white space around it. Blocks.

    Raises:
        NoSecret: There is none, or it is empty.
    """
    found = REFERENCE.fullmatch(reference)
    if found is None:
        raise NoSecret('a secret is given as "file:/PATH" or "env:NAME"')
    if found["variable"]:
        secret = os.environ.get(found["variable"], "").strip()
    else:
        try:
            with Path(found["file"]).open("rb") as file:
                secret = file.read(_MAX_OCTETS).decode("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise NoSecret(f"{found['file']} cannot be read: {error}") from error
    if not secret:
        raise NoSecret(f"{reference} is empty")
    return secret
