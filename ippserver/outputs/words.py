"""What a program says on its standard error about the device it prints on, as with ippeveprinter (CUPS).

    STATE: keyword[,keyword...]  the printer-state-reasons; after "+" they are added, after "-" removed
    ATTR: name=value [...]       attributes of the device: marker-levels and the like; and what is printed
                                 of the document: job-impressions-completed, job-media-sheets-completed
    INFO: text, ERROR: text      for people; the last ERROR says why the program failed
    DEBUG: text                  for the log

Anything else is for the log, too.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from ippserver.iana import names
from ippserver.interfaces import Watch
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.strings import shortened
from ippserver.ipp.values import Keyword, Name, OctetString, Text, Value
from ippserver.model.report import MIRRORED, Report

_KEYWORD: Final = re.compile(r"[a-z][a-z0-9.-]{0,127}")
_MOST_VALUES: Final = 32
_COUNTERS: Final = (names.JOB_IMPRESSIONS_COMPLETED, names.JOB_MEDIA_SHEETS_COMPLETED)
_COUNTER_NAMES: Final = frozenset(definition.name for definition in _COUNTERS)
_MESSAGE_OCTETS: Final = 1023


class Device:
    """What is known of one device from the words of its programs, one after the other."""

    def __init__(self) -> None:
        self._reasons: set[Keyword] = set()
        self._attributes: dict[str, Attribute] = {}

    def hears(self, line: str, watch: Watch | None) -> str | None:
        """Understands a line, and tells who watches; answers the text of an ERROR, else None."""
        kind, _, rest = line.partition(":")
        text = shortened(" ".join(rest.split()), _MESSAGE_OCTETS)
        match kind:
            case "STATE":
                self._state(text)
            case "ATTR":
                said = Collection(_attributes(text))
                self._attributes |= {each.name: each for each in said if each.name in MIRRORED}
                counts = [definition.get(said) for definition in _COUNTERS]
                if watch is not None and counts != [None, None]:
                    watch.prints(*counts)
            case "INFO" | "ERROR" if watch is not None and text:
                watch.says(text)
        if kind in ("STATE", "ATTR") and watch is not None:
            watch.reports(Report.of(self._reasons, self._attributes.values()))
        return text if kind == "ERROR" else None

    def _state(self, text: str) -> None:
        words = {Keyword(word) for word in text.lstrip("+-").split(",") if _KEYWORD.fullmatch(word)}
        if text.startswith("+"):
            self._reasons |= words
        elif text.startswith("-"):
            self._reasons -= words
        else:
            self._reasons = words


def _attributes(text: str) -> Iterator[Attribute]:
    try:
        words = shlex.split(text)
    except ValueError:  # an open quotation mark
        return
    for word in words:
        name, _, values = word.partition("=")
        if values and (name in MIRRORED or name in _COUNTER_NAMES):
            yield from _attribute(name, values.split(",")[:_MOST_VALUES])


def _attribute(name: str, texts: list[str]) -> Iterator[Attribute]:
    known = names.definition(name)
    assert known is not None, "what a device may say is defined"
    made = next(_MADE[kind] for kind in _MADE if kind in known.types)
    try:
        values = [made(text) for text in texts]
    except ValueError:
        return
    if known.problem(values) is None:
        yield Attribute(name, values)


_MADE: Final[Mapping[type, Callable[[str], Value]]] = {
    int: int,
    Name: Name,
    Keyword: Keyword,
    Text: Text,
    OctetString: lambda text: OctetString(text.encode()),
}
"""A value of each type that the attributes of devices have."""
