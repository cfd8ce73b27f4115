"""Whatever a configuration holds, it is either usable or told in full: never another exception."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from ippserver.config import ConfigError, FolderSettings, PrinterSettings, Settings, load, warnings

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["/a", "1 GiB"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)


def tables(model: type[BaseModel]) -> st.SearchStrategy[dict[str, Any]]:
    known = st.sampled_from([str(field.alias or name) for name, field in model.model_fields.items()])
    return st.dictionaries(known | st.text(max_size=4), values, max_size=4)


@st.composite
def configurations(draw: st.DrawFn) -> dict[str, Any]:
    sections = [
        (name, field.annotation) for name, field in Settings.model_fields.items() if name != "printers"
    ]
    chosen = draw(st.lists(st.sampled_from(sections), max_size=3))
    drawn: dict[str, Any] = {
        name: draw(values | tables(section))
        for name, section in chosen
        if isinstance(section, type) and issubclass(section, BaseModel)
    }
    printers = draw(values | st.lists(tables(PrinterSettings), max_size=3))
    for printer in printers if isinstance(printers, list) else ():
        if isinstance(printer, dict) and draw(st.booleans()):
            printer["output"] = draw(values | st.lists(tables(FolderSettings), max_size=2))
    return drawn | ({} if printers is None else {"printer": printers})


def complaints(environ: dict[str, str], overrides: dict[str, Any]) -> list[str]:
    """What is said of a configuration: the problems, or the warnings where it is usable."""
    try:
        return list(warnings(load(None, environ, overrides)))
    except ConfigError as error:
        return [f"{problem.source}: {problem.rule}" for problem in error.problems]


@given(configurations())
def test_any_tree_gives_settings_or_problems(tree: dict[str, Any]) -> None:
    before = repr(tree)
    assert all(": " in complaint for complaint in complaints({}, tree))
    assert repr(tree) == before


@given(
    st.dictionaries(
        st.lists(
            st.sampled_from(
                ["SERVER", "PRINTER", "LISTEN", "OUTPUT", "NAME", "0", "1", "LIMITS", "MAX_JOBS", "_", ""]
            ),
            max_size=5,
        ).map(lambda parts: "IPPSERVER__" + "__".join(parts)),
        st.text(max_size=8) | st.sampled_from(["[]", "{}", "5", '["[::]:5"]', "true", "{name = 5}"]),
        max_size=4,
    )
)
def test_any_environment_gives_settings_or_problems(environ: dict[str, str]) -> None:
    assert all(": " in complaint for complaint in complaints(environ, {}))
