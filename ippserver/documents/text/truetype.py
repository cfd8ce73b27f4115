"""TrueType fonts, as far as it takes to put some of their glyphs into a PDF (OpenType 1.9, chapter otff)."""

import struct
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Final

_DIRECTORY: Final = struct.Struct(">4s3I")
_KEPT: Final = (b"cvt ", b"fpgm", b"head", b"hhea", b"maxp", b"prep")
"""Tables of a subset that are taken from the font; its head, hhea and maxp are changed in places."""
_HEAD_LOCATIONS: Final = 50
"""Where head says how long the places of glyphs are: 1 for 4 octets."""
_COUNT_OF_METRICS: Final = 34
_COUNT_OF_GLYPHS: Final = 4
_MORE_COMPONENTS: Final = 0x0020
_WORDS: Final = 0x0001
_SCALES: Final = ((0x0008, 2), (0x0040, 4), (0x0080, 8))
"""Flags of a component, and the octets of what they announce."""


class TrueType:
    """A font that is known to be sound: one of ours."""

    def __init__(self, octets: bytes) -> None:
        (count,) = struct.unpack_from(">H", octets, 4)
        entries = [_DIRECTORY.unpack_from(octets, 12 + 16 * index) for index in range(count)]
        self._tables = {name: octets[begin : begin + length] for name, _, begin, length in entries}
        self.units: int
        (self.units,) = struct.unpack_from(">H", self._tables[b"head"], 18)
        self.box: tuple[int, ...] = struct.unpack_from(">4h", self._tables[b"head"], 36)
        self.ascent, self.descent = struct.unpack_from(">2h", self._tables[b"hhea"], 4)

    @cached_property
    def glyphs(self) -> Mapping[int, int]:
        """The glyph of each character."""
        cmap = self._tables[b"cmap"]
        (count,) = struct.unpack_from(">H", cmap, 2)
        places = [struct.unpack_from(">2HI", cmap, 4 + 8 * index) for index in range(count)]
        (table,) = (cmap[place:] for *kind, place in places if kind == [3, 10])
        groups = struct.unpack_from(">I", table, 12)[0]
        found: dict[int, int] = {}
        for index in range(groups):
            first, last, glyph = struct.unpack_from(">3I", table, 16 + 12 * index)
            found |= {character: glyph + character - first for character in range(first, last + 1)}
        return found

    def advance(self, glyph: int) -> int:
        """How far the next glyph is, in units."""
        (count,) = struct.unpack_from(">H", self._tables[b"hhea"], _COUNT_OF_METRICS)
        advance: int = struct.unpack_from(">H", self._tables[b"hmtx"], 4 * min(glyph, count - 1))[0]
        return advance

    def subset(self, glyphs: Sequence[int], advances: Mapping[int, int] | None = None) -> bytes:
        """A font with those glyphs only, numbered from 0, and behind them what they are composed of.

        Some may get other `advances`, by their new numbers, in units.
        """
        ordered = list(self._with_components(glyphs))
        numbers = {glyph: number for number, glyph in enumerate(ordered)}
        outlines = [self._renumbered(self._outline(glyph), numbers) for glyph in ordered]
        places = [0, *accumulate(map(len, outlines))]
        count = len(outlines)
        room = dict(enumerate(map(self.advance, ordered))) | dict(advances or {})
        metrics = [
            struct.pack(">Hh", room[number], self._bearing(glyph)) for number, glyph in enumerate(ordered)
        ]
        tables = {name: bytearray(self._tables[name]) for name in _KEPT if name in self._tables}
        struct.pack_into(">h", tables[b"head"], _HEAD_LOCATIONS, 1)
        struct.pack_into(">H", tables[b"hhea"], _COUNT_OF_METRICS, count)
        struct.pack_into(">H", tables[b"maxp"], _COUNT_OF_GLYPHS, count)
        tables[b"glyf"] = bytearray(b"".join(outlines))
        tables[b"hmtx"] = bytearray(b"".join(metrics))
        tables[b"loca"] = bytearray(struct.pack(f">{count + 1}I", *places))
        return _joined(tables)

    def _with_components(self, glyphs: Sequence[int]) -> Iterator[int]:
        """The glyphs, and then those that they are composed of."""
        waiting, known = list(glyphs), set(glyphs)
        for glyph in waiting:
            yield glyph
            for _, component in _components(self._outline(glyph)):
                if component not in known:
                    known.add(component)
                    waiting.append(component)

    def _outline(self, glyph: int) -> bytes:
        loca, (long,) = (
            self._tables[b"loca"],
            struct.unpack_from(">h", self._tables[b"head"], _HEAD_LOCATIONS),
        )
        if long:
            begin, end = struct.unpack_from(">2I", loca, 4 * glyph)
        else:
            begin, end = (2 * place for place in struct.unpack_from(">2H", loca, 2 * glyph))
        return self._tables[b"glyf"][begin:end]

    def _bearing(self, glyph: int) -> int:
        hmtx, (count,) = (
            self._tables[b"hmtx"],
            struct.unpack_from(">H", self._tables[b"hhea"], _COUNT_OF_METRICS),
        )
        place = 4 * glyph + 2 if glyph < count else 4 * count + 2 * (glyph - count)
        bearing: int = struct.unpack_from(">h", hmtx, place)[0]
        return bearing

    @staticmethod
    def _renumbered(outline: bytes, numbers: Mapping[int, int]) -> bytes:
        changed = bytearray(outline)
        for place, component in _components(outline):
            struct.pack_into(">H", changed, place, numbers[component])
        return bytes(changed) + bytes(-len(changed) % 4)


def _components(outline: bytes) -> Iterator[tuple[int, int]]:
    """The glyphs that a glyph is composed of, and where their numbers stand in it."""
    if not outline or struct.unpack_from(">h", outline)[0] >= 0:
        return
    place, flags = 10, _MORE_COMPONENTS
    while flags & _MORE_COMPONENTS:
        flags, glyph = struct.unpack_from(">2H", outline, place)
        yield place + 2, glyph
        place += 4 + (4 if flags & _WORDS else 2) + sum(octets for flag, octets in _SCALES if flags & flag)


def _joined(tables: Mapping[bytes, bytes | bytearray]) -> bytes:
    """A font file of `tables`."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    head = struct.pack(">I4H", 0x00010000, count, 16 * power, power.bit_length() - 1, 16 * (count - power))
    entries, bodies, place = [], [], 12 + 16 * count
    for name, table in sorted(tables.items()):
        padded = bytes(table) + bytes(-len(table) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        entries.append(_DIRECTORY.pack(name, checksum, place, len(table)))
        bodies.append(padded)
        place += len(padded)
    return b"".join((head, *entries, *bodies))
