"""What a worker is told and what it answers: the seam between the server and what is on the pages.

Everything here is plain data, and goes through a pipe as JSON.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO, Final, Protocol, Self

from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.decoder import Decoder
from ippserver.ipp.encoder import encode_message
from ippserver.ipp.limits import CLIENT_LIMITS
from ippserver.ipp.message import Response
from ippserver.ipp.tags import GroupTag
from ippserver.model import formats
from ippserver.model.amount import Counts, Kinds

_VERSION: Final = (1, 1)
"""Of the message that the attributes travel in."""
_NOTHING: Final = AttributeGroup(GroupTag.JOB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a document may ask for at most."""

    pages: int = 10_000
    """Of the document."""
    sides: int = 100_000
    """That come out, all copies together."""
    pixels: int = 2**28
    """Of one page that is drawn or read."""
    octets: int = 2**34
    """What comes out, and each file that is worked with."""
    text_octets: int = 2**20
    """Of the text that is kept; more is cut off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the document is to become."""

    media_type: str = formats.PDF
    """PDF, PWG Raster and Apple Raster make one file, PNG and JPEG one for each side."""
    pixels: PixelFormat | None = None
    """Of pages that are drawn; None leaves it to print-color-mode."""
    dpi: int | None = None
    """Of pages that are drawn; None leaves it to printer-resolution and print-quality."""
    sheet_back: str = "normal"
    """How the back of a sheet stands in PWG Raster: a value of pwg-raster-document-sheet-back."""
    split: bool = False
    """A file for each side; PNG and JPEG always make one for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One document, and what is to be done with it."""

    source_format: str
    """Its media type; that of text may have a charset: "text/plain; charset=iso-8859-1"."""
    target: Target = Target()
    number: int = 1
    """The document's in its Job: some attributes are only about certain ones (overrides)."""
    of_documents: int = 1
    """The highest such number in the Job."""
    attributes: AttributeGroup = _NOTHING
    """The Job Template attributes that count: those of the Job or Document, else the Printer's defaults."""
    password: str | None = field(default=None, repr=False)
    """Of an encrypted document."""
    title: str = ""
    """Of what comes out: the name of the Document or the Job."""
    limits: Limits = Limits()

    def encode(self) -> bytes:
        """It in JSON."""
        message = encode_message(_VERSION, 0, 0, [self.attributes])
        plain = {
            "source_format": self.source_format,
            "target": _plain(self.target),
            "number": self.number,
            "of_documents": self.of_documents,
            "attributes": base64.b64encode(message).decode(),
            "password": self.password,
            "title": self.title,
            "limits": asdict(self.limits),
        }
        return json.dumps(plain).encode()

    @classmethod
    def decode(cls, octets: bytes) -> Self:
        """What `encode` wrote: only ever read from our own server."""
        return cls.of(json.loads(octets))

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:  # Any: what json.loads answers
        """As `decode`, of what is no JSON any more."""
        decoder = Decoder(Response, CLIENT_LIMITS)
        decoder.feed(base64.b64decode(plain["attributes"]))
        return cls(
            source_format=plain["source_format"],
            target=_target(plain["target"]),
            number=plain["number"],
            of_documents=plain["of_documents"],
            attributes=decoder.message.group(GroupTag.JOB),
            password=plain["password"],
            title=plain["title"],
            limits=Limits(**plain["limits"]),
        )


def encoded(tasks: Sequence[Task]) -> bytes:
    """The tasks of documents that become one, in one line of JSON."""
    return b"[" + b", ".join(task.encode() for task in tasks) + b"]"


def decoded(octets: bytes) -> list[Task]:
    """What `encoded` wrote: only ever read from our own server."""
    return list(map(Task.of, json.loads(octets)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it is."""

    pages: int
    """Of the document that have been read."""
    impressions: int
    """Sides that have come out, all copies together."""
    of_impressions: int
    """Sides that will come out; 0 until that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of it."""

    media_type: str
    extension: str
    """Of each file, with its dot."""
    parts: int
    """Files."""
    pages: int
    """Of the document that were chosen; those of one copy (job-pages, PWG 5100.7)."""
    impressions: int
    """Sides of one copy, blank ones not counted (job-impressions, RFC 8011 5.3.17.2)."""
    impressions_completed: int
    """Sides of all copies and job sheets, blank ones not counted (RFC 8011 5.3.18.2)."""
    sheets: int
    """Of all copies, job sheets too (job-media-sheets, RFC 8011 5.3.17.3)."""
    counts: Counts
    """The same by their kinds, and the blank sides."""
    text: str = ""
    """What is written on the pages, cut off at the limit."""
    unchanged: bool = False
    """The document is what is wanted, octet for octet, as it came: there are no parts."""
    media: Mapping[str, int] = field(default_factory=dict)
    """Sheets of each medium by its name, or its size in hundredths of a millimetre: "21000x29700"."""

    def encode(self) -> bytes:
        """It in JSON."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def decode(cls, octets: bytes) -> Self:
        """What `encode` wrote.

        Raises:
            ValueError, TypeError, KeyError: A worker that went mad wrote something else.
        """
        return cls.of(json.loads(octets))

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:  # Any: what json.loads answers
        """As `decode`, of what is no JSON any more."""
        numbers = ("parts", "pages", "impressions", "impressions_completed", "sheets")
        return cls(
            media_type=str(plain["media_type"]),
            extension=str(plain["extension"]),
            counts=_counts(plain["counts"]),
            text=str(plain["text"]),
            unchanged=bool(plain["unchanged"]),
            media={str(name): int(count) for name, count in dict(plain["media"]).items()},
            **{name: int(plain[name]) for name in numbers},
        )


def _counts(plain: Mapping[str, Any]) -> Counts:  # Any: what json.loads answers
    return Counts(**{name: _kinds(plain[name]) for name in Counts.__dataclass_fields__})


def _kinds(plain: Mapping[str, Any]) -> Kinds:
    return Kinds(**{name: int(plain[name]) for name in Kinds.__dataclass_fields__})


class Sink(Protocol):
    """Where files come from that are to be written."""

    def part(self, number: int) -> BinaryIO:
        """A new file for part `number`, from 1; the parts come in order, and whoever asked closes it."""

    def scratch(self) -> BinaryIO:
        """A new file to work with, readable and writable, that is gone when it is closed."""


def _plain(target: Target) -> dict[str, object]:
    pixels = target.pixels
    return {**asdict(target), "pixels": None if pixels is None else [pixels.space.value, pixels.bits]}


def _target(plain: dict[str, Any]) -> Target:  # Any: what json.loads answers
    pixels = plain["pixels"]
    return Target(**{**plain, "pixels": pixels and PixelFormat(ColorSpace(pixels[0]), pixels[1])})
