"""How answers look: aligned lines for people, and JSON (iana.plain) for programs."""

import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence

import click

from ippserver.client import JobInfo
from ippserver.iana.plain import keyword_text
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.describe import Json, escape


def attribute_lines(attributes: Iterable[Attribute]) -> Iterator[str]:
    """A line for each attribute, its values aligned with those of the others; wrapped on a terminal.

    Sentences, and whatever else has commas, stand below each other.
    """
    shown = list(attributes)
    width = max((len(attribute.name) for attribute in shown), default=0)
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    for attribute in shown:
        name = escape(attribute.name).ljust(width)
        values = [keyword_text(attribute.name, value) for value in attribute.values]
        if not any(", " in value for value in values):
            values = [", ".join(values)]
        for value in values or [""]:
            yield from _wrapped(f"{name}  {value}".rstrip(), width + 2, columns)
            name = " " * width


def job_table(jobs: Sequence[JobInfo]) -> Iterator[str]:
    """A line for each Job below a line of headings."""
    rows = [("ID", "STATE", "USER", "SIZE", "NAME")]
    rows += [
        (str(job.id), job.state.keyword, escape(job.user), size_text(job.size_octets), escape(job.name))
        for job in jobs
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        cells[0] = row[0].rjust(widths[0])
        cells[3] = row[3].rjust(widths[3])
        yield "  ".join(cells).rstrip()


def job_line(job: JobInfo) -> str:
    """A Job in a sentence: what it is called, where it is, and how it stands."""
    reasons = ", ".join(reason for reason in job.reasons if reason != job.state.keyword and reason != "none")
    details = "; ".join(part for part in (escape(reasons), escape(job.message)) if part)
    return f"Job {job.id} ({escape(job.uri)}): {job.state.keyword}{f' ({details})' if details else ''}"


def size_text(octets: int) -> str:
    """A size for people: `734 KiB`."""
    size = float(octets)
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"


def print_json(value: Json) -> None:
    """Prints `value`, indented."""
    click.echo(json.dumps(value, indent=2))


def _wrapped(line: str, indent: int, columns: int) -> Iterator[str]:
    if columns < indent + 20 or len(line) <= columns:
        yield line
        return
    yield from textwrap.wrap(
        line, columns, subsequent_indent=" " * indent, break_on_hyphens=False, break_long_words=False
    )
