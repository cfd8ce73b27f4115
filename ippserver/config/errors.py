"""What is wrong with a configuration: every problem with its source, key and rule."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ippserver.config.tree import Key

_RULES: Final[Mapping[str, str]] = {
    "extra_forbidden": "there is no such key",
    "missing": "must be given",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "string_type": 'must be text in quotes, "..."',
    "bool_type": "must be true or false",
    "tuple_type": "must be a list, [...]",
    "path_type": 'must be a path in quotes, "..."',
    "is_instance_of": "has the wrong type",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "too_short": "must hold at least {min_length}",
    "string_too_short": "must not be empty",
    "string_too_long": "must be at most {max_length} characters long",
    "string_pattern_mismatch": "must match {pattern}",
    "value_error": "{error}",
}
"""Pydantic's kinds of error as rules of ours."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One error: where it was written, the key as TOML writes it, and the rule that it breaks."""

    source: str
    """The file, the environment variable, or "command line"."""
    key: str
    """Dotted; tables and values in lists by number from 0, as in `printer.0.media-default`."""
    rule: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.source, self.key, self.rule)))


class ConfigError(Exception):
    """The configuration is not usable; `problems` is all that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


def broken_rules(error: ValidationError, model: type[BaseModel]) -> Iterator[tuple[Key, str]]:
    """Pydantic's errors about a `model` as keys of ours and the rules that they break."""
    details = [(_toml_key(detail["loc"]), detail) for detail in error.errors(include_url=False)]
    for key, detail in details:
        # A list of wrong values counts as too short as well: the values' own errors say enough.
        follows = detail["type"] == "too_short" and any(
            other[: len(key)] == key and other != key for other, _ in details
        )
        if not follows:
            yield key, _rule(detail, key, model)


def _toml_key(location: Sequence[int | str]) -> Key:
    """Pydantic's location without the tag that it puts after an output's number."""
    key = list(location)
    if key[:1] == ["printer"] and key[2:3] == ["output"] and len(key) > 4:
        del key[4]
    return tuple(key)


def _rule(detail: ErrorDetails, key: Key, model: type[BaseModel]) -> str:
    kind = detail["type"]
    text = _RULES[kind].format_map(detail.get("ctx", {})) if kind in _RULES else detail["msg"]
    if kind == "tuple_type" and isinstance(detail["input"], Mapping):
        return f"must be a list of tables: each begins with [[{_table(key)}]]"
    if kind != "extra_forbidden":
        return text
    likely = difflib.get_close_matches(str(key[-1]), _known_keys(model, key[:-1]), n=1)
    if key[-1] in likely:  # where there are several kinds of tables, of another one
        return f"{text} beside this type"
    return f'{text}; did you mean "{likely[0]}"?' if likely else text


def _table(key: Key) -> str:
    """How a list of tables is called in TOML: without the numbers."""
    return ".".join(part for part in key if isinstance(part, str))


def _known_keys(model: type[BaseModel] | None, way: Key) -> list[str]:
    """The keys of the table that `way` leads to, of the first kind where there are several."""
    for part in way:
        if model is not None and isinstance(part, str):
            fields = {known.alias or name: known for name, known in model.model_fields.items()}
            model = _model_in(fields[part].annotation) if part in fields else None
    return [] if model is None else [known.alias or name for name, known in model.model_fields.items()]


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := _model_in(one)) is not None), None)
