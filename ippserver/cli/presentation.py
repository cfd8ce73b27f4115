"""How answers look: aligned lines for people, and one JSON shape for programs.

In JSON a group of attributes is an object. A value is what JSON has for it; enums are their registered
keywords, collections objects, and out-of-band values null. An attribute that may have several values is a
list, also of one.
"""

import json
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import click

from ippserver.client import JobInfo
from ippserver.iana.enums import CODES
from ippserver.iana.names import definition
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.describe import Json, escape, value_text
from ippserver.ipp.values import (
    DateTime,
    Enum,
    NameWithLanguage,
    OctetString,
    Opaque,
    OutOfBand,
    RangeOfInteger,
    Resolution,
    TextWithLanguage,
    Value,
)


def attribute_lines(attributes: Iterable[Attribute]) -> Iterator[str]:
    """A line for each attribute, its values aligned with those of the others; wrapped on a terminal."""
    shown = list(attributes)
    width = max((len(attribute.name) for attribute in shown), default=0)
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    for attribute in shown:
        name = escape(attribute.name).ljust(width)
        values = ", ".join(_text(attribute.name, value) for value in attribute.values)
        yield from _wrapped(f"{name}  {values}".rstrip(), width + 2, columns)


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


def group_json(attributes: Iterable[Attribute]) -> dict[str, Json]:
    """A group, or the members of a collection, as an object."""
    return {attribute.name: attribute_json(attribute) for attribute in attributes}


def attribute_json(attribute: Attribute) -> Json:
    """The value, or the list of values, of an attribute."""
    values = [_json(attribute.name, value) for value in attribute.values]
    known = definition(attribute.name)
    single = known is not None and not any(each.syntax.set_of for each in known.registrations)
    return values[0] if single and len(values) == 1 else list(values)


def _wrapped(line: str, indent: int, columns: int) -> Iterator[str]:
    if columns < indent + 20 or len(line) <= columns:
        yield line
        return
    yield from textwrap.wrap(
        line, columns, subsequent_indent=" " * indent, break_on_hyphens=False, break_long_words=False
    )


def _text(name: str, value: Value) -> str:
    if isinstance(value, Enum) and name in CODES:
        return CODES[name](value).keyword
    return value_text(value)


def _json(name: str, value: Value) -> Json:
    if isinstance(value, Collection):
        return group_json(value)
    if isinstance(value, Enum):
        return CODES[name](value).keyword if name in CODES else int(value)
    return _JSONS.get(type(value), _plain)(value)


def _plain(value: Any) -> Json:  # Any: the table below is by exact type
    return value if isinstance(value, bool) else int(value) if isinstance(value, int) else str(value)


_UNITS: Final[Mapping[int, str]] = {3: "dpi", 4: "dpcm"}

# Any: the key is the type that the function takes, which no annotation of a mapping can say.
_JSONS: Final[Mapping[type, Callable[[Any], Json]]] = {
    DateTime: value_text,
    NameWithLanguage: lambda value: value.text,
    TextWithLanguage: lambda value: value.text,
    OctetString: value_text,
    Opaque: value_text,
    OutOfBand: lambda value: None,
    RangeOfInteger: lambda value: {"lower": value.lower, "upper": value.upper},
    Resolution: lambda value: {
        "cross_feed": value.cross_feed,
        "feed": value.feed,
        "units": _UNITS.get(value.units, value.units),
    },
}
