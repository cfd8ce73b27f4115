"""Which way text runs: the Unicode Bidirectional Algorithm (UAX 9) on strings of classes.

Each character becomes a letter that says its class (`_LETTERS`); nearly all rules are substitutions on those
letters, which is many times as fast as to look at one character after the other.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Final

_LETTERS: Final = {
    **{"L": "L", "R": "R", "AL": "A", "EN": "1", "AN": "2", "ES": "-", "ET": "%", "CS": ",", "NSM": "M"},
    **{"BN": "X", "B": "B", "S": "S", "WS": "W", "ON": "N"},
    **{"LRE": "l", "RLE": "r", "LRO": "o", "RLO": "p", "PDF": "q"},
    **{"LRI": "i", "RLI": "j", "FSI": "f", "PDI": "d", "": "L"},
}
_REMOVED: Final = "Xlropq"
"""Classes that no rule is applied to (X9)."""
_OPENING: Final = "lropijf"
_ISOLATES: Final = "ijf"
_RIGHT: Final = "rpj"
_OVERRIDES: Final = {"o": "L", "p": "R"}
_STRONG: Final = {"L": "L", "R": "R", "1": "R", "2": "R"}
"""What counts as strong between brackets, and around neutrals (N0, N1)."""
_LEVEL_OF: Final = {"L": 0, "R": 1, "A": 1}
_MOST_LEVELS: Final = 125
_MOST_OPEN_BRACKETS: Final = 63

_CONTROL: Final = re.compile("[Xlropqijfd]")
_ISOLATING: Final = re.compile("[ijfd]")
_FIRST: Final = re.compile("[LRAijfd]")
_MARKS: Final = re.compile("([^M])(M+)")
_AFTER_ARABIC: Final = re.compile("A[^LRA]*")
_BETWEEN_EUROPEAN: Final = re.compile("(?<=1)[-,](?=1)")
_BETWEEN_ARABIC: Final = re.compile("(?<=2),(?=2)")
_TERMINATED: Final = re.compile("[%1]+")
_OTHER_WEAK: Final = str.maketrans("-%,", "NNN")
_AFTER_LEFT: Final = re.compile("L[^LR]*")
_NEUTRAL: Final = re.compile("N")
_NEUTRALS: Final = re.compile("[BSWNijfd]+")
_BLANKS_AT_END: Final = re.compile(r"(?<![WXlropqijfd])[WXlropqijfd]*+(?:[SB]|\Z)")
_IMAGES: Final = (
    *(("LEFT", "RIGHT"), ("LESS", "GREATER"), ("SMALLER", "LARGER"), ("SUBSET", "SUPERSET")),
    *(("PRECEDE", "SUCCEED"), ("GYON", "GYAS")),
)
"""Words in the names of characters that are each other's image in a mirror."""
_IMAGE_OF: Final = dict(_IMAGES) | {other: one for one, other in _IMAGES}
_WORDS: Final = re.compile("|".join(_IMAGE_OF))


class _Classes(dict[int, str]):
    def __missing__(self, character: int) -> str:
        letter = self[character] = _LETTERS[unicodedata.bidirectional(chr(character))]
        return letter


_CLASSES: Final = _Classes()


def levels(text: str, base: int | None = None) -> tuple[int, bytes]:
    """The level of a paragraph, and those of its characters: what is odd runs from right to left.

    The level of the paragraph is `base`, else that of its first strong character (P2, P3). It is one line
    as far as blanks at its end are concerned (L1).
    """
    classes = text.translate(_CLASSES)
    closed = _closed(classes)
    firsts = _firsts(classes, closed)
    if base is None:
        base = firsts[len(classes)]
    if _CONTROL.search(classes):
        found = _with_controls(text, classes, base, closed, firsts)
    else:
        found = _resolved(text, classes, base, "LR"[base], "LR"[base])
    for blanks in _BLANKS_AT_END.finditer(classes):
        found[blanks.start() : blanks.end()] = bytes([base]) * (blanks.end() - blanks.start())
    return base, bytes(found)


