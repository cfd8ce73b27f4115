"""What programs get to know of a Job and its Document: one JSON object, and an environment."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ippserver.iana import names
from ippserver.iana.groups import ALL
from ippserver.iana.plain import group_json, keyword_text
from ippserver.interfaces import Parcel
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.describe import Json
from ippserver.ipp.values import NameWithLanguage, Resolution, TextWithLanguage, Value
from ippserver.model.document_views import DocumentScene, document_attributes
from ippserver.model.printer import PrinterStatus
from ippserver.model.selection import DOCUMENT_GROUPS, JOB_GROUPS, Selection
from ippserver.model.views import At, JobScene, job_attributes

_BY_UP_TIME: Final = frozenset(
    definition.name
    for definition in (
        names.PRINTER_UP_TIME,
        names.JOB_PRINTER_UP_TIME,
        names.TIME_AT_CREATION,
        names.TIME_AT_PROCESSING,
        names.TIME_AT_COMPLETED,
    )
)
"""Moments that mean nothing to whom the Printer is not there to be asked; date-time-at-xxx say the same."""
_ALL_OF_JOB: Final = Selection([ALL], JOB_GROUPS, hidden=_BY_UP_TIME)
_ALL_OF_DOCUMENT: Final = Selection([ALL], DOCUMENT_GROUPS, hidden=_BY_UP_TIME)
_MOST_OCTETS: Final = 32 * 1024
"""Of one variable: the kernel takes 128 KiB, and all of them together must fit, too."""
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Control characters, and what else ends a line."""


def job_group(parcel: Parcel) -> tuple[Attribute, ...]:
    """All attributes of the Job."""
    scene = JobScene(parcel.job, _at(parcel), PrinterStatus(), capabilities=parcel.printer)
    return tuple(job_attributes(scene, _ALL_OF_JOB))


def document_group(parcel: Parcel) -> tuple[Attribute, ...]:
    """All attributes of the Document."""
    scene = DocumentScene(parcel.document, parcel.job, _at(parcel))
    return document_attributes(scene, _ALL_OF_DOCUMENT).attributes


def _at(parcel: Parcel) -> At:
    return At(now=parcel.job.created, up_time=1, printer_uri=parcel.printer_uri)


def described(parcel: Parcel) -> dict[str, Json]:
    """The Job as `ippserver job --json` shows it, the Document, and what the content is."""
    files: list[Json] = [{"octets": file.size_octets, "sha256": file.sha256} for file in parcel.files]
    return {
        "printer": parcel.printer_name,
        "job": group_json(job_group(parcel)),
        "document": group_json(document_group(parcel)),
        "content": {"media_type": parcel.media_type, "extension": parcel.extension, "files": files},
    }


def as_json(parcel: Parcel) -> str:
    """The same as text; of very many files that takes a while."""
    return json.dumps(described(parcel))


def environment(parcel: Parcel) -> Mapping[str, str]:
    """Variables as ippeveprinter (CUPS) names them: IPP_XXX for attributes, and CONTENT_TYPE.

    Those of the Job, `xxx-default` and `pwg-xxx` of the Printer; without control characters.
    """
    of_printer = (
        attribute
        for attribute in parcel.printer.attributes.values()
        if attribute.name.endswith("-default") or attribute.name.startswith("pwg-")
    )
    of_document = (each for each in document_group(parcel) if each.name in _OF_DOCUMENT)
    found = dict(_variables((*of_printer, *of_document, *job_group(parcel))))
    return {**found, "CONTENT_TYPE": parcel.media_type, "IPPSERVER_PRINTER": _clean(parcel.printer_name)}


_OF_DOCUMENT: Final = frozenset({names.DOCUMENT_NUMBER.name, names.DOCUMENT_NAME.name})


def _variables(attributes: Iterable[Attribute]) -> Iterator[tuple[str, str]]:
    for attribute in attributes:
        name = attribute.name.upper().replace("-", "_").replace(".", "_")
        text = ",".join(_text(attribute.name, value) for value in attribute.values)
        yield f"IPP_{name}", _clean(text)


def _text(name: str, value: Value) -> str:
    if isinstance(value, NameWithLanguage | TextWithLanguage):
        return value.text
    if isinstance(value, Resolution) and value.cross_feed == value.feed:
        return keyword_text(name, value).partition("x")[2]  # "600dpi", as CUPS writes it
    return str(value) if isinstance(value, str) else keyword_text(name, value)


def _clean(text: str) -> str:
    """`text` without control characters, as far as a variable may be long."""
    octets = _UNPRINTABLE.sub(" ", text).encode("utf-8", "replace")
    return octets[:_MOST_OCTETS].decode("utf-8", "ignore")
