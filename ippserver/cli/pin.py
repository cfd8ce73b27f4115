"""PINs of jobs, passwords of documents: given as options, or asked for on the terminal and not shown."""

import asyncio
import sys
from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from ippserver.cli.status import REFUSED, fail

F = TypeVar("F", bound=Callable[..., Any])  # Any: whatever a command takes

ASK: Final = "-"


def pin_option(help: str) -> Callable[[F], F]:
    """The option --pin."""
    return click.option("--pin", envvar="IPPSERVER_PIN", metavar="PIN", help=help)


def document_password_option(function: F) -> F:
    """The option --document-password."""
    return click.option(
        "--document-password",
        envvar="IPPSERVER_DOCUMENT_PASSWORD",
        metavar="PASSWORD",
        help="What opens an encrypted PDF; `-` asks for it. Better given by the environment variable"
        " IPPSERVER_DOCUMENT_PASSWORD.",
    )(function)


async def entered(
    prompt: str,
    *,
    remedy: str = "A PIN is needed: give it by --pin, or by the environment variable IPPSERVER_PIN.",
) -> str:
    """What is typed; ends the program with `remedy` where nobody can type."""
    if not sys.stdin.isatty():
        fail(remedy, REFUSED)
    return str(await asyncio.to_thread(click.prompt, prompt, hide_input=True, err=True))
