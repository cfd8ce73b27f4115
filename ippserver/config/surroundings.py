"""What the outputs of a configuration need of the machine, and what of that this one lacks."""

import grp
import shutil
from collections.abc import Iterator, Mapping

from ippserver.config.outputs import (
    CommandSettings,
    FolderSettings,
    ForwardSettings,
    MailSettings,
    OutputSettings,
    WebhookSettings,
)
from ippserver.config.settings import Settings
from ippserver.runtime.secrets import NoSecret, read_secret


def lacking(settings: Settings) -> Iterator[str]:
    """A sentence for each, which begins with its key; a server with any of these does not start. Blocks."""
    for number, printer in enumerate(settings.printers):
        for index, output in enumerate(printer.outputs):
            for key, text in _lacking(output):
                yield f"printer.{number}.output.{index}.{key}: {text}"


def _lacking(output: OutputSettings) -> Iterator[tuple[str, str]]:
    match output:
        case CommandSettings() if shutil.which(output.command[0]) is None:
            yield "command", f"there is no program {output.command[0]}"
        case FolderSettings() if output.group and not _is_group(output.group):
            yield "group", f"there is no group {output.group}"
        case WebhookSettings():
            yield from _not_there({"secret": output.secret, "authorization": output.authorization})
        case MailSettings() | ForwardSettings():
            yield from _not_there({"password": output.password})


def _is_group(name: str) -> bool:
    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True


def _not_there(secrets: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, reference in secrets.items():
        try:
            if reference:
                read_secret(reference)
        except NoSecret as error:
            yield key, str(error)
