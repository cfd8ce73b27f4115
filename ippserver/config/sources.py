"""From a TOML file, the environment and the command line to Settings, or to every error in them at once."""

import os
import re
import tomllib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from pydantic import ValidationError

from ippserver.config.checks import conflicts
from ippserver.config.errors import ConfigError, Problem, broken_rules
from ippserver.config.fields import SYSTEM_DATA
from ippserver.config.outputs import OUTPUT_TYPES
from ippserver.config.profiles import DEFAULT_PROFILE, laid_over, profile_table
from ippserver.config.settings import Settings
from ippserver.config.tree import Key, Misfit, Table, drop, put, tables_at, value_at

PREFIX: Final = "IPPSERVER__"
"""What the names of environment variables for settings begin with."""

COMMAND_LINE: Final = "command line"


def load(
    path: Path | None,
    environ: Mapping[str, str],
    overrides: Mapping[str, Any],
    *,
    name: str | None = None,
    profile: str | None = None,
    save: Path | None = None,
    save_as: str | None = None,
) -> Settings:
    """The settings of the TOML file at `path`, overlaid by the environment and then by `overrides`.

    `overrides` is shaped like the file: `{"server": {"data-dir": "/srv/print"}}`. `name` names the only
    printer, `profile` says what kind it is; `save` is the output folder of every printer that configures no
    output, and `save_as` the format of what it gets. Relative paths start at the current directory.

    Raises:
        ConfigError: With every problem found.
    """
    draft = _Draft(path, _read(path))
    draft.overlay_environment(environ)
    draft.overlay_options(overrides)
    draft.describe_printer({"name": name, "profile": profile})
    draft.save_to({"folder": save, "format": save_as})
    draft.complete(environ)
    settings = draft.settings()
    if draft.problems or settings is None:
        raise ConfigError(draft.problems)
    return settings


def _read(path: Path | None) -> Table:
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise ConfigError([Problem(str(path), "", problem.strerror or "cannot be read")]) from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ConfigError([Problem(str(path), "", f"is no TOML: {problem}")]) from problem


