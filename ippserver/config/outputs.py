"""The outputs of a Printer in the configuration: one table for each type."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias, get_args

from pydantic import Discriminator, Field, Tag

from ippserver.config.fields import FilePath, Line, Seconds, Text127
from ippserver.config.section import Section


class RetriedSettings(Section):
    """What all outputs have in common."""

    attempts: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 20
    """How often a document is tried before it is given up."""
    retry_seconds: Seconds = 5.0
    """The pause after the first failure; each further one is twice as long, give or take a quarter."""
    max_retry_seconds: Seconds = 3600.0
    """The longest pause."""


class FolderSettings(RetriedSettings):
    """Documents become files."""

    type: Literal["folder"] = "folder"
    """"folder"; "discard" keeps no files, "command" runs a program."""
    name: Text127 = "folder"
    """Its name in the job history; unique within the printer."""
    folder: FilePath = Path("prints")
    """Where the files go; made where it is missing."""
    template: Line = "{id}-{name}{ext}"
    """A file's name, from {id}, {name}, {user}, {date}, {time}, {printer}, {document}, {uuid} and {ext}; "/"
    makes sub-folders. Nothing is ever overwritten."""


class DiscardSettings(RetriedSettings):
    """Documents are only counted."""

    type: Literal["discard"]
    """"discard"."""
    name: Text127 = "discard"
    """Its name in the job history; unique within the printer."""


class CommandSettings(RetriedSettings):
    """A program is run for each document."""

    type: Literal["command"]
    """"command"."""
    name: Text127 = "command"
    """Its name in the job history; unique within the printer."""
    command: Annotated[tuple[Line, ...], Field(min_length=1)]
    """The program and its arguments, seen by no shell; the path of the document is added as the last one."""
    timeout_seconds: Seconds = 600.0
    """It is killed, with all that it started, when it takes longer."""


def _output_type(value: object) -> object:
    return value.get("type", "folder") if isinstance(value, Mapping) else getattr(value, "type", "folder")


_Each: TypeAlias = (
    Annotated[FolderSettings, Tag("folder")]
    | Annotated[DiscardSettings, Tag("discard")]
    | Annotated[CommandSettings, Tag("command")]
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
