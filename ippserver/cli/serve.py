"""`ippserver serve`: options to Settings, and the Server runs until it is told to stop."""

import os
import socket
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from ippserver.config import PrinterSettings, Settings

ALL_ADDRESSES: Final = ("[::]", "0.0.0.0")
WILDCARDS: Final = ("::", "0.0.0.0")


@click.command("serve")
@click.option(
    "--config", type=click.Path(path_type=Path), help="TOML file; config/ippserver.toml shows every key."
)
@click.option(
    "--listen", multiple=True, metavar="ADDR:PORT", help="Where to listen; may be given several times."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Listen on all addresses at this port (default 631)."
)
@click.option("--data-dir", type=click.Path(), help="Folder of the job history and the spool.")
@click.option(
    "--save", type=click.Path(path_type=Path), help="Folder for printed documents (default ./prints)."
)
@click.option(
    "--save-as",
    metavar="pdf|png|jpeg|pwg-raster|urf|original",
    help="What becomes of them (default pdf; original: as they were sent).",
)
@click.option("--name", help="The printer's name (default ippserver).")
@click.option(
    "--profile", help="What kind of printer it is (see `ippserver profiles`; default office-color)."
)
@click.option("--access", metavar="open|home", help="Who may do what (default home).")
@click.option(
    "--ephemeral", is_flag=True, help="Keep jobs and prints in a temporary folder; forget them at exit."
)
@click.option("--no-dns-sd", is_flag=True, help="Do not tell the network of the printer.")
@click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error"]), help="Default info.")
@click.option("--log-format", type=click.Choice(["text", "json"]), help="Default text.")
def command(config: Path | None, save: Path | None, ephemeral: bool, **options: Any) -> None:
    """Run the printer.

    Without a configuration it serves one printer at /ipp/print and writes what it prints to ./prints.
    """
    with _temporary_folder(ephemeral) as temporary:
        if temporary is not None and save is None and config is None:
            save = temporary / "prints"
        printer = {
            "name": options["name"],
            "profile": options["profile"],
            "save": save,
            "save_as": options["save_as"],
        }
        sys.exit(_serve(config, _overrides(options, temporary), printer))


def _serve(config: Path | None, overrides: dict[str, Any], printer: dict[str, Any]) -> int:
    # Imported here: `ippserver --help` need not load the server.
    from ippserver.app import run
    from ippserver.config import ConfigError, load, warnings

    try:
        settings = load(config, os.environ, overrides, **printer)
    except ConfigError as error:
        for problem in error.problems:
            click.echo(f"ippserver: {problem}", err=True)
        return 2
    for warning in warnings(settings):
        click.echo(f"ippserver: warning: {warning}", err=True)
    return run(settings, ready=lambda addresses: _announce(settings, addresses))


def _overrides(options: dict[str, Any], temporary: Path | None) -> dict[str, Any]:
    """The command line's values in the shape of the configuration file; only those that were given."""
    listen = list(options["listen"])
    if options["port"] is not None:
        if listen:
            raise click.UsageError("--listen names its ports itself; give either --listen or --port")
        listen = [f"{address}:{options['port']}" for address in ALL_ADDRESSES]
    server = {
        "listen": listen or None,
        "data-dir": options["data_dir"] or (temporary and str(temporary)),
        "log-level": options["log_level"],
        "log-format": options["log_format"],
    }
    access = {"preset": options["access"]}
    store = {"kind": "memory" if temporary else None}
    told = {"enabled": False if options["no_dns_sd"] else None}
    sections = {"server": server, "access": access, "store": store, "dns-sd": told}
    return {
        section: {key: value for key, value in table.items() if value is not None}
        for section, table in sections.items()
    }


@contextmanager
def _temporary_folder(wanted: bool) -> Iterator[Path | None]:
    if not wanted:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="ippserver-") as folder:
        yield Path(folder)


def _announce(settings: "Settings", addresses: Sequence[tuple[str, int]]) -> None:
    """One line per printer: its URI, and where its documents go."""
    host, port = _reachable(addresses)
    authority = host if port == 631 else f"{host}:{port}"
    scheme = "ipps" if settings.tls.mode == "require" else "ipp"
    for printer in settings.printers:
        click.echo(f"{printer.name}: {scheme}://{authority}{printer.path} {_destination(printer)}")


def _reachable(addresses: Sequence[tuple[str, int]]) -> tuple[str, int]:
    """A name for people to print to, and its port: this host's where the server listens on all addresses."""
    for address, port in addresses:
        if address in WILDCARDS:
            return socket.gethostname(), port
    address, port = addresses[0]
    return (f"[{address}]" if ":" in address else address), port


def _destination(printer: "PrinterSettings") -> str:
    """Where to look for what is printed: folders by their paths, all else by its name."""
    places = [
        str(output.folder) if output.type == "folder" else output.name
        for output in printer.outputs
        if output.type != "discard"
    ]
    return f"prints to {', '.join(places)}" if places else "discards what it prints"
