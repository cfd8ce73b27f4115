"""Text in its charset."""

import io
import unicodedata

import pytest

from ippserver.documents.errors import Unsupported
from ippserver.documents.text.reading import characters


def read(octets: bytes, charset: str | None) -> str:
    """The characters, of which those that are composed are written as one."""
    return unicodedata.normalize("NFC", "".join(characters(io.BytesIO(octets), charset)))


@pytest.mark.parametrize(
    ("octets", "charset"),
    [
        ("Grüße".encode(), None),
        ("Grüße".encode("cp1252"), None),
        ("Grüße".encode("utf-8-sig"), "iso-8859-1"),
        ("Grüße".encode("utf-16"), None),
        ("Grüße".encode("utf-32"), None),
        ("Grüße".encode("utf-16-be"), "utf-16"),
        ("Grüße".encode("utf-16-le"), "utf-16le"),
        ("Grüße".encode("latin-1"), "ISO-8859-1"),
        ("Grüße".encode("cp1252"), "windows-1252"),
        ("Grüße".encode(), "us-ascii"),
        ("Grüße".encode("cp1252"), "us-ascii"),
        ("Gru\u0308ße".encode(), "UTF-8"),
    ],
)
def test_text_is_read_in_its_charset(octets: bytes, charset: str | None) -> None:
    assert read(octets, charset) == "Grüße"


@pytest.mark.parametrize("charset", ["klingon", "hex", "zlib", "x\0y", "unicode_escape", "idna"])
def test_a_charset_that_nobody_knows_is_refused(charset: str) -> None:
    with pytest.raises(Unsupported, match="is not known"):
        read(b"text", charset)


def test_one_character_stands_for_what_cannot_be_read() -> None:
    assert read(b"a\xe9\xa0b", "utf-8") == "a\ufffdb"


def test_characters_that_lie_across_what_is_read_at_once_are_whole() -> None:
    text = "日" * 50_000
    assert read(text.encode(), None) == text
