"""`ippserver search`: which jobs of the server on this computer had documents with some words."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ippserver.ipp.describe import Json
    from ippserver.stores.reading import Found


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option("--config", type=click.Path(path_type=Path), help="TOML file, as for `ippserver serve`.")
@click.option("--data-dir", type=click.Path(), help="Folder of the job history and the spool.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
def command(
    words: tuple[str, ...], config: Path | None, data_dir: str | None, limit: int, as_json: bool
) -> None:
    """List the jobs in whose documents all WORDS can be read, the newest first.

    Case does not matter; `invoi*` stands for all words that begin so. Documents have words where an output
    gets pages. It reads the job history of this computer, whether the server runs or not.
    """
    # Imported here: `ippserver --help` need not load the server.
    from ippserver.config import ConfigError, load
    from ippserver.interfaces import StoreError
    from ippserver.stores.reading import search

    try:
        settings = load(config, os.environ, {} if data_dir is None else {"server": {"data-dir": data_dir}})
    except ConfigError as error:
        for problem in error.problems:
            click.echo(f"ippserver: {problem}", err=True)
        sys.exit(2)
    if settings.store.kind == "memory":
        raise click.UsageError("The job history is in memory: nobody else can read it.")
    try:
        found = search(settings.store.path, " ".join(words), limit)
    except StoreError as error:
        click.echo(f"ippserver: {error}", err=True)
        sys.exit(1)
    _show(found, as_json=as_json)


def _show(found: "Sequence[Found]", *, as_json: bool) -> None:
    from ippserver.cli.presentation import print_json
    from ippserver.ipp.describe import escape
    from ippserver.model.access import user_name

    if as_json:
        print_json([_json(each) for each in found])
    elif not found:
        click.echo("No jobs.", err=True)
    else:
        for each in found:
            job = each.job
            click.echo(
                f"{job.id}  {_moment(job.created)}  {escape(user_name(job))}  {escape(str(job.title))}"
            )
            click.echo(f"    {escape(each.excerpt)}")


def _json(found: "Found") -> "Json":
    from ippserver.model.access import user_name

    job = found.job
    return {
        "id": job.id,
        "uuid": job.uuid,
        "printer": job.printer,
        "user": user_name(job),
        "name": str(job.title),
        "state": job.state.keyword,
        "created": _moment(job.created),
        "deliveries": [
            {"document": document.number, "output": delivery.output, "target": delivery.target}
            for document in job.documents
            for delivery in document.deliveries
            if delivery.done
        ],
        "excerpt": found.excerpt,
    }


def _moment(seconds: float) -> str:
    from datetime import datetime

    return f"{datetime.fromtimestamp(seconds).astimezone():%Y-%m-%dT%H:%M:%S%z}"
