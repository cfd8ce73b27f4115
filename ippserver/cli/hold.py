"""`ippserver hold`: jobs that shall wait."""

import click

from ippserver.cli.connection import Connection, printer_command
from ippserver.cli.job_control import control
from ippserver.client import IppClient
from ippserver.ipp.values import Keyword


@printer_command("hold")
@click.argument("uri")
@click.argument("job_ids", nargs=-1, type=click.IntRange(min=1), metavar="[JOB_ID]...")
@click.option("--until", metavar="PERIOD", help="day-time, evening, night, weekend ... (default: for ever).")
async def command(connection: Connection, uri: str, job_ids: tuple[int, ...], until: str | None) -> None:
    """Hold the job at URI, or the jobs JOB_ID of the printer at URI, until they are released."""

    async def hold(client: IppClient, job_id: int | None) -> None:
        await client.hold_job(job_id, None if until is None else Keyword(until))

    await control(connection, uri, job_ids, hold)
