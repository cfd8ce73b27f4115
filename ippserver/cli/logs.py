"""The log of commands that are no server: to standard error, when it is asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from ippserver.runtime.logging import LogFormat, configure

LEVELS: Final = ("debug", "info", "warning", "error")


def log_options() -> list[click.Parameter]:
    """--log-level and --log-format."""
    return [
        click.Option(
            ["--log-level"], type=click.Choice(LEVELS), help="Log to standard error, from this level on."
        ),
        click.Option(
            ["--log-format"],
            type=click.Choice([each.value for each in LogFormat]),
            default=LogFormat.TEXT.value,
            help="Form of the log lines (default text).",
        ),
    ]


@contextmanager
def logging_to_standard_error(level: str | None, style: str) -> Iterator[None]:
    """Logs as the options say while entered; not at all without a `level`."""
    if level is None:
        yield
        return
    writer = configure(level, LogFormat(style))
    try:
        yield
    finally:
        writer.close()
