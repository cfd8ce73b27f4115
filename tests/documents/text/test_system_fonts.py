"""Characters that our font does not have, from fonts of the system."""

import io
import struct
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
import pypdfium2
import pytest

from ippserver.documents.pdf.plain import PlainPdf
from ippserver.documents.plan.geometry import Size
from ippserver.documents.text.letters import Letters
from ippserver.documents.text.rows import row
from ippserver.documents.text.system_fonts import HEIGHT_PIXELS, SystemFonts
from ippserver.documents.text.truetype import TrueType
from tests.documents.press import Picture, seen

OURS: Final = (resources.files("ippserver.documents.text") / "fonts" / "DejaVuSansMono.ttf").read_bytes()
SIZE: Final = 20.0
TONE: Final = "\u302a"
"""It stands on the character before."""
KANJI: Final = {"日": "H", "本": "I", TONE: "."}


def font(shapes: Mapping[str, str], *, segments: bool = False, collection: bool = False) -> bytes:
    """A font with the shapes of our letters under other characters."""
    glyphs = {ord(character): TrueType(OURS).glyphs[ord(shape)] for character, shape in shapes.items()}
    known = sorted(glyphs)
    if segments:
        lasts = struct.pack(f">{len(known) + 1}H", *known, 0xFFFF)
        firsts = struct.pack(f">{len(known) + 1}H", *known, 0xFFFF)
        deltas = struct.pack(f">{len(known) + 1}H", *((glyphs[one] - one) % 2**16 for one in known), 1)
        count = 2 * (len(known) + 1)
        body = lasts + b"\0\0" + firsts + deltas + bytes(count)
        table = struct.pack(">2H2HI", 0, 1, 3, 1, 12)
        table += struct.pack(">7H", 4, 14 + len(body), 0, count, 0, 0, 0) + body
    else:
        groups = b"".join(struct.pack(">3I", one, one, glyphs[one]) for one in known)
        table = struct.pack(">2H2HI", 0, 1, 3, 10, 12)
        table += struct.pack(">2H3I", 12, 0, 16 + len(groups), 0, len(known)) + groups
    made = bytearray(OURS)
    shift = 16 if collection else 0
    for entry in range(12, 12 + 16 * struct.unpack_from(">H", OURS, 4)[0], 16):
        tag, _, place, length = struct.unpack_from(">4s3I", OURS, entry)
        struct.pack_into(">I", made, entry + 8, place + shift)
        if tag == b"cmap":
            assert len(table) <= length
            made[place : place + length] = table.ljust(length, b"\0")
    return (b"ttcf" + struct.pack(">3I", 0x10000, 1, shift) if collection else b"") + bytes(made)


def written(text: str, folder: Path) -> bytes:
    """A PDF with `text` in its corner, with what is in `folder`."""
    file = io.BytesIO()
    pdf = PlainPdf(file)
    letters = Letters(pdf, SystemFonts([folder]))
    content = letters.line(row(text), SIZE, 0, 20)
    pdf.add_page(Size(240, 50), content, letters.resources)
    letters.close()
    pdf.close()
    return file.getvalue()


def page(text: str, folder: Path) -> Picture:
    (drawn,) = seen(written(text, folder), 144, smooth=True)
    return drawn


def difference(one: Picture, other: Picture) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


@pytest.mark.parametrize("kind", [{}, {"segments": True}, {"collection": True}], ids=str)
def test_a_character_that_ours_lacks_is_drawn_in_its_columns(tmp_path: Path, kind: dict[str, bool]) -> None:
    (tmp_path / "kanji.ttf").write_bytes(font(KANJI, **kind))
    drawn, letters = page("a日本b", tmp_path), page("a    b", tmp_path)
    cell = round(SIZE * 2 * 0.602)
    assert difference(drawn[:, :cell], letters[:, :cell]) == 0
    assert difference(drawn[:, 5 * cell :], letters[:, 5 * cell :]) == 0
    assert drawn[:, cell : 3 * cell].min() < 50
    assert drawn[:, 3 * cell : 5 * cell].min() < 50


def test_it_looks_as_its_font_says(tmp_path: Path) -> None:
    (tmp_path / "kanji.ttf").write_bytes(font({"日": "H"}))
    half = round(SIZE * 0.602)  # of a column, at 144 dpi
    drawn, ours = page("日", tmp_path), page("H", tmp_path)
    assert difference(drawn[:, half : 3 * half], ours[:, : 2 * half]) < 12
    assert difference(page("本", tmp_path)[:, half : 3 * half], ours[:, : 2 * half]) > 12


