"""File names from what clients send: they say what the document is, and never where it goes.

Pure text. A name made here is one component of a path on every common file system: neither `.` nor `..`, no
separators, nothing invisible, nothing that Windows reserves, at most 255 octets.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from string import Formatter
from typing import Final

from ippserver.interfaces import OutputError, Parcel
from ippserver.model.access import user_name
from ippserver.model.formats import extension

MAX_OCTETS: Final = 255
UNTITLED: Final = "untitled"
FIELDS: Final = ("id", "name", "user", "date", "time", "printer", "ext", "document", "uuid")
_EXTENSION_FIELD: Final = "ext"
_PAGE_FIELD: Final = "page"
_ALSO: Final[Mapping[str, tuple[str, ...]]] = {".jpg": (".jpeg",), ".tif": (".tiff",)}
"""What else ends names of files of the formats that have these extensions."""
_NUMBER: Final = "*"
"""Stands in a planned path for the number of a file: names have no such character."""
_SUFFIX: Final = "?"
"""Stands there for "-" and that number, and for nothing where the file is the only one."""
_NUMBER_ROOM: Final = 6
_FEWEST_DIGITS: Final = 3
_FIRST_TO_NEED_MORE: Final = (1_000, 10_000, 100_000)
"""Files, so many that their numbers are longer."""

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Categories of Unicode: control, format (bidi overrides, zero width), surrogate, private, unassigned."""
_FORBIDDEN: Final = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))
_RESERVED: Final = re.compile(
    r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])(?=\.|$)", re.IGNORECASE
)
"""Devices of Windows, with any extension."""


def clean(text: str) -> str:
    """`text` without what no file name should hold; may be empty."""
    visible = "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", text)
        if character.isspace() or unicodedata.category(character) not in _INVISIBLE
    )
    return " ".join(visible.translate(_FORBIDDEN).split())


def component(text: str, suffix: str = "") -> str:
    """`text`, which is clean, as a component of a path that ends with `suffix`, cut in front of it to fit."""
    ending = " " if suffix else ". "
    stem = text.lstrip(".- ").rstrip(ending) or UNTITLED
    if _RESERVED.match(stem + suffix):
        stem = "_" + stem
    numbers = sum((text + suffix).count(place) for place in (_NUMBER, _SUFFIX))
    room = MAX_OCTETS - len(suffix.encode()) - _NUMBER_ROOM * numbers
    return stem.encode()[:room].decode(errors="ignore").rstrip(ending) + suffix


def of_files(path: str, count: int) -> list[str]:
    """The paths of so many files of one document, in order, from the one that was planned for it."""
    digits = max(_FEWEST_DIGITS, len(str(count)))
    numbers = [f"{number:0{digits}}" for number in range(1, count + 1)]
    suffixes = [""] if count == 1 else [f"-{number}" for number in numbers]
    pairs = zip(numbers, suffixes, strict=True)
    return [path.replace(_NUMBER, number).replace(_SUFFIX, suffix) for number, suffix in pairs]


def plain_names(parcel: Parcel) -> list[str]:
    """What the files of `parcel` are called where nobody says it: "7-1.pdf", or "7-1-001.png" and so on."""
    path = component(f"{parcel.job.id}-{parcel.document.number}", _SUFFIX + parcel.extension)
    return of_files(path, len(parcel.files))


def is_for_several(path: str) -> bool:
    """Whether more than one file can have names from it."""
    return _NUMBER in path or _SUFFIX in path


def as_pattern(path: str) -> str:
    """A planned path as shells write what all its files are called: "report-*.png"."""
    return path.replace(_SUFFIX, f"-{_NUMBER}")


def first_names(path: str) -> set[str]:
    """What the first of its files may be called, however many they are."""
    first = [path.replace(_NUMBER, "1".zfill(_FEWEST_DIGITS)).replace(_SUFFIX, "")]
    for digits in (_FEWEST_DIGITS, *(len(str(count)) for count in _FIRST_TO_NEED_MORE)):
        number = "1".zfill(digits)
        first.append(path.replace(_NUMBER, number).replace(_SUFFIX, f"-{number}"))
    return set(first)


def another(path: str, number: int) -> str:
    """The path for attempt `number` where a file of a document has a name that is taken."""
    folders, slash, last = path.rpartition("/")
    stem, dot, ending = last.rpartition(".")
    called = component(stem or ending, f" ({number}){dot}{ending if stem else ''}")
    return f"{folders}{slash}{called}"