@dataclass(slots=True)
class _Draft:
    """A configuration on its way: raw values, where they came from, and what is wrong so far."""

    path: Path | None
    raw: Table
    sources: dict[Key, str] = field(default_factory=dict)
    """Where the values came from that are not the file's."""
    problems: list[Problem] = field(default_factory=list)
    profiles: list[Table] = field(default_factory=list)
    """What each printer's profile says."""

    def add(self, key: Key, rule: str) -> None:
        """Notes that `key` breaks `rule`, and who set it or something within it."""
        source = str(self.path or "built-in defaults")
        for known, name in self.sources.items():
            shorter = min(len(known), len(key))
            if known[:shorter] == key[:shorter]:
                source = name
        self.problems.append(Problem(source, ".".join(map(str, key)), rule))

    def overlay(self, key: Key, value: object, source: str) -> None:
        """Lays `value` from `source` over what is there."""
        self.sources[key] = source
        try:
            put(self.raw, key, value)
        except Misfit as problem:
            self.add(key, str(problem))

    def overlay_environment(self, environ: Mapping[str, str]) -> None:
        """Lays IPPSERVER__SECTION__KEY=VALUE over the file's values, values of lists in their order."""
        found = {variable: _key(variable) for variable in environ if variable.startswith(PREFIX)}
        for variable in sorted(found, key=lambda known: [str(part).zfill(4) for part in found[known]]):
            self.overlay(found[variable], _value(environ[variable], found[variable]), variable)

    def overlay_options(self, overrides: Mapping[str, Any]) -> None:
        """Lays the command line's values over everything, key by key; lists as a whole."""
        for section, table in overrides.items():
            values = table.items() if isinstance(table, Mapping) else ()
            for option, value in values:
                self.overlay((section, option), deepcopy(value), COMMAND_LINE)
            if not isinstance(table, Mapping):
                self.overlay((section,), deepcopy(table), COMMAND_LINE)

    def describe_printer(self, options: Mapping[str, str | None]) -> None:
        """Gives the only printer what --name and --profile say of it."""
        self.raw.setdefault("printer", [{}])
        several = len(tables_at(self.raw, ("printer",))) > 1
        for option, value in options.items():
            if value is not None and several:
                rule = "is about one printer, but several are configured"
                self.problems.append(Problem(COMMAND_LINE, f"--{option}", rule))
            elif value is not None:
                self.overlay(("printer", 0, option), value, COMMAND_LINE)

    def save_to(self, told: Mapping[str, Path | str | None]) -> None:
        """Gives every printer that has no output a folder, with what --save and --save-as tell of it."""
        printers = list(enumerate(tables_at(self.raw, ("printer",))))
        without = [(number, printer) for number, printer in printers if "output" not in printer]
        for option, (key, value) in zip(("--save", "--save-as"), told.items(), strict=True):
            for number, _ in without if value is not None else ():
                self.overlay(("printer", number, "output", 0, key), str(value), COMMAND_LINE)
            if value is not None and printers and not without:
                rule = "every printer has an output of its own already"
                self.problems.append(Problem(COMMAND_LINE, option, rule))
        for _, printer in without:
            printer.setdefault("output", [{}])

    def complete(self, environ: Mapping[str, str]) -> None:
        """Fills in the defaults that depend on other values or on who runs the server."""
        for section, known in Settings.model_fields.items():
            if known.alias in (None, section):
                self.raw.setdefault(section, {})  # so that its paths are those below our data directory
        if isinstance(self.raw["server"], dict):
            self.raw["server"].setdefault("data-dir", str(_data_dir(environ)))
        for number, printer in enumerate(tables_at(self.raw, ("printer",))):
            name = printer.get("name")
            if number and isinstance(name, str):
                printer.setdefault("path", f"/ipp/print/{quote(name, safe='')}")
            _name_outputs(tables_at(printer, ("output",)))
            self.profiles.append(self.profile_of(number, printer))

    def profile_of(self, number: int, printer: Table) -> Table:
        """What the profile of a printer says, or nothing."""
        name = printer.get("profile", DEFAULT_PROFILE)
        try:
            return profile_table(name if isinstance(name, str) else DEFAULT_PROFILE)
        except ConfigError as error:
            for problem in error.problems:
                if problem.source:
                    self.problems.append(problem)
                else:
                    self.add(("printer", number, "profile"), problem.rule)
        return profile_table(DEFAULT_PROFILE)

    def with_profiles(self, raw: Table) -> Table:
        """`raw` with a profile under every printer."""
        complete = deepcopy(raw)
        for profile, printer in zip(self.profiles, tables_at(complete, ("printer",)), strict=False):
            printer |= laid_over(profile, printer)
        return complete

    def settings(self) -> Settings | None:
        """The checked settings; with errors what is left of them, so that rules between keys are checked."""
        data = value_at(self.raw, ("server", "data-dir"))
        context = {"data": data if isinstance(data, str) else str(SYSTEM_DATA)}
        try:
            settings = Settings.model_validate(self.with_profiles(self.raw), context=context)
        except ValidationError as error:
            mended = deepcopy(self.raw)
            for key, rule in broken_rules(error, Settings):
                self.add(key, rule)
                drop(mended, key)
            try:
                settings = Settings.model_validate(self.with_profiles(mended), context=context)
            except ValidationError:
                return None
        for key, rule in conflicts(settings):
            self.add(key, rule)
        return settings


def _key(variable: str) -> Key:
    parts = variable.removeprefix(PREFIX).lower().replace("__", "\0").replace("_", "-").split("\0")
    return tuple(int(part) if re.fullmatch(r"[0-9]{1,4}", part) else part for part in parts)


def _value(text: str, key: Key) -> object:
    """`text` as the TOML value that it spells, or as itself where the key takes text."""
    if _takes_text(key):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _takes_text(key: Key) -> bool:
    node = schema = _schema()
    for part in key:
        node = node.get("items", {}) if isinstance(part, int) else node.get("properties", {}).get(part, {})
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rpartition("/")[2]]
        if "oneOf" in node:
            each = [schema["$defs"][output.__name__]["properties"] for output in OUTPUT_TYPES.values()]
            node = {"properties": {name: known for table in each for name, known in table.items()}}
    return node.get("type") == "string"


@lru_cache(maxsize=1)
def _schema() -> Table:
    return Settings.model_json_schema(by_alias=True)


def _data_dir(environ: Mapping[str, str]) -> Path:
    if os.geteuid() == 0:
        return SYSTEM_DATA
    base = Path(environ.get("XDG_DATA_HOME", ""))
    return (base if base.is_absolute() else Path("~/.local/share").expanduser()) / "ippserver"


def _name_outputs(outputs: list[Table]) -> None:
    """Gives outputs without a name their type's, then that with a number: folder, folder-2 ..."""
    taken = {str(output.get("name")) for output in outputs}
    for output in outputs:
        kind = str(output.get("type", "folder"))
        names = (kind if number == 1 else f"{kind}-{number}" for number in range(1, len(outputs) + 2))
        output.setdefault("name", next(name for name in names if name not in taken))
        taken.add(str(output["name"]))