def order(found: Sequence[int]) -> list[int]:
    """The places of characters of those levels, as they come from left to right on their line (L2)."""
    places = list(range(len(found)))
    for level in range(max(found, default=0), 0, -1):
        begin = 0
        while begin < len(found):
            end = begin
            while end < len(found) and found[end] >= level:
                end += 1
            places[begin:end] = places[begin:end][::-1]
            begin = end + 1
    return places


@cache
def mirrored(character: str) -> str:
    """What is shown for it where text runs from right to left (L4), as far as names say it."""
    if unicodedata.mirrored(character):
        name = _WORDS.sub(lambda word: _IMAGE_OF[word[0]], unicodedata.name(character))
        with suppress(KeyError):
            return unicodedata.lookup(name)
    return character


def _closed(classes: str) -> dict[int, int]:
    """Where each isolate ends, by the place where it begins, if it does (BD9)."""
    closed: dict[int, int] = {}
    waiting: list[int] = []
    for control in _ISOLATING.finditer(classes):
        if control[0] in _ISOLATES:
            waiting.append(control.start())
        elif waiting:
            closed[waiting.pop()] = control.start()
    return closed


def _firsts(classes: str, closed: Mapping[int, int]) -> dict[int, int]:
    """The level that the first strong character of each isolate says, and behind all that of the whole."""
    if not _ISOLATING.search(classes):
        strong = _FIRST.search(classes)
        return {len(classes): _LEVEL_OF[strong[0]] if strong else 0}
    found: dict[int, int] = {}
    ends = set(closed.values())
    outer: list[int] = []
    first = 0
    for match in reversed(list(_FIRST.finditer(classes))):
        place, letter = match.start(), match[0]
        if letter in _LEVEL_OF:
            first = _LEVEL_OF[letter]
        elif letter in _ISOLATES:
            found[place] = first
            first = outer.pop() if place in closed else 0
        elif place in ends:
            outer.append(first)
            first = 0
    return found | {len(classes): first}


def _with_controls(
    text: str, classes: str, base: int, closed: Mapping[int, int], firsts: Mapping[int, int]
) -> bytearray:
    letters, found = _embedded(classes, base, firsts)
    kept = [place for place, letter in enumerate(classes) if letter not in _REMOVED]
    embeddings = [base, *(found[place] for place in kept), base]
    number_of = {place: number for number, place in enumerate(kept, 1)}
    for places in _sequences(kept, found, closed):
        level = found[places[0]]
        before = embeddings[number_of[places[0]] - 1]
        is_open = classes[places[-1]] in _ISOLATES
        after = base if is_open else embeddings[number_of[places[-1]] + 1]
        resolved = _resolved(
            "".join([text[place] for place in places]),
            "".join([letters[place] for place in places]),
            level,
            "LR"[max(level, before) & 1],
            "LR"[max(level, after) & 1],
        )
        for place, one in zip(places, resolved, strict=True):
            found[place] = one
    level = base
    for place, letter in enumerate(classes):  # what is removed stays with what is before it
        if letter in _REMOVED:
            found[place] = level
        level = found[place]
    return found


def _embedded(classes: str, base: int, firsts: Mapping[int, int]) -> tuple[list[str], bytearray]:
    """Classes, after overrides, and levels by nothing but embeddings and isolates (X1 to X8)."""
    letters, found = list(classes), bytearray(len(classes))
    stack = [(base, "", False)]
    """Levels, overrides, and whether they are of an isolate."""
    isolates = isolates_too_deep = embeddings_too_deep = 0
    for place, letter in enumerate(classes):
        if letter == "d" and isolates_too_deep:
            isolates_too_deep -= 1
        elif letter == "d" and isolates:
            embeddings_too_deep = 0
            isolates -= 1
            while not stack.pop()[2]:
                pass
        level, override, is_isolate = stack[-1]
        found[place] = base if letter == "B" else level
        if override and letter != "B" and letter not in _REMOVED:
            letters[place] = override
        if letter in _OPENING:
            is_right = bool(firsts[place]) if letter == "f" else letter in _RIGHT
            inner = level + 1 + (level % 2 == is_right)
            if inner <= _MOST_LEVELS and not isolates_too_deep and not embeddings_too_deep:
                stack.append((inner, _OVERRIDES.get(letter, ""), letter in _ISOLATES))
                isolates += letter in _ISOLATES
            elif letter in _ISOLATES:
                isolates_too_deep += 1
            elif not isolates_too_deep:
                embeddings_too_deep += 1
        elif letter == "q" and not isolates_too_deep:
            if embeddings_too_deep:
                embeddings_too_deep -= 1
            elif len(stack) > 1 and not is_isolate:
                stack.pop()
    return letters, found


