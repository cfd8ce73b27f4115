"""The outputs of a Printer in the configuration: one table for each type."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias, get_args

from pydantic import Discriminator, Field, StrictBool, Tag

from ippserver.config.fields import (
    FileMode,
    FilePath,
    Fingerprint,
    HttpUrl,
    Line,
    MailAddress,
    MediaRange,
    Octets,
    OptionalPath,
    PeerHost,
    PeerUri,
    Seconds,
    SecretSource,
    Text127,
)
from ippserver.config.section import Section

PageFormat: TypeAlias = Literal["original", "pdf", "png", "jpeg", "pwg-raster", "urf"]
Resolution: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=2400)]


class RetriedSettings(Section):
    """What all outputs have in common."""

    attempts: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 20
    """How often a document is tried before it is given up."""
    retry_seconds: Seconds = 5.0
    """The pause after the first failure; each further one is twice as long, give or take a quarter."""
    max_retry_seconds: Seconds = 3600.0
    """The longest pause."""


class OneFileSettings(RetriedSettings):
    """Of outputs that take one file for each document."""

    format: Literal["original", "pdf", "pwg-raster", "urf"] = "original"
    """"original": documents as they were sent; "pdf", "pwg-raster", "urf": pages as their jobs want them
    printed (copies, page-ranges, number-up, media ...)."""
    resolution_dpi: Resolution = 0
    """Of pages that are drawn; 0: by printer-resolution of the job, else by its print-quality."""


class FilesSettings(RetriedSettings):
    """Of outputs that take as many files as there are pages, if that is wanted."""

    format: PageFormat = "pdf"
    """"pdf", "png", "jpeg", "pwg-raster", "urf": pages as their jobs want them printed (copies, page-ranges,
    number-up, media ...); "original": documents as they were sent."""
    pages: Literal["together", "each"] = "together"
    """"each": a file for each page that would have been printed, as PNG and JPEG always have it."""
    resolution_dpi: Resolution = 0
    """Of pages that are drawn; 0: by printer-resolution of the job, else by its print-quality."""

    @property
    def must_be_each(self) -> bool:
        """Whether a file of this format holds one page only."""
        return self.format in ("png", "jpeg")

    @property
    def makes_each(self) -> bool:
        """Whether there is a file for each page."""
        return self.must_be_each or self.pages == "each"


class FolderSettings(FilesSettings):
    """Documents become files."""

    type: Literal["folder"] = "folder"
    """"folder"; the others are "discard", "command", "webhook", "socket", "mail" and "forward"."""
    name: Text127 = "folder"
    """Its name in the job history; unique within the printer."""
    folder: FilePath = Path("prints")
    """Where the files go; made where it is missing."""
    template: Line = "{id}-{name}{ext}"
    """A file's name, from {id}, {name}, {user}, {date}, {time}, {printer}, {document}, {uuid}, {page} and
    {ext}; "/" makes sub-folders. Without {page}, several files of a document are told apart by "-001" and so
    on. Nothing is ever overwritten."""
    routes: Mapping[MediaRange, Line] = {}
    """Templates for files of some media types: { "image/*" = "pictures/{id}-{name}{ext}" }. What counts is
    what is written, not what was sent."""
    file_mode: FileMode = ""
    """What the files may be used for, as "0640"; empty leaves it to the umask."""
    group: Line = ""
    """Whose group they get; empty for the one that the system gives."""


class DiscardSettings(OneFileSettings):
    """Documents are only counted."""

    type: Literal["discard"]
    """"discard"."""
    name: Text127 = "discard"
    """Its name in the job history; unique within the printer."""


class CommandSettings(FilesSettings):
    """A program is run for each document."""

    type: Literal["command"]
    """"command"."""
    name: Text127 = "command"
    """Its name in the job history; unique within the printer."""
    command: Annotated[tuple[Line, ...], Field(min_length=1)]
    """The program and its arguments, seen by no shell; the path of the document is added as the last one, or
    those of all its pages."""
    timeout_seconds: Seconds = 600.0
    """It is killed, with all that it started, when it takes longer."""


class WebhookSettings(FilesSettings):
    """Documents are posted to a web server."""

    type: Literal["webhook"]
    """"webhook"."""
    name: Text127 = "webhook"
    """Its name in the job history; unique within the printer."""
    url: HttpUrl
    """Where to; any address is allowed, and no redirect is followed."""
    secret: SecretSource = ""
    """Where the key of the signature is: "file:/PATH" or "env:NAME"; empty for no signature."""
    authorization: SecretSource = ""
    """Where the Authorization header is, likewise: "Bearer ...", "Token ..."."""
    job_field: Line = "job"
    """The field of the form that holds the job as JSON; empty for none."""
    document_field: Annotated[Line, Field(min_length=1)] = "document"
    """The field that holds the document, or each of its pages."""
    fields: Mapping[str, Line | tuple[Line, ...]] = {}
    """More fields, from {id}, {name}, {user}, {date}, {time}, {printer}, {document}, {uuid} and {ext}; a list
    becomes a field for each value."""
    timeout_seconds: Seconds = 60.0
    """How long the server may be silent."""
    ca_file: OptionalPath = None
    """Certificates to trust instead of the system's."""


