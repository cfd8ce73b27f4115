"""`ippserver jobs`: what a printer has to do, or has done."""

from typing import Final

import click

from ippserver.cli.connection import Connection, printer_command
from ippserver.cli.presentation import job_table, print_json
from ippserver.iana.keywords import WhichJobs
from ippserver.iana.plain import group_json
from ippserver.ipp.values import Keyword

WHICH: Final = (
    WhichJobs.NOT_COMPLETED,
    WhichJobs.COMPLETED,
    WhichJobs.ALL,
    WhichJobs.ABORTED,
    WhichJobs.CANCELED,
    WhichJobs.PENDING,
    WhichJobs.PENDING_HELD,
    WhichJobs.PROCESSING,
    WhichJobs.PROCESSING_STOPPED,
)


@printer_command("jobs")
@click.argument("uri")
@click.option(
    "--which", type=click.Choice(WHICH), default=WhichJobs.NOT_COMPLETED, help="Default not-completed."
)
@click.option("--limit", type=click.IntRange(min=1), help="At most so many.")
@click.option("--mine", is_flag=True, help="Only your own.")
async def command(connection: Connection, uri: str, which: str, limit: int | None, mine: bool) -> None:
    """List the jobs of the printer at URI."""
    async with connection.client(uri) as client:
        jobs = await client.get_jobs(Keyword(which), limit=limit, mine=mine)
    if connection.as_json:
        print_json([group_json(job.attributes) for job in jobs])
    elif jobs:
        for line in job_table(jobs):
            click.echo(line)
    else:
        click.echo("No jobs.", err=True)
