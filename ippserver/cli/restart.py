"""`ippserver restart`: jobs that are over and shall be printed again, or brought where they are missing."""

import click

from ippserver.cli.connection import Connection, printer_command
from ippserver.cli.job_control import control
from ippserver.client import IppClient
from ippserver.client.job import DESCRIPTION
from ippserver.iana.enums import Operation
from ippserver.iana.keywords import JobStateReason, WhichJobs


@printer_command("restart")
@click.argument("uri")
@click.argument("job_ids", nargs=-1, type=click.IntRange(min=1), metavar="[JOB_ID]...")
@click.option("--undelivered", is_flag=True, help="All jobs of the printer that are missing somewhere.")
async def command(connection: Connection, uri: str, job_ids: tuple[int, ...], undelivered: bool) -> None:
    """Print the job at URI, or the jobs JOB_ID of the printer at URI, again.

    Of a job that is missing at an output, only what is missing is tried again.
    """
    if undelivered and job_ids:
        raise click.UsageError("--undelivered finds the jobs itself: give no JOB_ID.")
    if undelivered:
        async with connection.client(uri) as client:
            jobs = await client.get_jobs(WhichJobs.COMPLETED, requested=DESCRIPTION)
        missing = (job.id for job in jobs if JobStateReason.DESTINATION_URI_FAILED in job.reasons)
        job_ids = tuple(sorted(missing))
        if not job_ids:
            click.echo("Nothing is missing.", err=True)
            return

    async def restart(client: IppClient, job_id: int | None) -> None:
        await client.request(Operation.RESTART_JOB, job_id=job_id)

    await control(connection, uri, job_ids, restart)
