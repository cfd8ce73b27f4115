"""Sentences from templates: titles, subjects and fields of forms, of one line each."""

import unicodedata
from datetime import datetime
from string import Formatter
from typing import Final

from ippserver.interfaces import OutputError, Parcel
from ippserver.model.access import user_name
from ippserver.outputs.names import FIELDS

_MOST_CHARACTERS: Final = 1000


class TextTemplate:
    """A pattern such as "Printed by {user}: {name}", with the fields of file names."""

    def __init__(self, pattern: str) -> None:
        """Raises OutputError where `pattern` holds what is no field."""
        try:
            self._parts = [(literal, field) for literal, field, _, _ in _checked(pattern)]
        except ValueError as error:
            raise OutputError(f"template {pattern!a}: {error}") from error

    def text(self, parcel: Parcel) -> str:
        """The text for `parcel`."""
        values = _values(parcel)
        parts = (literal + ("" if field is None else values[field]) for literal, field in self._parts)
        return "".join(parts)[:_MOST_CHARACTERS]


def _checked(pattern: str) -> list[tuple[str, str | None, str | None, str | None]]:
    fields = list(Formatter().parse(pattern))
    for _, field, form, conversion in fields:
        if field is not None and (field not in FIELDS or form or conversion):
            known = ", ".join(f"{{{name}}}" for name in FIELDS)
            raise ValueError(f"{{{field}}} is no field; there are {known}")
    return fields


def one_line(text: str) -> str:
    """`text` without line breaks, other control characters and what changes the direction of writing."""
    kept = (" " if each.isspace() else each for each in unicodedata.normalize("NFC", text))
    return " ".join(
        "".join(each for each in kept if each == " " or unicodedata.category(each)[0] != "C").split()
    )


def _values(parcel: Parcel) -> dict[str, str]:
    job = parcel.job
    created = datetime.fromtimestamp(job.created).astimezone()
    return {
        "id": str(job.id),
        "name": one_line(job.name if isinstance(job.name, str) else job.name.text),
        "user": one_line(user_name(job)),
        "date": f"{created:%Y-%m-%d}",
        "time": f"{created:%H:%M:%S}",
        "printer": one_line(parcel.printer_name),
        "ext": parcel.extension,
        "document": str(parcel.document.number),
        "uuid": job.uuid,
    }
