"""`ippserver profiles`: what kinds of printers there are, and what follows from one."""

import sys

import click


@click.command("profiles")
@click.argument("name", required=False)
@click.option("--json", "in_json", is_flag=True, help="Print JSON.")
@click.option(
    "--toml", "in_toml", is_flag=True, help="Print the profile itself, to begin one of your own with."
)
def command(name: str | None, in_json: bool, in_toml: bool) -> None:
    """List the profiles that a printer can have, or show all attributes that follow from the one called NAME.

    NAME can be a file of your own, too: `./mine.toml`. All that is wrong with it is named; the exit status is
    then 2.
    """
    # Imported here: `ippserver --help` need not load pydantic.
    from ippserver.config import ConfigError

    if in_toml and (name is None or in_json):
        raise click.UsageError("--toml is about one profile: ippserver profiles NAME --toml.")
    try:
        if name is None:
            _list(in_json=in_json)
        elif in_toml:
            _show_file(name)
        else:
            _show_attributes(name, in_json=in_json)
    except ConfigError as error:
        for problem in error.problems:
            click.echo(f"error: {problem}", err=True)
        sys.exit(2)


def _list(*, in_json: bool) -> None:
    from ippserver.cli.presentation import print_json
    from ippserver.config import profile_names, profile_summary

    summaries = {name: profile_summary(name) for name in profile_names()}
    if in_json:
        print_json([{"name": name, "summary": summary} for name, summary in summaries.items()])
        return
    width = max(map(len, summaries))
    for name, summary in summaries.items():
        click.echo(f"{name:{width}}  {summary}")


def _show_file(name: str) -> None:
    from ippserver.config import profile_text

    click.echo(profile_text(name), nl=False)


def _show_attributes(name: str, *, in_json: bool) -> None:
    from ippserver.cli.presentation import attribute_lines, print_json
    from ippserver.config import load, printer_config, profile_table
    from ippserver.iana.plain import group_json
    from ippserver.ipp.attributes import AttributeGroup
    from ippserver.ipp.tags import GroupTag
    from ippserver.model.consistency import told

    profile_table(name)  # what is wrong is wrong with the file, and not with a configuration
    settings = load(None, {}, {"printer": [{"profile": name}]})
    shown = told(printer_config(settings.printers[0], settings.limits))
    group = AttributeGroup(GroupTag.PRINTER, sorted(shown.attributes.values(), key=lambda one: one.name))
    if in_json:
        print_json(group_json(group))
    else:
        for line in attribute_lines(group):
            click.echo(line)
