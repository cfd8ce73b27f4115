"""`ippserver release`: held jobs that shall be printed."""

import click

from ippserver.cli.connection import Connection, printer_command
from ippserver.cli.job_control import control
from ippserver.client import IppClient


@printer_command("release")
@click.argument("uri")
@click.argument("job_ids", nargs=-1, type=click.IntRange(min=1), metavar="[JOB_ID]...")
async def command(connection: Connection, uri: str, job_ids: tuple[int, ...]) -> None:
    """Let the held job at URI, or the held jobs JOB_ID of the printer at URI, be printed."""
    await control(connection, uri, job_ids, IppClient.release_job)
