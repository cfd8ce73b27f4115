"""Python source as the formatter leaves it, and the names of registered words in it; serves `generate`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ippserver.iana.syntax import PYTHON_TYPES, Syntax

LINE_LENGTH: Final = 110

_CLASS_NAMES: Final[Mapping[str, str]] = {
    "document-state-reasons": "DocumentStateReason",
    "job-state-reasons": "JobStateReason",
    "notify-events": "NotifyEvent",
    "printer-state-reasons": "PrinterStateReason",
    "resource-state-reasons": "ResourceStateReason",
    "system-state-reasons": "SystemStateReason",
}
"""Classes whose name is not the attribute's own in capitals."""


def identifier(text: str) -> str:
    """A registered word as the name of a constant."""
    word = re.sub(r"[^A-Za-z0-9]", "_", text).upper()
    return f"V{word}" if word[0].isdigit() else word


def class_name(attribute: str, taken: Iterable[str]) -> str:
    """The class for an attribute's enums or keywords; `-supported` is dropped where that name is free."""
    short = attribute.removesuffix("-supported")
    if short in taken:
        short = attribute
    return _CLASS_NAMES.get(attribute) or "".join(part.capitalize() for part in short.split("-"))


def call(start: str, arguments: Sequence[str], indent: str = "") -> list[str]:
    """`start(arguments)` as the formatter leaves it: one line, or one argument a line."""
    line = f"{indent}{start}({', '.join(arguments)})"
    if len(line) <= LINE_LENGTH:
        return [line]
    inner = indent + "    "
    lines = [f"{indent}{start}("]
    for argument in arguments:
        if len(inner) + len(argument) + 1 > LINE_LENGTH and argument.endswith(")"):
            function, _, rest = argument.partition("(")
            *wrapped, last = call(function, _split(rest[:-1]), inner)
            lines += [*wrapped, f"{last},"]
        else:
            lines.append(f"{inner}{argument},")
    return [*lines, f"{indent})"]


def _split(arguments: str) -> list[str]:
    return re.findall(r'"[^"]*"|[^,\s]+', arguments)


def import_line(module: str, *names: str) -> list[str]:
    """`from module import names` as the formatter leaves it."""
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= LINE_LENGTH:
        return [line]
    return [f"from {module} import (", *(f"    {name}," for name in names), ")"]


def module_text(lines: Iterable[str]) -> str:
    """The lines as a file."""
    return "\n".join(lines).rstrip("\n") + "\n"


def assignment(name: str, values: Sequence[str], indent: str = "") -> list[str]:
    """`name = a, b` as the formatter leaves it."""
    line = f"{indent}{name} = {', '.join(values)}"
    return [line] if len(line) <= LINE_LENGTH else call(f"{name} = ", values, indent)


def python_type(syntaxes: Iterable[Syntax]) -> str:
    """The annotation for the values of the syntaxes together."""
    names = {t.__name__ for s in syntaxes for a in s.alternatives for t in PYTHON_TYPES[a.type]}
    return " | ".join(sorted(names)) or "OutOfBand"


def value_imports(syntaxes: Iterable[Syntax], *others: str) -> list[str]:
    """The imports that `python_type(syntaxes)` and the `others` of `ipp.values` need."""
    used = {*python_type(syntaxes).split(" | "), *others}
    collection = ["from ippserver.ipp.attributes import Collection"] if "Collection" in used else []
    return [*collection, *import_line("ippserver.ipp.values", *sorted(used - {"Collection", "bool", "int"}))]
