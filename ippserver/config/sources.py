"""From a TOML file, the environment and the command line to Settings, or to every error in them at once."""

import os
import re
import tomllib
from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from pydantic import ValidationError

from ippserver.config.checks import conflicts
from ippserver.config.errors import ConfigError, Key, Problem, broken_rules
from ippserver.config.fields import SYSTEM_DATA
from ippserver.config.settings import FolderSettings, Settings

PREFIX: Final = "IPPSERVER__"
"""What the names of environment variables for settings begin with."""

Table: TypeAlias = dict[str, Any]  # what tomllib hands over: values of any TOML type


def load(
    path: Path | None,
    environ: Mapping[str, str],
    overrides: Mapping[str, Any],
    *,
    name: str | None = None,
    save: Path | None = None,
) -> Settings:
    """The settings of the TOML file at `path`, overlaid by the environment and then by `overrides`.

    `overrides` is shaped like the file: `{"server": {"data-dir": "/srv/print"}}`. `name` names the only
    printer; `save` is the output folder of every printer that configures no output. Relative paths start at
    the current directory.

    Raises:
        ConfigError: With every problem found.
    """
    draft = _Draft(path)
    draft.overlay_environment(environ)
    draft.overlay_options(overrides, name, save)
    draft.complete(environ, save)
    settings = draft.settings()
    if draft.problems or settings is None:
        raise ConfigError(draft.problems)
    return settings


@dataclass(slots=True)
class _Draft:
    """A configuration on its way: raw values, where they came from, and what is wrong so far."""

    path: Path | None
    raw: Table = field(default_factory=dict)
    sources: dict[Key, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.path is None:
            return
        try:
            self.raw = tomllib.loads(self.path.read_text(encoding="utf-8"))
        except OSError as problem:
            raise ConfigError(
                [Problem(str(self.path), "", problem.strerror or "cannot be read")]
            ) from problem
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
            raise ConfigError([Problem(str(self.path), "", f"is no TOML: {problem}")]) from problem

    def add(self, key: Key, rule: str) -> None:
        """Notes that `key` breaks `rule`."""
        length = len(key)
        about = [
            name
            for known, name in self.sources.items()
            if known == key[: len(known)] or known[:length] == key
        ]
        source = about[-1] if about else str(self.path or "built-in defaults")
        self.problems.append(Problem(source, ".".join(map(str, key)), rule))

    def overlay_environment(self, environ: Mapping[str, str]) -> None:
        """Lays IPPSERVER__SECTION__KEY=VALUE over the file's values."""
        found = [(_key(variable), variable) for variable in environ if variable.startswith(PREFIX)]
        for key, variable in sorted(
            found, key=lambda pair: [(isinstance(part, str), part) for part in pair[0]]
        ):
            self.sources[key] = variable
            rule = _put(self.raw, key, _value(environ[variable], key))
            if rule:
                self.add(key, rule)

    def overlay_options(self, overrides: Mapping[str, Any], name: str | None, save: Path | None) -> None:
        """Lays the command line's values over everything."""
        for section, table in overrides.items():
            for option, value in table.items() if isinstance(table, Mapping) else ():
                key: Key = (section, option)
                self.sources[key] = "command line"
                _put(self.raw, key, value)
            if not isinstance(table, Mapping):
                self.raw[section] = table
        printers = self.raw.setdefault("printer", [{}])
        if not isinstance(printers, list):
            return
        if name is not None and len(printers) > 1:
            self.problems.append(
                Problem("command line", "--name", "names one printer, but several are configured")
            )
        elif name is not None and printers and isinstance(printers[0], dict):
            self.sources["printer", 0, "name"] = "command line"
            printers[0]["name"] = name
        if save is not None and all(
            isinstance(printer, dict) and "output" in printer for printer in printers
        ):
            self.problems.append(
                Problem("command line", "--save", "every printer has an output of its own already")
            )

    def complete(self, environ: Mapping[str, str], save: Path | None) -> None:
        """Fills in the defaults that depend on other values or on who runs the server."""
        for section, known in Settings.model_fields.items():
            if not known.alias or known.alias == section:
                self.raw.setdefault(section, {})  # so that its paths are those below our data directory
        server = self.raw["server"]
        if isinstance(server, dict) and "data-dir" not in server:
            server["data-dir"] = str(_data_dir(environ))
        printers = self.raw.get("printer")
        tables = (
            [printer for printer in printers if isinstance(printer, dict)]
            if isinstance(printers, list)
            else []
        )
        for number, printer in enumerate(tables):
            name = printer.get("name")
            if number and "path" not in printer and isinstance(name, str):
                printer["path"] = f"/ipp/print/{quote(name, safe='')}"
            if "output" not in printer:
                printer["output"] = [{} if save is None else {"folder": str(save)}]
            _name_outputs(printer["output"])

    def settings(self) -> Settings | None:
        """The checked settings; with errors what is left of them, so that rules between keys are checked."""
        context = {"data": _value_at(self.raw, ("server", "data-dir"))}
        if not isinstance(context["data"], str):
            context["data"] = str(SYSTEM_DATA)
        try:
            settings = Settings.model_validate(self.raw, context=context)
        except ValidationError as error:
            mended = deepcopy(self.raw)
            for key, rule in broken_rules(error):
                self.add(key, rule)
                _drop(mended, key)
            try:
                settings = Settings.model_validate(mended, context=context)
            except ValidationError:
                return None
        for key, rule in conflicts(settings):
            self.add(key, rule)
        return settings


def _key(variable: str) -> Key:
    parts = variable.removeprefix(PREFIX).lower().replace("__", "\0").replace("_", "-").split("\0")
    return tuple(int(part) if re.fullmatch(r"\d{1,4}", part) else part for part in parts)


def _value(text: str, key: Key) -> object:
    """`text` as the TOML value that it spells, or as itself where the key takes text."""
    if _takes_text(key):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _takes_text(key: Key) -> bool:
    schema: Table = Settings.model_json_schema(by_alias=True)
    node: Table = schema
    for part in key:
        node = node.get("items", {}) if isinstance(part, int) else node.get("properties", {}).get(part, {})
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rpartition("/")[2]]
        if "oneOf" in node:
            node = schema["$defs"][FolderSettings.__name__]
    return node.get("type") == "string"


