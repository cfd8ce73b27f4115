"""What cancel, hold and release share: one operation on each of some jobs, and how they stand afterwards."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import click

from ippserver.cli.connection import Connection
from ippserver.cli.presentation import job_line, print_json
from ippserver.client import IppClient
from ippserver.client.job import DESCRIPTION
from ippserver.iana.plain import group_json

Operation: TypeAlias = Callable[[IppClient, int | None], Awaitable[None]]


async def control(connection: Connection, uri: str, job_ids: tuple[int, ...], operation: Operation) -> None:
    """Does `operation` on the jobs of the printer at `uri`, or on the job at `uri`; shows them then."""
    targets: tuple[int | None, ...] = job_ids or (None,)
    jobs = []
    async with connection.client(uri) as client:
        for job_id in targets:
            await operation(client, job_id)
            jobs.append(await client.get_job_attributes(job_id, DESCRIPTION))
            if not connection.as_json:
                click.echo(job_line(jobs[-1]))
    if connection.as_json:
        print_json([group_json(job.attributes) for job in jobs])