class SocketSettings(OneFileSettings):
    """Documents are sent to a raw port, such as a printer's 9100."""

    type: Literal["socket"]
    """"socket"."""
    name: Text127 = "socket"
    """Its name in the job history; unique within the printer."""
    host: PeerHost
    """A name or an address."""
    port: Annotated[int, Field(strict=True, ge=1, le=65535)] = 9100
    """The port."""
    timeout_seconds: Seconds = 60.0
    """How long the peer may take nothing."""


class MailSettings(FilesSettings):
    """Documents are mailed."""

    type: Literal["mail"]
    """"mail"."""
    name: Text127 = "mail"
    """Its name in the job history; unique within the printer."""
    host: PeerHost
    """The mail server."""
    port: Annotated[int, Field(strict=True, ge=1, le=65535)] = 587
    """Its port."""
    tls: Literal["starttls", "tls", "off"] = "starttls"
    """"starttls", "tls" from the beginning (port 465), or "off", which is for this very host."""
    user: Line = ""
    """The login; empty for none."""
    password: SecretSource = ""
    """Where its password is: "file:/PATH" or "env:NAME"."""
    sender: MailAddress
    """From whom."""
    recipients: Annotated[tuple[MailAddress, ...], Field(min_length=1, max_length=50)]
    """To whom."""
    subject: Line = "{name}"
    """The subject, from {id}, {name}, {user}, {date}, {time}, {printer}, {document}, {uuid} and {ext}."""
    max_octets: Octets = 25 * 2**20
    """The largest document that is mailed, all its pages together."""
    timeout_seconds: Seconds = 60.0
    """How long the server may be silent."""
    ca_file: OptionalPath = None
    """Certificates to trust instead of the system's."""


class ForwardSettings(RetriedSettings):
    """Documents are printed by another IPP printer."""

    type: Literal["forward"]
    """"forward"."""
    name: Text127 = "forward"
    """Its name in the job history; unique within the printer."""
    format: Literal["auto", "original", "pdf", "pwg-raster", "urf"] = "auto"
    """"auto": documents as they were sent where the other printer takes them and does with the pages what
    their jobs want; else what it takes of PDF, the two rasters and JPEG. The others force it."""
    resolution_dpi: Resolution = 0
    """Of pages that are drawn, or the next that the other printer takes; 0: by printer-resolution of the job,
    else by its print-quality."""
    uri: PeerUri
    """The other printer: "ipps://printer.example.org/ipp/print"."""
    allow_clear_text: StrictBool = False
    """Whether the other printer may be an ipp: one where this server insists on TLS (RFC 3510 8), or where a
    password is sent."""
    user: Line = ""
    """The login; empty for the user of the job, without a password."""
    password: SecretSource = ""
    """Where its password is: "file:/PATH" or "env:NAME"."""
    fingerprint: Fingerprint = ""
    """The SHA-256 of the one certificate that is trusted; empty for one by a known authority."""
    ca_file: OptionalPath = None
    """Certificates to trust instead of the system's."""
    timeout_seconds: Seconds = 60.0
    """How long the other printer may be silent."""
    watch_seconds: Annotated[float, Field(strict=True, ge=0, le=86_400)] = 60.0
    """How often it is asked how it is while nothing is printed; 0 for never."""
    resend: StrictBool = False
    """Whether a document is sent again of which nobody can know whether it was printed, since the answer to
    Print-Job was lost: it may be printed twice then. Else it is given up."""


def _output_type(value: object) -> object:
    return value.get("type", "folder") if isinstance(value, Mapping) else getattr(value, "type", "folder")


_Each: TypeAlias = (
    Annotated[FolderSettings, Tag("folder")]
    | Annotated[DiscardSettings, Tag("discard")]
    | Annotated[CommandSettings, Tag("command")]
    | Annotated[WebhookSettings, Tag("webhook")]
    | Annotated[SocketSettings, Tag("socket")]
    | Annotated[MailSettings, Tag("mail")]
    | Annotated[ForwardSettings, Tag("forward")]
)

OUTPUT_TYPES: Final[Mapping[str, type[RetriedSettings]]] = {
    get_args(each)[1].tag: get_args(each)[0] for each in get_args(_Each)
}
"""The settings of each type of output."""

OutputSettings: TypeAlias = Annotated[
    _Each,
    Discriminator(
        _output_type,
        custom_error_type="literal_error",
        custom_error_context={"expected": f"one of {', '.join(map(repr, OUTPUT_TYPES))}"},
    ),
]
