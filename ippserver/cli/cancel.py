"""`ippserver cancel`: jobs that shall not be printed."""

import click

from ippserver.cli.connection import Connection, printer_command
from ippserver.cli.job_control import control
from ippserver.client import IppClient


@printer_command("cancel")
@click.argument("uri")
@click.argument("job_ids", nargs=-1, type=click.IntRange(min=1), metavar="[JOB_ID]...")
async def command(connection: Connection, uri: str, job_ids: tuple[int, ...]) -> None:
    """Cancel the job at URI, or the jobs JOB_ID of the printer at URI."""
    await control(connection, uri, job_ids, IppClient.cancel_job)
