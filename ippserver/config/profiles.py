"""The profiles that come with the program, and files of their kind: read, and laid under printers."""

import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from ippserver.config.errors import ConfigError, Problem, broken_rules
from ippserver.config.profile import ProfileFile
from ippserver.config.tree import Table, tables_at, value_at
from ippserver.iana.media import fits_custom, is_bound, is_roll, media_size

DEFAULT_PROFILE: Final = "office-color"
_SUFFIX: Final = ".toml"
_OF_THE_FILE: Final = ("summary", "profile")
"""Keys that are no facts of a device."""
_MAX_DEPTH: Final = 5
"""So many files may each be founded on another."""


@lru_cache(maxsize=1)
def profile_names() -> tuple[str, ...]:
    """The profiles that come with the program, the default first."""
    folder = files("ippserver") / "profiles"
    names = sorted(
        entry.name.removesuffix(_SUFFIX) for entry in folder.iterdir() if entry.name.endswith(_SUFFIX)
    )
    return (DEFAULT_PROFILE, *(name for name in names if name != DEFAULT_PROFILE))


def profile_table(name: str) -> Table:
    """The facts of the profile `name`, or of the file of that path, shaped like a printer's table.

    Raises:
        ConfigError: There is none, or it is wrong: with every problem in it.
    """
    return _facts(name, 0)


def profile_summary(name: str) -> str:
    """What a profile says of itself.

    Raises:
        ConfigError: As `profile_table`.
    """
    return str(_read(name).get("summary", ""))


def profile_text(name: str) -> str:
    """Its file as it is.

    Raises:
        ConfigError: As `profile_table`.
    """
    return _load(name)[0]


def _facts(name: str, depth: int) -> Table:
    table = _read(name)
    if depth == _MAX_DEPTH:
        raise ConfigError([Problem(name, "profile", "is founded on too many others")])
    base = table.get("profile") or (None if name == DEFAULT_PROFILE else DEFAULT_PROFILE)
    facts = {key: value for key, value in table.items() if key not in _OF_THE_FILE}
    return facts if base is None or _comes_along(name) else laid_over(_facts(base, depth + 1), facts)


def _comes_along(name: str) -> bool:
    return not name.endswith(_SUFFIX)


def _read(name: str) -> Table:
    return _load(name)[1]


def _load(name: str) -> tuple[str, Table]:
    """The text of a profile's file, and its content, which is checked; nobody may change it."""
    if not _comes_along(name):
        path = Path(name).expanduser()
        try:
            return _checked(str(path), path.read_bytes())
        except OSError as problem:
            raise ConfigError([Problem(str(path), "", problem.strerror or "cannot be read")]) from problem
    if name not in profile_names():
        known = ", ".join(profile_names())
        raise ConfigError([Problem("", "", f'"{name}" is none of {known}, and no .toml file')])
    return _of_program(name)


@lru_cache(maxsize=16)
def _of_program(name: str) -> tuple[str, Table]:
    return _checked(name, (files("ippserver") / "profiles" / f"{name}{_SUFFIX}").read_bytes())


def _checked(source: str, octets: bytes) -> tuple[str, Table]:
    try:
        text = octets.decode()
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ConfigError([Problem(source, "", f"is no TOML: {problem}")]) from problem
    try:
        ProfileFile.model_validate(table)
    except ValidationError as error:
        rules = broken_rules(error, ProfileFile)
        raise ConfigError([Problem(source, ".".join(map(str, key)), rule) for key, rule in rules]) from error
    return text, table


def laid_over(profile: Table, own: Table) -> Table:
    """`own` on top of `profile`: tables key by key, anything else as a whole.

    Where `own` has other media or types, what the profile says of those that are gone does not count.
    """
    under = deepcopy(profile)
    if isinstance(own.get("media"), list):
        _without_media(under, own["media"])
    if isinstance(own.get("media-types"), list):
        _without_types(under, own["media-types"])
    return _merged(under, own)


def _merged(under: Table, own: Table) -> Table:
    merged = dict(under)
    for key, value in own.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            value = _merged(below, value)
        merged[key] = value
    return merged


def _without_media(profile: Table, media: list[object]) -> None:
    known = [name for name in media if isinstance(name, str) and media_size(name)]
    single = [name for name in known if not is_bound(name)]
    if not single:
        return
    if profile.get("media-default") not in single:
        profile["media-default"] = single[0]
    profile["borderless"] = [name for name in profile.get("borderless", []) if name in single]
    profile["media-of-type"] = {
        kind: [name for name in names if name in single] for kind, names in _of_type(profile)
    }
    for tray in tables_at(profile, ("device", "tray")):
        inside = str(tray.get("media"))
        if inside not in single and not (is_roll(inside) and fits_custom(inside, known)):
            tray.pop("media", None)


def _without_types(profile: Table, types: list[object]) -> None:
    profile["media-of-type"] = {kind: names for kind, names in _of_type(profile) if kind in types}
    for tray in tables_at(profile, ("device", "tray")):
        if tray.get("type") not in types:
            tray.pop("type", None)


def _of_type(profile: Table) -> Iterator[tuple[str, list[str]]]:
    found = value_at(profile, ("media-of-type",))
    yield from found.items() if isinstance(found, Mapping) else ()