def test_it_can_be_found_and_copied(tmp_path: Path) -> None:
    (tmp_path / "kanji.ttf").write_bytes(font(KANJI))
    with pypdfium2.PdfDocument(written("a日本b", tmp_path)) as pdf:
        assert pdf[0].get_textpage().get_text_range() == "a日本b"


def test_what_takes_no_column_stands_on_the_one_before(tmp_path: Path) -> None:
    (tmp_path / "kanji.ttf").write_bytes(font(KANJI))
    plain, toned = page("HHb", tmp_path), page(f"HH{TONE}b", tmp_path)
    cell = round(SIZE * 2 * 0.602)
    changed = np.flatnonzero((plain != toned).any(axis=(0, 2)))
    assert changed.size
    assert cell - 1 <= changed.min() <= changed.max() <= 2 * cell + 1


def test_what_no_font_has_is_a_box(tmp_path: Path) -> None:
    (tmp_path / "kanji.ttf").write_bytes(font({"日": "H"}))
    (tmp_path / "broken.ttf").write_bytes(b"\0\1\0\0" + b"\xff" * 100)
    (tmp_path / "empty.otf").touch()
    (tmp_path / "gone.ttf").symlink_to(tmp_path / "nowhere")
    assert page("本", tmp_path).min() < 50
    assert SystemFonts([tmp_path]).drawn("本", 100) is None
    assert SystemFonts([tmp_path / "nowhere"]).drawn("日", 100) is None
    found = SystemFonts([tmp_path]).drawn("日", 100)
    assert found is not None
    assert found.size == (100, HEIGHT_PIXELS)


def test_upright_fonts_come_first(tmp_path: Path) -> None:
    (tmp_path / "A-BoldItalic.ttf").write_bytes(font({"日": "I"}))
    (tmp_path / "B-Regular.ttf").write_bytes(font({"日": "H"}))
    one = SystemFonts([tmp_path]).drawn("日", 100)
    (tmp_path / "A-BoldItalic.ttf").unlink()
    other = SystemFonts([tmp_path]).drawn("日", 100)
    assert one is not None
    assert other is not None
    assert one.tobytes() == other.tobytes()


def test_what_scripts_share_looks_as_in_the_script_that_it_is_used_with(tmp_path: Path) -> None:
    (tmp_path / "A.ttf").write_bytes(font({"、": "I"}))
    (tmp_path / "B.ttf").write_bytes(font({"日": "H", "、": "."}))
    fonts = SystemFonts([tmp_path])
    alone = fonts.drawn("、", 100)
    assert fonts.drawn("日", 100) is not None
    beside = fonts.drawn("、", 100)
    assert alone is not None
    assert beside is not None
    assert alone.tobytes() != beside.tobytes()


def test_several_characters_come_from_one_font_that_has_all_of_them(tmp_path: Path) -> None:
    (tmp_path / "A.ttf").write_bytes(font({"日": "H"}))
    fonts = SystemFonts([tmp_path])
    assert fonts.drawn(f"日{TONE}", 100) is None
    assert fonts.drawn("日\u200d\ufe0f", 100) is not None
    (tmp_path / "B.ttf").write_bytes(font(KANJI))
    assert SystemFonts([tmp_path]).drawn(f"日{TONE}", 100) is not None


def test_more_characters_than_one_font_of_pictures_holds(tmp_path: Path) -> None:
    many = [chr(0x4E00 + number) for number in range(300)]
    (tmp_path / "kanji.ttf").write_bytes(font(dict.fromkeys(many, "H")))
    file = io.BytesIO()
    pdf = PlainPdf(file)
    letters = Letters(pdf, SystemFonts([tmp_path]))
    lines = ["".join(many[at : at + 30]) for at in range(0, 300, 30)]
    content = b"".join(letters.line(row(line), 10, 0, 400 - 20 * number) for number, line in enumerate(lines))
    pdf.add_page(Size(400, 420), content, letters.resources)
    letters.close()
    pdf.close()
    with pypdfium2.PdfDocument(file.getvalue()) as document:
        assert document[0].get_textpage().get_text_range().split() == lines


def test_a_font_of_this_system_has_what_east_asia_writes() -> None:
    found = SystemFonts().drawn("日", 154)
    if found is None:
        pytest.skip("no font of this system has it")
    assert 0.05 < np.asarray(found).mean() < 0.6
