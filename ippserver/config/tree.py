"""A configuration before it is checked: nested tables and lists of any TOML values, reached by keys."""

from typing import Any, TypeAlias

Key: TypeAlias = tuple[str | int, ...]
"""The way to a value: tables by key, values of lists by number."""

Table: TypeAlias = dict[str, Any]  # what tomllib hands over: values of any TOML type


class Misfit(Exception):
    """A key that leads nowhere in the tree as it is; says why."""


def put(tree: Table, key: Key, value: object) -> None:
    """Sets the value at `key`, making the tables and lists on the way that are missing.

    Raises:
        Misfit: There is something else on the way; the tree is unchanged.
    """
    *way, last = key
    node: Any = tree
    made: list[tuple[Any, str | int, Any]] = []
    for part, following in zip(way, key[1:], strict=True):
        _check(node, part)
        try:
            node = node[part]
        except (KeyError, IndexError):
            made.append((node, part, [] if isinstance(following, int) else {}))
            node = made[-1][2]
    _check(node, last)
    for parent, part, child in (*made, (node, last, value)):
        if isinstance(parent, list) and part == len(parent):
            parent.append(child)
        else:
            parent[part] = child


def _check(node: object, part: str | int) -> None:
    match node:
        case dict() if isinstance(part, str):
            return
        case list() if isinstance(part, int):
            if part > len(node):
                raise Misfit(f"there are only {len(node)} before it")
        case dict() | list():
            raise Misfit("values of a list are named by number, those of a table by key")
        case _:
            raise Misfit("belongs to a value that is neither a table nor a list")


def value_at(tree: object, key: Key) -> object:
    """The value at `key`, or None."""
    for part in key:
        match tree:
            case dict() if part in tree:
                tree = tree[part]
            case list() if isinstance(part, int) and part < len(tree):
                tree = tree[part]
            case _:
                return None
    return tree


def tables_at(tree: object, key: Key) -> list[Table]:
    """The tables in the list at `key`; what is no table, or no list, is left out."""
    found = value_at(tree, key)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def drop(tree: Table, key: Key) -> None:
    """Takes the value at `key` out: the whole list where it stands in one."""
    while len(key) > 1 and isinstance(key[-1], int):
        key = key[:-1]
    parent = value_at(tree, key[:-1])
    if isinstance(parent, dict):
        parent.pop(key[-1], None)
