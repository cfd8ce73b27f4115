"""`ippserver release`: held jobs that shall be printed."""

import click

from ippserver.cli.connection import Connection, printer_command
from ippserver.cli.job_control import control
from ippserver.cli.pin import ASK, entered, pin_option
from ippserver.client import IppClient
from ippserver.iana import names
from ippserver.iana.keywords import JobStateReason


@printer_command("release")
@click.argument("uri")
@click.argument("job_ids", nargs=-1, type=click.IntRange(min=1), metavar="[JOB_ID]...")
@pin_option("The password of a job that waits for one; `-`, or leaving it out, asks for it on the terminal.")
async def command(connection: Connection, uri: str, job_ids: tuple[int, ...], pin: str | None) -> None:
    """Let the held job at URI, or the held jobs JOB_ID of the printer at URI, be printed."""

    async def release(client: IppClient, job_id: int | None) -> None:
        password = pin
        if password in (None, ASK):
            job = await client.get_job_attributes(job_id, (names.JOB_ID, names.JOB_STATE_REASONS))
            waits = JobStateReason.JOB_PASSWORD_WAIT in job.reasons
            password = await entered(f"PIN of job {job.id}") if waits else None
        await client.release_job(job_id, password=password)

    await control(connection, uri, job_ids, release)
