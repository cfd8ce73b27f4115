"""Tests of what an operation does: each runs once more where the operation does nothing, and must fail there.

`@pytest.mark.effect(Operation.HOLD_JOB)` is the promise that a test would notice if Hold-Job answered
successful-ok and did nothing else. The promise is held to: the test runs as it is, and again for each
operation that it names with a handler that does nothing. So no empty test counts, and none that looks at
the status alone.
"""

import ast
from collections.abc import Generator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from ippserver.iana.enums import Operation
from ippserver.operations import table
from ippserver.operations.declare import Call, OperationSpec, Reply
from ippserver.testing import desk

MARKER: Final = "effect"
PATIENCE_SECONDS: Final = 0.2
"""How long a Desk waits for a Job whose operation did nothing."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs a marked test once as it is, and once without each of the operations that it names."""
    marker = metafunc.definition.get_closest_marker(MARKER)
    if marker is not None:
        hollow = [pytest.param(operation, id=f"without-{operation.keyword}") for operation in marker.args]
        metafunc.parametrize("_hollow", [pytest.param(None, id="done"), *hollow], indirect=True)


@pytest.fixture(autouse=True)
def _hollow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Operation | None:
    """The operation that does nothing in this run, or None."""
    operation: Operation | None = getattr(request, "param", None)
    if operation is not None:
        without = tuple(hollowed(spec) if spec.operation == operation else spec for spec in table.OPERATIONS)
        monkeypatch.setattr(table, "OPERATIONS", without)
        monkeypatch.setattr(desk, "_PATIENCE_SECONDS", PATIENCE_SECONDS)
    return operation


def hollowed(spec: OperationSpec) -> OperationSpec:
    """The same operation, which does nothing and says that all is well."""
    return replace(spec, handler=_nothing)


async def _nothing(call: Call) -> Reply:
    """Takes the document, if there is one, says successful-ok, and that is all."""
    async for _ in call.document:
        pass
    return Reply()


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Turns the outcome round where the operation does nothing."""
    operation = pyfuncitem.funcargs.get("_hollow")
    if not isinstance(operation, Operation):
        return (yield)
    try:
        yield
    except (Exception, pytest.fail.Exception):
        return True
    pytest.fail(f"This test succeeds although {operation.keyword} does nothing.", pytrace=False)


@cache
def marked() -> Mapping[str, int]:
    """How many tests of its effect an operation has, by its name in `Operation`."""
    found: dict[str, int] = {}
    for path in Path(__file__).parent.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for name in _named(node):
                found[name] = found.get(name, 0) + 1
    return found


def _named(node: ast.AST) -> list[str]:
    """The operations in the mark that decorates `node`, if it is a test."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or not node.name.startswith("test_"):
        return []
    return [
        argument.attr
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == f"pytest.mark.{MARKER}"
        for argument in decorator.args
        if isinstance(argument, ast.Attribute)
    ]
