"""`ippserver supply`: what is in a printer's trays, supplies and bins, and filling and emptying them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import click

from ippserver.cli.connection import Connection, printer_command
from ippserver.cli.presentation import print_json
from ippserver.iana import names, vendor
from ippserver.iana.definitions import AttributeDef
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.describe import escape
from ippserver.ipp.values import OctetString

_WORDS: Final = ("full", "empty")


@dataclass(frozen=True, slots=True)
class _Kind:
    """Trays, supplies or bins: what tells of them, and what sets them."""

    word: str
    shown: AttributeDef[OctetString]
    name: str
    left: str
    levels: AttributeDef[int]
    fresh: str
    """How it is when somebody has seen to it."""


_KINDS: Final = (
    _Kind("tray", names.PRINTER_INPUT_TRAY, "name", "level", vendor.IPPSERVER_INPUT_TRAY_LEVELS, "full"),
    _Kind("supply", names.PRINTER_SUPPLY, "colorantname", "level", vendor.MARKER_LEVELS, "full"),
    _Kind(
        "bin", names.PRINTER_OUTPUT_TRAY, "name", "remaining", vendor.IPPSERVER_OUTPUT_TRAY_LEVELS, "empty"
    ),
)


@dataclass(frozen=True, slots=True)
class _Part:
    """One tray, supply or bin."""

    kind: _Kind
    name: str
    level: int
    capacity: int

    @property
    def line(self) -> str:
        """How it is shown."""
        unit = "%" if self.kind.word == "supply" else " sheets"
        return f"{self.kind.word:6}  {escape(self.name):12}  {self.level} of {self.capacity}{unit}"


@printer_command("supply")
@click.argument("uri")
@click.argument("levels", nargs=-1, metavar="[NAME=LEVEL]...")
@click.option("--refill", is_flag=True, help="Fill all trays and supplies, and empty all bins.")
async def command(connection: Connection, uri: str, levels: tuple[str, ...], refill: bool) -> None:
    """Show the trays, supplies and bins of the printer at URI.

    NAME=LEVEL sets one first: LEVEL is a number of sheets, for supplies percent, or "full" or "empty", as in
    `main=full black=50`. Only printers of this server let themselves be filled.
    """
    wanted = dict(_wanted(levels))
    async with connection.client(uri) as client:
        handles = [definition for kind in _KINDS for definition in (kind.shown, kind.levels)]
        parts = list(_parts(await client.get_printer_attributes(handles)))
        if wanted or refill:
            await client.set_printer_attributes(_settings(parts, wanted, refill=refill))
            parts = list(_parts(await client.get_printer_attributes(handles)))
    if connection.as_json:
        print_json([{"kind": p.kind.word, "name": p.name, "level": p.level, "of": p.capacity} for p in parts])
    else:
        for part in parts:
            click.echo(part.line)


def _wanted(levels: Iterable[str]) -> Iterator[tuple[str, str]]:
    for level in levels:
        name, mark, value = level.partition("=")
        if not mark or not (value in _WORDS or value.isdecimal()):
            raise click.UsageError(f'"{level}" is not NAME=LEVEL; LEVEL is a number, "full" or "empty".')
        yield name, value


def _parts(printer: AttributeGroup) -> Iterator[_Part]:
    for kind in _KINDS:
        for value in kind.shown.all(printer):
            words = _words(value)
            level, capacity = (_number(words.get(key)) for key in (kind.left, "maxcapacity"))
            if level is not None and capacity is not None:
                used = capacity - level if kind.word == "bin" else level
                yield _Part(kind, words.get(kind.name, ""), used, capacity)


def _words(value: bytes) -> Mapping[str, str]:
    """`key=value;` lists of PWG 5100.13."""
    pairs = (word.partition("=") for word in value.decode("utf-8", "replace").split(";"))
    return {key: text for key, mark, text in pairs if mark}


def _number(text: str | None) -> int | None:
    """A level that is known; printers say -1 to -3 for what is not."""
    return int(text) if text is not None and text.isdecimal() else None


def _settings(parts: Sequence[_Part], wanted: Mapping[str, str], *, refill: bool) -> Iterator[Attribute]:
    unknown = wanted.keys() - {part.name for part in parts}
    if unknown:
        known = ", ".join(escape(part.name) for part in parts)
        raise click.UsageError(f'There is no "{min(unknown)}"; there are: {known or "none"}.')
    for kind in _KINDS:
        mine = [part for part in parts if part.kind is kind]
        if mine and (refill or any(part.name in wanted for part in mine)):
            yield kind.levels.of(*(_level(part, wanted.get(part.name), refill=refill) for part in mine))


def _level(part: _Part, wanted: str | None, *, refill: bool) -> int:
    if wanted is None:
        wanted = part.kind.fresh if refill else str(part.level)
    return {"full": part.capacity, "empty": 0}[wanted] if wanted in _WORDS else int(wanted)
