"""Invariant: of octets that are to be a document something comes within the limits, or a DocumentError.

For long:    python tests/fuzz/fuzz_documents.py --seconds 3600
A finding:   python tests/fuzz/fuzz_documents.py --replay FILE
"""

import sys
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # the script runs where the package is not installed too

from tests.fuzz.harness import Fuzzer, instrumented

with instrumented("ippserver.documents"):
    from ippserver.documents.errors import DocumentError
    from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
    from ippserver.documents.task import Limits, Target
    from ippserver.model import formats
    from tests.documents.press import Printed, printed

from tests.fuzz.document_seeds import SOURCES, document_seeds

LIMITS = Limits(pages=20, sides=40, pixels=2**20, octets=2**24, text_octets=2**12)
TARGETS = (
    Target(),
    Target(media_type=formats.PNG, dpi=9),
    Target(media_type=formats.JPEG, dpi=9),
    Target(media_type=formats.PWG_RASTER, dpi=9, pixels=PixelFormat(ColorSpace.SGRAY, 1)),
    Target(media_type=formats.APPLE_RASTER, dpi=9),
)
BEGINNINGS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"RaS2", b"UNIRAST")


def write_seeds(folder: Path) -> None:
    """Puts the seeds into a folder."""
    for number, seed in enumerate(document_seeds()):
        (folder / f"seed-{number:04}").write_bytes(seed)


def check(data: bytes) -> None:
    """Whether the invariant holds for an input: an octet that says what it is to be, and the document."""
    how, document = (data[0] if data else 0), data[1:]
    source_format = SOURCES[how % len(SOURCES)]
    target = TARGETS[how // len(SOURCES) % len(TARGETS)]
    with suppress(DocumentError):
        check_result(printed((source_format, document), target=target, limits=LIMITS))


def check_result(made: Printed) -> None:
    """Whether what came out is within the limits, and counted."""
    result = made.result
    assert 0 <= result.impressions <= result.impressions_completed <= LIMITS.sides
    assert 0 <= result.pages <= LIMITS.pages
    assert result.sheets <= LIMITS.sides
    assert result.unchanged or len(made.parts) == result.parts
    assert sum(map(len, made.parts)) <= LIMITS.octets
    assert all(part.startswith(BEGINNINGS) for part in made.parts)
    assert len(result.text.encode()) <= LIMITS.text_octets
    reported = [(progress.pages, progress.impressions) for progress in made.progress]
    assert reported == sorted(reported), "what is done stays done"


FUZZER = Fuzzer(
    name="documents",
    check=check,
    write_seeds=write_seeds,
    max_octets=16384,
    slowest_seconds=60,  # a worker is ended when no page comes for so long
    rss_limit_mib=2048,  # libraries lose some when a document is damaged, and a worker opens one only
)

if __name__ == "__main__":
    FUZZER.main(__doc__)
