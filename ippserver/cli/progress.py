"""How far something is, on a terminal: a bar by rich where it is installed, else a line written over."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Final, TypeAlias

import click

Report: TypeAlias = Callable[[int, int | None], None]
"""Called with how much is done, and of how much if that is known."""

_CLEAR_LINE: Final = "\r\x1b[K"


@contextmanager
def progress(label: str, *, in_octets: bool = False) -> Iterator[Report]:
    """Shows what is reported while entered, and removes it afterwards."""
    if not sys.stderr.isatty():
        yield _nothing
    elif find_spec("rich") is not None:
        with _rich(label, in_octets=in_octets) as report:
            yield report
    else:
        with _plain(label, in_octets=in_octets) as report:
            yield report


def _nothing(done: int, total: int | None) -> None:
    """Nobody watches."""


@contextmanager
def _rich(label: str, *, in_octets: bool) -> Iterator[Report]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn

    count = DownloadColumn(binary_units=True) if in_octets else MofNCompleteColumn()
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        count,
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(escape(label), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def _plain(label: str, *, in_octets: bool) -> Iterator[Report]:
    shown = ""

    def report(done: int, total: int | None) -> None:
        nonlocal shown
        line = f"{label}: {_amount(done, total, in_octets=in_octets)}"
        if line != shown:
            click.echo(f"{_CLEAR_LINE}{line}", nl=False, err=True)
            shown = line

    try:
        yield report
    finally:
        click.echo(_CLEAR_LINE, nl=False, err=True)


def _amount(done: int, total: int | None, *, in_octets: bool) -> str:
    if in_octets:
        return f"{done * 100 // total} %" if total else f"{done // 1024} KiB"
    return f"{done} of {total}" if total else str(done)