def _put(raw: Table, key: Key, value: object) -> str:
    """Sets `key` in `raw`, making what is missing on the way; answers why it cannot, or "" ."""
    *way, last = key
    node: Any = raw
    for part, following in zip(way, key[1:], strict=True):
        rule = _misfit(node, part)
        if rule:
            return rule
        if part not in _parts(node):
            rule = _misfit([], following) if isinstance(following, int) else ""
            if rule:
                return rule
            _set(node, part, [] if isinstance(following, int) else {})
        node = node[part]
    rule = _misfit(node, last)
    if not rule:
        _set(node, last, value)
    return rule


def _misfit(node: object, part: str | int) -> str:
    match node:
        case dict() if isinstance(part, str):
            return ""
        case list() if isinstance(part, int):
            return "" if part <= len(node) else f"there are only {len(node)} before it"
        case dict() | list():
            return "values of a list are named by number, those of a table by key"
    return "belongs to a value that is neither a table nor a list"


def _parts(node: Table | list[Any]) -> Collection[str | int]:
    return node.keys() if isinstance(node, dict) else range(len(node))


def _set(node: Any, part: str | int, value: object) -> None:
    if isinstance(node, list) and part == len(node):
        node.append(value)
    else:
        node[part] = value


def _value_at(raw: object, key: Key) -> object:
    for part in key:
        try:
            raw = raw[part]  # type: ignore[index]  # whatever cannot be indexed so has no value there
        except (KeyError, IndexError, TypeError):
            return None
    return raw


def _data_dir(environ: Mapping[str, str]) -> Path:
    if os.geteuid() == 0:
        return SYSTEM_DATA
    base = environ.get("XDG_DATA_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path("~/.local/share").expanduser()) / "ippserver"


def _name_outputs(outputs: object) -> None:
    """Gives outputs without a name their type's, then that with a number: folder, folder-2 ..."""
    tables = [output for output in outputs if isinstance(output, dict)] if isinstance(outputs, list) else []
    taken = {str(output["name"]) for output in tables if "name" in output}
    for output in tables:
        kind = str(output.get("type", "folder"))
        names = (kind if number == 1 else f"{kind}-{number}" for number in range(1, len(tables) + 2))
        output.setdefault("name", next(name for name in names if name not in taken))
        taken.add(str(output["name"]))


def _drop(raw: Table, key: Key) -> None:
    """Takes the value at `key` out of `raw`: all of its list where it stands in one of plain values."""
    while len(key) > 1 and isinstance(key[-1], int):
        key = key[:-1]
    parent = _value_at(raw, key[:-1])
    if isinstance(parent, dict):
        parent.pop(key[-1], None)
