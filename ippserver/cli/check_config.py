"""`ippserver check-config`: every error of a configuration at once."""

import os
import sys
from pathlib import Path

import click


@click.command("check-config")
@click.argument("file", type=click.Path(path_type=Path))
def command(file: Path) -> None:
    """Check a configuration FILE, together with what the environment lays over it.

    Names every error with its file, key and rule and exits with 2; warnings leave the exit status at 0.
    """
    # Imported here: `ippserver --help` need not load pydantic.
    from ippserver.config import ConfigError, load, warnings

    try:
        settings = load(file, os.environ, {})
    except ConfigError as error:
        for problem in error.problems:
            click.echo(f"error: {problem}", err=True)
        sys.exit(2)
    for warning in warnings(settings):
        click.echo(f"warning: {file}: {warning}", err=True)
    count = len(settings.printers)
    click.echo(f"{file}: valid, {count} {'printer' if count == 1 else 'printers'}")
