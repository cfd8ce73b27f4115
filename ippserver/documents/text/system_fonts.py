"""Fonts of the system, for characters that ours does not have: found by their cmaps, drawn by FreeType.

They may be of any kind that FreeType reads, TrueType or not, and large; so single glyphs are drawn rather
than taken out.
"""

import os
import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from PIL import Image, ImageDraw, ImageFont

from ippserver.documents.text.shaping import is_seen

FOLDERS: Final = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
EM_PIXELS: Final = 128
"""Of a glyph: at 10 points that are 900 dpi."""
ASCENT_PIXELS: Final = 144
HEIGHT_PIXELS: Final = 192
"""Of a picture: what stands above the line, and below it, too."""
_ENDINGS: Final = (".ttf", ".ttc", ".otf", ".otc")
_MOST_FILES: Final = 2000
_MOST_CMAP_OCTETS: Final = 4 * 2**20
_DISLIKED: Final = ("bold", "italic", "oblique", "black", "light", "thin", "condensed", "serif", "color")
_LIKED: Final = ("mono", "sans", "regular")
_COLLECTION: Final = b"ttcf"
_FORMAT_SEGMENTS, _FORMAT_GROUPS = 4, 12
_UNICODE: Final = {(0, 3), (0, 4), (0, 6), (3, 1), (3, 10)}


@dataclass(frozen=True, slots=True)
class Face:
    """A font in a file, and the characters that it has: from each of `firsts` to the last beside it."""

    path: Path
    index: int
    firsts: Sequence[int]
    lasts: Sequence[int]

    def has(self, text: str) -> bool:
        """Whether it has glyphs for all of `text`, but for controls, which it may do without."""
        return all(self._has(ord(character)) for character in text if is_seen(character))

    def _has(self, character: int) -> bool:
        place = bisect_right(self.firsts, character) - 1
        return place >= 0 and character <= self.lasts[place]


class SystemFonts:
    """The fonts in `folders`, looked at when they are first asked for."""

    def __init__(self, folders: Sequence[Path] = FOLDERS) -> None:
        self._unread = _faces(folders)
        self._faces: list[Face] = []
        self._last: list[Face] = []

    def drawn(self, text: str, width_pixels: int) -> Image.Image | None:
        """A picture of `text` in black and white, where ink is 1; None where no font has it.

        It is a character, or several that are shown as one: marks, a syllable.
        """
        for face in self._with(text):
            try:
                picture = _drawn(face, text, width_pixels)
            except OSError:  # it has pictures of one size only
                continue
            self._last = [face]
            return picture
        return None

    def _with(self, text: str) -> Iterator[Face]:
        """The fonts that have it, one read after the other; first what the last character came from.

        So what scripts have in common looks as in the script that it is used with.
        """
        yield from (face for face in (*self._last, *self._faces) if face.has(text))
        for face in self._unread:
            self._faces.append(face)
            if face.has(text):
                yield face


def _faces(folders: Sequence[Path]) -> Iterator[Face]:
    files = (
        Path(folder, name)
        for top in folders
        for folder, _, names in os.walk(top)
        for name in names
        if name.lower().endswith(_ENDINGS)
    )
    for path in sorted(islice(files, _MOST_FILES), key=_rank):
        try:
            with path.open("rb") as file:
                yield from [Face(path, index, *zip(*ranges, strict=True)) for index, ranges in _read(file)]
        except (OSError, struct.error, ValueError):  # no font of the kinds that we know
            continue


def _rank(path: Path) -> tuple[int, int, str]:
    """Upright fonts without serifs first."""
    name = path.name.lower()
    return sum(word in name for word in _DISLIKED), -sum(word in name for word in _LIKED), str(path)


def _read(file: BinaryIO) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """The ranges of characters of each font in a file, by its index (OpenType 1.9, otff and cmap)."""
    head = file.read(12)
    places = [0]
    if head[:4] == _COLLECTION:
        (count,) = struct.unpack_from(">I", head, 8)
        places = list(struct.unpack(f">{min(count, 64)}I", file.read(4 * min(count, 64))))
    for index, place in enumerate(places[:1]):  # those of a collection have the same characters, mostly
        file.seek(place)
        (count,) = struct.unpack_from(">H", file.read(12), 4)
        entries = [struct.unpack(">4s3I", file.read(16)) for _ in range(count)]
        for begin, length in [(begin, length) for tag, _, begin, length in entries if tag == b"cmap"]:
            file.seek(begin)
            ranges = sorted(_ranges(file.read(min(length, _MOST_CMAP_OCTETS))))
            if ranges:
                yield index, ranges


def _ranges(cmap: bytes) -> Iterator[tuple[int, int]]:
    (count,) = struct.unpack_from(">H", cmap, 2)
    places = [struct.unpack_from(">2HI", cmap, 4 + 8 * index) for index in range(count)]
    wanted = [place for *kind, place in places if tuple(kind) in _UNICODE]
    tables = {struct.unpack_from(">H", cmap, place)[0]: place for place in wanted}
    if _FORMAT_GROUPS in tables:
        place = tables[_FORMAT_GROUPS]
        (groups,) = struct.unpack_from(">I", cmap, place + 12)
        for at in range(place + 16, place + 16 + 12 * groups, 12):
            yield struct.unpack_from(">2I", cmap, at)
    elif _FORMAT_SEGMENTS in tables:
        place = tables[_FORMAT_SEGMENTS]
        segments = struct.unpack_from(">H", cmap, place + 6)[0] // 2
        lasts = struct.unpack_from(f">{segments}H", cmap, place + 14)
        firsts = struct.unpack_from(f">{segments}H", cmap, place + 16 + 2 * segments)
        yield from zip(firsts, lasts, strict=True)


@lru_cache(8)
def _opened(path: Path, index: int, layout: ImageFont.Layout) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), EM_PIXELS, index, layout_engine=layout)


def _drawn(face: Face, text: str, width_pixels: int) -> Image.Image:
    """In the middle of its place, made narrower where it is too wide for that.

    Several characters are put together by HarfBuzz, if Pillow has it (it needs the FriBidi of the system).
    """
    layout = ImageFont.Layout.BASIC if len(text) == 1 else ImageFont.Layout.RAQM
    font = _opened(face.path, face.index, layout)
    advance = font.getlength(text)
    picture = Image.new("L", (max(width_pixels, round(advance)), HEIGHT_PIXELS))
    left = (picture.width - advance) / 2
    ImageDraw.Draw(picture).text((left, ASCENT_PIXELS), text, 255, font, anchor="ls")
    if picture.width > width_pixels:
        picture = picture.resize((width_pixels, HEIGHT_PIXELS))
    return picture.point(lambda value: 255 * (value > 127)).convert("1")
