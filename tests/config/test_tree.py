from typing import Any

import pytest

from ippserver.config.tree import Key, Misfit, drop, put, tables_at, value_at


@pytest.mark.parametrize(
    ("tree", "key", "expected"),
    [
        ({}, ("a",), {"a": 7}),
        ({"a": 1}, ("a",), {"a": 7}),
        ({}, ("a", "b"), {"a": {"b": 7}}),
        ({}, ("a", 0, "b"), {"a": [{"b": 7}]}),
        ({"a": [{"b": 1}]}, ("a", 0, "c"), {"a": [{"b": 1, "c": 7}]}),
        ({"a": [1]}, ("a", 1), {"a": [1, 7]}),
        ({"a": [1, 2]}, ("a", 0), {"a": [7, 2]}),
    ],
)
def test_a_value_is_put_where_its_key_leads(tree: dict[str, Any], key: Key, expected: dict[str, Any]) -> None:
    put(tree, key, 7)
    assert tree == expected


@pytest.mark.parametrize(
    ("tree", "key", "reason"),
    [
        ({"a": [1]}, ("a", 2), "there are only 1 before it"),
        ({}, ("a", 1, "b"), "there are only 0 before it"),
        ({"a": [1]}, ("a", "b"), "values of a list are named by number, those of a table by key"),
        ({"a": {}}, ("a", 0), "values of a list are named by number, those of a table by key"),
        ({"a": 1}, ("a", "b", "c"), "belongs to a value that is neither a table nor a list"),
    ],
)
def test_a_key_that_leads_nowhere_changes_nothing(tree: dict[str, Any], key: Key, reason: str) -> None:
    before = repr(tree)
    with pytest.raises(Misfit, match=f"^{reason}$"):
        put(tree, key, 7)
    assert repr(tree) == before


def test_what_is_not_there_has_no_value() -> None:
    tree = {"a": [{"b": 1}], "c": 2}
    assert value_at(tree, ("a", 0, "b")) == 1
    assert [value_at(tree, key) for key in (("x",), ("a", 1), ("a", "b"), ("c", "d"), ("a", 0, 0))] == [
        None
    ] * 5


def test_tables_are_picked_out_of_lists() -> None:
    tree = {"a": [{"b": 1}, 5, {"c": 2}], "d": {"e": 1}}
    assert tables_at(tree, ("a",)) == [{"b": 1}, {"c": 2}]
    assert tables_at(tree, ("d",)) == tables_at(tree, ("x",)) == []


@pytest.mark.parametrize(
    ("key", "left"),
    [
        (("a", "b"), {"a": {"c": [1, 2]}}),
        (("a", "c", 1), {"a": {"b": 1}}),
        (("x", "y"), {"a": {"b": 1, "c": [1, 2]}}),
    ],
)
def test_a_value_in_a_list_is_dropped_with_its_list(key: Key, left: dict[str, Any]) -> None:
    tree: dict[str, Any] = {"a": {"b": 1, "c": [1, 2]}}
    drop(tree, key)
    assert tree == left
