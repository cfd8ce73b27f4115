"""`ippserver show`: a printer's attributes."""

import click

from ippserver.cli.connection import Connection, printer_command
from ippserver.cli.presentation import attribute_lines, print_json
from ippserver.iana import groups
from ippserver.iana.plain import group_json
from ippserver.ipp.values import Keyword


@printer_command("show")
@click.argument("uri")
@click.argument("attributes", nargs=-1, metavar="[ATTRIBUTE]...")
async def command(connection: Connection, uri: str, attributes: tuple[str, ...]) -> None:
    """Show the attributes of the printer at URI, or those ATTRIBUTES alone.

    Names of groups (printer-description, job-template) stand for all of them.
    """
    requested = tuple(map(Keyword, attributes)) or (groups.ALL,)
    async with connection.client(uri) as client:
        found = await client.get_printer_attributes(requested)
    if connection.as_json:
        print_json(group_json(found))
    else:
        for line in attribute_lines(found):
            click.echo(line)
