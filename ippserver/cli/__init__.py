"""The command line: one module per command, loaded when it is used, so that `--help` is quick.

Exit status of every command: 0 done, 1 the printer said no, 2 wrong usage or configuration,
3 the printer could not be reached.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Final, NamedTuple

import click

from ippserver import __version__


class Command(NamedTuple):
    """Where a command is, and what it does in a line."""

    module: str
    summary: str


COMMANDS: Final[Mapping[str, Command]] = {
    "serve": Command("ippserver.cli.serve", "Run the printer."),
    "check-config": Command("ippserver.cli.check_config", "Check a configuration file."),
    "profiles": Command("ippserver.cli.profiles", "Show what kinds of printers there are."),
    "reset": Command("ippserver.cli.reset", "Forget what was set of printers over IPP."),
    "search": Command("ippserver.cli.search", "Find jobs by the words in their documents."),
    "print": Command("ippserver.cli.print_document", "Print files to any IPP printer."),
    "show": Command("ippserver.cli.show", "Show a printer's attributes."),
    "jobs": Command("ippserver.cli.jobs", "List a printer's jobs."),
    "job": Command("ippserver.cli.job", "Show a job."),
    "cancel": Command("ippserver.cli.cancel", "Cancel jobs."),
    "hold": Command("ippserver.cli.hold", "Hold jobs that wait to be printed."),
    "release": Command("ippserver.cli.release", "Let held jobs be printed."),
    "restart": Command("ippserver.cli.restart", "Print jobs again, or bring them where they are missing."),
    "supply": Command("ippserver.cli.supply", "Show and fill a printer's trays and supplies."),
    "dns-sd": Command("ippserver.cli.dns_sd", "Tell networks of a printer that do not see it."),
    "decode": Command("ippserver.cli.decode", "Show what is in an IPP message."),
    "healthcheck": Command("ippserver.cli.healthcheck", "Exit with 0 when the server is ready."),
}
"""Every command; its module has the click command as `command`."""


class LazyGroup(click.Group):
    """A group that imports the module of a command only to run or describe that very command."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name].module).command
        if not any(parameter.name == "version" for parameter in command.params):
            click.version_option(__version__, prog_name="ippserver")(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands for `--help`, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    epilog="Exit status: 0 done, 1 the printer said no, 2 wrong usage, 3 the printer could not be reached.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="ippserver")
def main() -> None:
    """An IPP print server, and the commands to use it or any other IPP printer."""
