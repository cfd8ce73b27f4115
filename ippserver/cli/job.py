"""`ippserver job`: all that a printer says of one job."""

import click

from ippserver.cli.connection import Connection, printer_command
from ippserver.cli.presentation import attribute_lines, print_json
from ippserver.iana.plain import group_json


@printer_command("job")
@click.argument("uri")
@click.argument("job_id", required=False, type=click.IntRange(min=1))
async def command(connection: Connection, uri: str, job_id: int | None) -> None:
    """Show the job at URI, or the job JOB_ID of the printer at URI."""
    async with connection.client(uri) as client:
        job = await client.get_job_attributes(job_id)
    if connection.as_json:
        print_json(group_json(job.attributes))
    else:
        for line in attribute_lines(job.attributes):
            click.echo(line)