def _sequences(kept: Sequence[int], found: bytearray, closed: Mapping[int, int]) -> Iterator[list[int]]:
    """The places of runs of one level, joined with what follows behind isolates in them (BD13)."""
    runs: dict[int, list[int]] = {}
    run: list[int] = []
    for place in kept:
        if not run or found[run[-1]] != found[place]:
            run = runs[place] = []
        run.append(place)
    for begin in list(runs):
        if begin not in runs:
            continue
        run = runs.pop(begin)
        while (follows := closed.get(run[-1])) in runs:
            run += runs.pop(follows)
        yield run


def _resolved(text: str, classes: str, level: int, before: str, after: str) -> bytearray:
    """The levels of a sequence at `level` between strong characters `before` and `after` it (W1 to I2)."""
    letters = _MARKS.sub(
        lambda it: it[1] + ("N" if it[1] in "ijfd" else it[1]) * len(it[2]), before + classes
    )
    letters = _AFTER_ARABIC.sub(lambda it: it[0].replace("1", "2"), letters).replace("A", "R")
    letters = _BETWEEN_ARABIC.sub("2", _BETWEEN_EUROPEAN.sub("1", letters))
    letters = _TERMINATED.sub(lambda it: "1" * len(it[0]) if "1" in it[0] else it[0], letters)
    letters = letters.translate(_OTHER_WEAK)
    letters = _AFTER_LEFT.sub(lambda it: it[0].replace("1", "L"), letters)
    embedding = "LR"[level & 1]
    letters = _bracketed(text, classes, letters, embedding) + after

    def strong(neutrals: re.Match[str]) -> str:
        sides = {_STRONG[letters[neutrals.start() - 1]], _STRONG[letters[neutrals.end()]]}
        return (sides.pop() if len(sides) == 1 else embedding) * len(neutrals[0])

    right, number, left = (level + 1, level + 2, level) if level % 2 == 0 else (level, level + 1, level + 1)
    table = dict(zip(b"LR12", (left, right, number, number), strict=True))
    return bytearray(_NEUTRALS.sub(strong, letters)[1:-1].translate(table), "latin-1")


def _bracketed(text: str, classes: str, letters: str, embedding: str) -> str:
    """`letters`, which begin one before the others, with the direction of brackets (N0)."""
    pairs = sorted(_pairs(text, letters))
    if not pairs:
        return letters
    changed = list(letters)
    for opening, closing in pairs:
        inside = {_STRONG.get(letter) for letter in changed[opening + 1 : closing]} - {None}
        if not inside:
            continue
        direction = embedding
        if embedding not in inside:
            preceding = (_STRONG[one] for one in reversed(changed[:opening]) if one in _STRONG)
            direction = next(preceding)
        for place in (opening, closing):
            end = place
            while end == place or (end <= len(classes) and classes[end - 1] == "M"):
                changed[end] = direction
                end += 1
    return "".join(changed)


def _pairs(text: str, letters: str) -> Iterator[tuple[int, int]]:
    """Where brackets open and close in `letters` (BD16)."""
    waiting: list[tuple[str, int]] = []
    for place in [neutral.start() for neutral in _NEUTRAL.finditer(letters)]:
        character = text[place - 1]
        closing = _bracket(character)
        if closing:
            if len(waiting) == _MOST_OPEN_BRACKETS:
                return
            waiting.append((closing, place))
        elif closing == "":
            canonical = unicodedata.normalize("NFC", character)
            for number in range(len(waiting) - 1, -1, -1):
                if waiting[number][0] == canonical:
                    yield waiting[number][1], place
                    del waiting[number:]
                    break


@cache
def _bracket(character: str) -> str | None:
    """What closes a bracket, "" for what closes one itself; None for all else."""
    category = unicodedata.category(character)
    if category not in ("Ps", "Pe") or mirrored(character) == character:
        return None
    return unicodedata.normalize("NFC", mirrored(character)) if category == "Ps" else ""
