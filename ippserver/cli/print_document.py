"""`ippserver print`: files to any IPP printer."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Mapping, Sequence
from mimetypes import guess_type
from pathlib import Path
from typing import BinaryIO, Final

import click

from ippserver.cli.connection import Connection, printer_command, what_it_says
from ippserver.cli.pin import ASK, document_password_option, entered, pin_option
from ippserver.cli.presentation import attribute_lines, job_line, print_json
from ippserver.cli.progress import Report, progress
from ippserver.cli.status import REFUSED, complain, fail, file_name
from ippserver.client import IppClient, IppStatusError, JobInfo
from ippserver.iana import names
from ippserver.iana.enums import JobState
from ippserver.iana.option_values import Option, WrongOption, parse_option
from ippserver.iana.plain import group_json
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.describe import escape
from ippserver.ipp.values import Keyword, MimeMediaType, OctetString
from ippserver.model import formats
from ippserver.model.password import sent

PIECE_OCTETS: Final = 256 * 1024
STANDARD_INPUT: Final = "(stdin)"
UNKNOWN_FORMAT: Final = MimeMediaType("application/octet-stream")


def _parse_options(
    context: click.Context, parameter: click.Parameter, texts: Sequence[str]
) -> Sequence[Option]:
    try:
        return [parse_option(text) for text in texts]
    except WrongOption as error:
        raise click.BadParameter(str(error), context, parameter) from error


@printer_command("print")
@click.argument("uri")
@click.argument("files", nargs=-1, required=True, type=click.File("rb"), metavar="FILE...")
@click.option(
    "-o",
    "options",
    multiple=True,
    callback=_parse_options,
    metavar="NAME=VALUE",
    help="An attribute of the job, such as sides=two-sided-long-edge; may be given several times.",
)
@pin_option(
    "Hold the job until this PIN is entered at the printer, or by `ippserver release`; `-` asks for it."
)
@document_password_option
@click.option("--wait", is_flag=True, help="Wait until the job is printed; exit with 1 when it is not.")
async def command(
    connection: Connection,
    uri: str,
    files: Sequence[BinaryIO],
    *,
    options: Sequence[Option],
    pin: str | None,
    document_password: str | None,
    wait: bool,
) -> None:
    """Print each FILE (`-` for standard input) as a job of its own on the printer at URI.

    An option's value is written as its attribute's syntax asks: copies=2, page-ranges=1-3,5,
    media-col={media-size={x-dimension=21000 y-dimension=29700}}.
    """
    jobs = []
    failed: list[str] = []
    async with connection.client(uri) as client:
        if pin is not None:
            options = [*options, *await _pin_options(client, pin)]
        if document_password is not None:
            options = [*options, await _password_option(document_password)]
        for file in files:
            try:
                job = await _print(client, file, options)
            except IppStatusError as error:
                if len(files) == 1:
                    raise
                line, details = what_it_says(error)
                complain(f"{file_name(file)}: {line}", *details)
                failed.append(file_name(file))
                continue
            _warn(job)
            if wait:
                job = await _wait(client, job)
            jobs.append(job)
            if not connection.as_json:
                click.echo(job_line(job))
    if connection.as_json:
        print_json([group_json(job.attributes) for job in jobs])
    failed += [f"job {job.id}" for job in jobs if job.state in (JobState.ABORTED, JobState.CANCELED)]
    if failed:
        fail(f"Not printed: {', '.join(failed)}.", REFUSED)


async def _pin_options(client: IppClient, pin: str) -> list[Option]:
    """The PIN as the printer wants it encrypted."""
    password = await entered("PIN for the job") if pin == ASK else pin
    encryptions = names.JOB_PASSWORD_ENCRYPTION_SUPPORTED
    printer = await client.get_printer_attributes([encryptions])
    keywords = [each for each in encryptions.all(printer) if isinstance(each, Keyword)]
    return [Option(attribute, is_template=False) for attribute in sent(password, keywords)]


async def _password_option(password: str) -> Option:
    if password == ASK:
        remedy = "The password of the document is needed: give it by IPPSERVER_DOCUMENT_PASSWORD."
        password = await entered("Password of the document", remedy=remedy)
    return Option(names.DOCUMENT_PASSWORD.of(OctetString(password.encode())), is_template=False)


async def _print(client: IppClient, file: BinaryIO, options: Sequence[Option]) -> JobInfo:
    name = file_name(file)
    title = STANDARD_INPUT if name == "-" else Path(name).name
    head = await asyncio.to_thread(file.read, PIECE_OCTETS)
    attributes = {
        attribute.name: attribute
        for attribute in (
            names.JOB_NAME.of(_at_most(title, 255)),
            names.DOCUMENT_FORMAT.of(_format(title, head)),
        )
    }
    attributes |= _chosen(options, is_template=False)
    with progress(f"Sending {escape(title)}", in_octets=True) as report:
        return await client.print_job(
            _pieces(file, head, report),
            attributes.values(),
            _chosen(options, is_template=True).values(),
        )


def _chosen(options: Sequence[Option], *, is_template: bool) -> Mapping[str, Attribute]:
    """The attributes of one group by name; the last of a name counts."""
    return {each.attribute.name: each.attribute for each in options if each.is_template is is_template}


async def _pieces(file: BinaryIO, head: bytes, report: Report) -> AsyncIterator[bytes]:
    total = _size_octets(file)
    report(0, total)
    done = 0
    piece = head
    while piece:
        yield piece
        done += len(piece)
        report(done, total)
        piece = await asyncio.to_thread(file.read, PIECE_OCTETS)


async def _wait(client: IppClient, job: JobInfo) -> JobInfo:
    with progress(f"Printing job {job.id}") as report:
        return await client.wait_for_job(
            job.id,
            watch=lambda now: report(
                now.impressions_completed, names.JOB_IMPRESSIONS.get(now.attributes) or None
            ),
        )


def _warn(job: JobInfo) -> None:
    if len(job.unsupported):
        click.echo(f"ippserver: warning: the printer prints job {job.id} without", err=True)
        for line in attribute_lines(job.unsupported):
            click.echo(f"  {line}", err=True)


def _format(title: str, head: bytes) -> MimeMediaType:
    """The format by the first octets, or else by the name; the printer's own guess where neither tells."""
    return MimeMediaType(formats.detect(head) or guess_type(title)[0] or UNKNOWN_FORMAT)


def _size_octets(file: BinaryIO) -> int | None:
    """How large a file is; None where it has no size, such as a pipe."""
    try:
        status = os.fstat(file.fileno())
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _at_most(text: str, octets: int) -> str:
    """`text`, cut at a character where it is longer than `octets` in UTF-8."""
    return text.encode("utf-8", "replace")[:octets].decode("utf-8", "ignore")
