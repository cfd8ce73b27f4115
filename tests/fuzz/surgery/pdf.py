"""Tokens of PDF are replaced, doubled, taken away and put in."""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Final

import ippserver.documents.pdf as pdf_package

_TOKEN: Final = re.compile(
    rb"\d+ \d+ R|/[\w.+-]*|[-+]?\d*\.?\d+|\[|\]|<<|>>|\([^()]{0,40}\)|<[\dA-Fa-f]*>|\w+\*?"
)
_NAME: Final = re.compile(rb'"(/[A-Za-z0-9]+)"|\.([A-Z][A-Za-z]+)\b')
_MORE_WORDS: Final = (
    b"0 1 2 -1 3 90 450 0.5 1e9 -32768 2147483647 4294967296 99999999999999999999 null true false [] "
    b"<<>> [[[[ () (x) <FEFF> [0 0 9 9] [9 9 0 0] [1 0 0 1 0 0] q Q cm re f S W n Do BT ET Tf Tj TJ Td "
    b"gs sh BI ID EI BDC EMC BX EX d0 d1 g rg k cs scn SCN endobj endstream stream xref trailer "
    b"startxref %%EOF obj /FlateDecode /LZWDecode /DCTDecode /JPXDecode /JBIG2Decode /CCITTFaxDecode "
    b"/RunLengthDecode /ASCII85Decode /ASCIIHexDecode /Crypt /DecodeParms /Predictor /Columns /Colors /K "
    b"/Rows /JBIG2Globals /SMask /Mask /Decode /Indexed /ICCBased /Separation /DeviceN /Lab /CalRGB "
    b"/Pattern /Shading /ShadingType /Function /FunctionType /Domain /Range /C0 /C1 /N /Bounds /Encode "
    b"/PatternType /TilingType /XStep /YStep /Type0 /Type3 /CharProcs /Encoding /ToUnicode /Widths "
    b"/FontDescriptor /FontFile /FontFile2 /FontFile3 /DescendantFonts /CIDToGIDMap /ObjStm /XRef /Prev "
    b"/Index /W /Size /Root /Info /Encrypt /Parent /Kids /Count /Rotate /MediaBox /CropBox /UserUnit "
    b"/Contents /Resources /XObject /Annots /AP /TR /HT /BG /UCR /SMaskInData /Luminosity /Alpha"
).split(b" ")


@lru_cache(1)
def _words() -> Sequence[bytes]:
    """Those of our own readers and writers, and more."""
    source = b"".join(path.read_bytes() for path in Path(pdf_package.__path__[0]).glob("*.py"))
    found = {quoted or b"/" + bare for quoted, bare in _NAME.findall(source)}
    return (*sorted(found), *_MORE_WORDS)


def _token(random: Random, octets: bytes) -> tuple[int, int]:
    """Where one begins and ends: the next one from somewhere."""
    found = _TOKEN.search(octets, random.randrange(len(octets) + 1)) or _TOKEN.search(octets)
    return (0, 0) if found is None else found.span()


def of_pdf(random: Random, octets: bytes) -> bytes:
    """Another token, one more, or one less."""
    start, end = _token(random, octets)
    other_start, other_end = _token(random, octets)
    word = random.choice((octets[other_start:other_end], *random.choices(_words(), k=2)))
    kept = octets[start:end]
    if kept.endswith(b" R"):
        word = random.choice((b"%d 0 R" % random.randint(0, 12), word))
    put = random.choice(
        (word, word, b" ".join((kept, word)), b" ".join((kept, word, random.choice(_words()))), b"")
    )
    return octets[:start] + put + octets[end:]
