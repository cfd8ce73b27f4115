"""`ippserver reset`: printers become again what the configuration says."""

import asyncio
import os
import sys
from pathlib import Path

import click


@click.command("reset")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--config", type=click.Path(path_type=Path), help="TOML file, as for `ippserver serve`.")
@click.option("--data-dir", type=click.Path(), help="Folder of the job history and the spool.")
def command(names: tuple[str, ...], config: Path | None, data_dir: str | None) -> None:
    """Forget what was set over IPP of the printers NAME, or of all.

    That is Set-Printer-Attributes, Pause-Printer and its like, and the levels of trays and supplies. Jobs are
    kept. The server must not be running.
    """
    # Imported here: `ippserver --help` need not load the server.
    from ippserver.app import reset
    from ippserver.config import ConfigError, load
    from ippserver.interfaces import StoreError

    try:
        settings = load(config, os.environ, {} if data_dir is None else {"server": {"data-dir": data_dir}})
    except ConfigError as error:
        for problem in error.problems:
            click.echo(f"ippserver: {problem}", err=True)
        sys.exit(2)
    unknown = set(names) - {printer.name for printer in settings.printers}
    if unknown:
        raise click.UsageError(f'There is no printer "{min(unknown)}".')
    try:
        done = asyncio.run(reset(settings, names))
    except StoreError as error:
        click.echo(f"ippserver: {error}", err=True)
        sys.exit(1)
    for name in done:
        click.echo(f"{name}: as configured")
