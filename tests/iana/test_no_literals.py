"""No registered name is typed as a string outside `iana`: handles are checked, strings are not."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ippserver
from ippserver.iana.enums import Operation, Status
from ippserver.iana.names import DEFINITIONS

PACKAGE = Path(ippserver.__file__).parent
EXEMPT = {
    "iana",
    "config",  # keys of the configuration file are words of our own, some of which are attributes' names too
}
SOURCES = sorted(
    path.relative_to(PACKAGE)
    for path in PACKAGE.rglob("*.py")
    if path.relative_to(PACKAGE).parts[0] not in EXEMPT
)
REGISTERED = {
    name
    for name in (*DEFINITIONS, *(code.keyword for code in Operation), *(code.keyword for code in Status))
    if "-" in name
}


def literals(tree: ast.AST) -> Iterator[ast.Constant]:
    """Every string that is a value, so no docstring: those stand alone as statements."""
    documentation = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node


def typed_names(source: str) -> list[tuple[int, str]]:
    return [
        (node.lineno, node.value)
        for node in literals(ast.parse(source))
        if isinstance(node.value, str) and node.value in REGISTERED
    ]


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_a_module_outside_iana_types_no_registered_name(path: Path) -> None:
    assert typed_names((PACKAGE / path).read_text(encoding="utf-8")) == []


def test_the_search_finds_a_typed_name_but_not_a_mention_in_documentation() -> None:
    source = (
        '"""job-name"""\nX = 1\n"""printer-uri"""\ngroup.get("job-name")\nhelp = "the job-name to show"\n'
    )
    assert typed_names(source) == [(4, "job-name")]
