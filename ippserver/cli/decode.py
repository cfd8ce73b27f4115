"""`ippserver decode`: what is in an IPP message."""

import json
from typing import BinaryIO, Final

import click

from ippserver.cli.logs import log_options, logging_to_standard_error
from ippserver.cli.status import REFUSED, fail, file_name
from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.ipp.decoder import Decoder
from ippserver.ipp.describe import as_json, describe
from ippserver.ipp.errors import MalformedMessage
from ippserver.ipp.limits import CLIENT_LIMITS
from ippserver.ipp.message import Header, Request, Response
from ippserver.ipp.tags import GroupTag
from ippserver.model.password import SECRET

PIECE_OCTETS: Final = 256 * 1024
TARGETS: Final = (names.PRINTER_URI, names.JOB_URI, names.SYSTEM_URI, names.RESOURCE_ID)
"""What the operation group of a request has, and of a response has not (RFC 8011 4.1.5)."""
FIRST_VENDOR_OPERATION: Final = 0x4000


@click.command("decode")
@click.argument("file", type=click.File("rb"))
@click.option("--json", "in_json", is_flag=True, help="Print JSON.")
def command(file: BinaryIO, in_json: bool, log_level: str | None, log_format: str) -> None:
    """Show the IPP request or response in FILE (`-` for standard input), but for passwords in it."""
    with logging_to_standard_error(log_level, log_format):
        try:
            message, document_octets = _read(file)
        except MalformedMessage as error:
            fail(f"{file_name(file)} holds no IPP message: {error}.", REFUSED)
        codes = Operation if isinstance(message, Request) else Status
        if in_json:
            shown = as_json(message, lambda code: codes(code).keyword, hidden=SECRET)
            click.echo(json.dumps({**shown, "document_octets": document_octets}, indent=2))
        else:
            click.echo(describe(message, lambda code: codes(code).keyword, hidden=SECRET))
            if document_octets:
                click.echo(f"  document of {document_octets} octets")


command.params += log_options()


def _read(file: BinaryIO) -> tuple[Request | Response, int]:
    """The message, and how many octets follow it."""
    # As a response at first: that way a name that stands twice is shown, and not refused.
    decoder = Decoder(Response, CLIENT_LIMITS)
    while piece := file.read(PIECE_OCTETS):
        if decoder.feed(piece):
            break
    decoder.finish()
    document_octets = len(decoder.remainder)
    while piece := file.read(PIECE_OCTETS):
        document_octets += len(piece)
    response = decoder.message
    if not _is_request(response):
        return response, document_octets
    header = Header(response.version, response.status_code, response.request_id)
    return Request.of(header, response.groups), document_octets


def _is_request(message: Response) -> bool:
    """Whether it is one: the octets alone do not say."""
    operation_group = message.group(GroupTag.OPERATION)
    return message.status_code >= FIRST_VENDOR_OPERATION or any(
        target.attribute(operation_group) is not None for target in TARGETS
    )