@dataclass(frozen=True, slots=True)
class FileName:
    """A path relative to an output's folder: sub-folders, and a stem and an extension for the file."""

    folders: tuple[str, ...]
    stem: str
    extension: str

    def numbered(self, number: int) -> str:
        """The path for attempt `number`, from 1: "a.pdf", "a (2).pdf" ..."""
        suffix = self.extension if number == 1 else f" ({number}){self.extension}"
        return "/".join((*self.folders, component(self.stem, suffix)))


class Template:
    """A pattern for file names, such as "{user}/{id}-{name}{ext}"; only its own slashes make sub-folders."""

    def __init__(self, pattern: str) -> None:
        """Raises OutputError where `pattern` holds what is no field, or names no file."""
        self._parts = tuple(_parse(part) for part in pattern.split("/"))
        if not all(self._parts):
            raise OutputError(
                f"template {pattern!a}: there is nothing in front of, behind or between slashes"
            )

    def name(self, parcel: Parcel) -> FileName:
        """The name for `parcel`; for its files, where it may have several (`of_files`)."""
        several = parcel.wanted is not None and parcel.wanted.split
        values = _values(parcel) | {_PAGE_FIELD: _NUMBER if several else "1".zfill(_FEWEST_DIGITS)}
        *folders, last = self._parts
        ending = ""
        if last[-1] == ("", _EXTENSION_FIELD):
            last, ending = last[:-1], values[_EXTENSION_FIELD]
        name = FileName(
            tuple(component(_render(part, values)) for part in folders), _render(last, values), ending
        )
        if several and not is_for_several(name.numbered(1)):  # or a long name has pushed the number out
            return replace(name, extension=_SUFFIX + ending)
        return name


def titled_names(parcel: Parcel) -> list[str]:
    """What the files of `parcel` are called for people: "Invoice.pdf", or "Invoice-001.png" and so on."""
    return of_files(_TITLED.name(parcel).numbered(1), len(parcel.files))


_Part = tuple[tuple[str, str | None], ...]
"""Literal text and the field after it, in turns."""


def _parse(pattern: str) -> _Part:
    try:
        fields = list(Formatter().parse(pattern))
    except ValueError as error:
        raise OutputError(f"template {pattern!a}: {error}") from error
    for literal, field, form, conversion in fields:
        if not literal.isprintable() or literal != literal.translate(_FORBIDDEN):
            raise OutputError(f"template {pattern!a}: {literal!a} holds what no file name should")
        if field is not None and (field not in (*FIELDS, _PAGE_FIELD) or form or conversion):
            known = ", ".join(f"{{{name}}}" for name in (*FIELDS, _PAGE_FIELD))
            raise OutputError(f"template {pattern!a}: {{{field}}} is no field; there are {known}")
    return tuple((literal, field) for literal, field, _, _ in fields)


def _render(part: _Part, values: Mapping[str, str]) -> str:
    return "".join(literal + ("" if field is None else values[field]) for literal, field in part)


def _without_extension(name: str, parcel: Parcel) -> str:
    """What comes before the ending of "report.pdf", as CUPS sends it, whatever becomes of that PDF."""
    for media_type in (parcel.media_type, parcel.document.format):
        ending = extension(media_type)
        for known in (ending, *_ALSO.get(ending, ())):
            if name.lower().endswith(known.lower()):
                return name[: len(name) - len(known)]
    return name


def _values(parcel: Parcel) -> dict[str, str]:
    job = parcel.job
    created = datetime.fromtimestamp(job.created).astimezone()
    name = clean(job.title if isinstance(job.title, str) else job.title.text)
    return {
        "id": str(job.id),
        "name": _without_extension(name, parcel).strip(". ") or UNTITLED,
        "user": clean(user_name(job)).strip(". ") or UNTITLED,
        "date": f"{created:%Y-%m-%d}",
        "time": f"{created:%H-%M-%S}",
        "printer": clean(parcel.printer_name).strip(". ") or UNTITLED,
        _EXTENSION_FIELD: extension(parcel.media_type),
        "document": str(parcel.document.number),
        "uuid": job.uuid,
    }


_TITLED: Final = Template("{name}{ext}")
