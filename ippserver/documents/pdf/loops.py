"""Forms and patterns that draw themselves, or each other without measure: no reader ever ends with them."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import pikepdf

from ippserver.documents.errors import DamagedDocument, DocumentTooLarge

_DRAWS: Final = re.compile(rb"(/[^\s/<>\[\](){}%]+)\s+(Do|scn|SCN)\b")
_FORMS: Final = "/XObject"
_PATTERNS: Final = "/Pattern"
_MOST_DRAWN: Final = 10**6
"""How often what is on a page may be drawn through forms in forms."""
_DEEP: Final = 8
"""Forms in forms as honest programs write them are not deeper: who goes on is looked at closely."""

_Key = tuple[int, int]
"""Of an object in its file."""
_Drawn = tuple[str, str]
"""Where it is found among the resources: kind and name."""


def check(pages: Iterable[pikepdf.Page]) -> None:
    """Looks whether drawing the `pages` comes to an end, as far as their forms and patterns go.

    Raises:
        DamagedDocument: One draws itself.
        DocumentTooLarge: They draw each other too often.
    """
    seen: set[_Key] = set()
    for page in pages:
        resources = page.resources
        if _may_go_on(resources, seen):
            walk = _Walk()
            for stream in dict(_below(resources)).values():
                walk.draws(stream, resources)


def _below(resources: pikepdf.Object) -> Iterator[tuple[_Drawn, pikepdf.Object]]:
    """What there is to be drawn."""
    for kind, entry, value in ((_FORMS, "/Subtype", "/Form"), (_PATTERNS, "/PatternType", 1)):
        streams = resources.get(kind)
        for name, stream in streams.items() if isinstance(streams, pikepdf.Dictionary) else ():
            if isinstance(stream, pikepdf.Stream) and stream.get(entry) == value:
                yield (kind, name), stream


def _within(stream: pikepdf.Object, around: pikepdf.Object) -> pikepdf.Object:
    """The resources of `stream`: its own, or those `around` it."""
    own = stream.get("/Resources")
    return own if isinstance(own, pikepdf.Dictionary) else around


def _may_go_on(resources: pikepdf.Object, seen: set[_Key]) -> bool:
    """Whether what may draw what has circles, or goes deep; of `seen` that is known not to be so."""
    path: list[tuple[_Key | None, pikepdf.Object, Iterator[tuple[_Drawn, pikepdf.Object]]]]
    path = [(None, resources, _below(resources))]
    while path:
        key, around, streams = path[-1]
        for _, stream in streams:
            if any(stream.objgen == above for above, _, _ in path) or len(path) > _DEEP:
                return True
            if stream.objgen not in seen:
                within = _within(stream, around)
                path.append((stream.objgen, within, _below(within)))
                break
        else:
            path.pop()
            if key is not None:
                seen.add(key)
    return False


class _Walk:
    """What is really drawn, as the streams themselves say."""

    def __init__(self) -> None:
        self._known: dict[_Key, int | None] = {}
        """How much each draws; None while that is being found out."""

    def draws(self, stream: pikepdf.Object, around: pikepdf.Object) -> int:
        """How much `stream` draws, itself counted; `around` it are resources, should it have none."""
        key = stream.objgen
        if key in self._known:
            known = self._known[key]
            if known is None:
                raise DamagedDocument("A form of the document draws itself.")
            return known
        self._known[key] = None
        resources = _within(stream, around)
        below = dict(_below(resources))
        drawn = [
            (_FORMS if operator == b"Do" else _PATTERNS, name.decode("latin-1"))
            for name, operator in _DRAWS.findall(stream.read_bytes())
        ]
        count = 1 + sum(self.draws(below[name], resources) for name in drawn if name in below)
        if count > _MOST_DRAWN:
            raise DocumentTooLarge("The forms of the document draw each other too often.")
        self._known[key] = count
        return count
