"""PINs of jobs: given as an option, or asked for on the terminal without being shown."""

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


async def entered(prompt: str) -> str:
    """The PIN that is typed; ends the program where nobody can type."""
    if not sys.stdin.isatty():
        fail("A PIN is needed: give it by --pin, or by the environment variable IPPSERVER_PIN.", REFUSED)
    return str(await asyncio.to_thread(click.prompt, prompt, hide_input=True, err=True))
