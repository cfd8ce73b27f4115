"""Exit statuses, how a command ends with one, and what it then calls its input."""

import sys
from typing import BinaryIO, Final, NoReturn

import click

from ippserver.ipp.describe import escape

REFUSED: Final = 1
"""The printer said no, or the input is not what it should be."""
UNREACHABLE: Final = 3
"""No printer answered; 2 is click's own for wrong usage."""


def file_name(file: BinaryIO) -> str:
    """What to call an input in messages: its path, or `-` for standard input."""
    name = str(getattr(file, "name", "-"))
    return "-" if name == "<stdin>" else name


def fail(message: str, status: int, *details: str) -> NoReturn:
    """Prints `message` to standard error, on one line, and `details` below; ends with `status`."""
    complain(message, *details)
    sys.exit(status)


def complain(message: str, *details: str) -> None:
    """Prints `message` to standard error, on one line, and `details` below."""
    click.echo(f"ippserver: {escape(message)}", err=True)
    for detail in details:
        click.echo(f"  {detail}", err=True)
