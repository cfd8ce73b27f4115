"""Invariant: of octets that are to be a document something comes within the limits, or a DocumentError.

For long:    python tests/fuzz/fuzz_documents.py --seconds 3600
A finding:   python tests/fuzz/fuzz_documents.py --replay FILE
"""

import argparse
import sys
import tempfile
from contextlib import nullcontext, suppress
from pathlib import Path

try:
    import atheris
except ImportError:  # needed to fuzz and not to replay
    atheris = None

sys.path.insert(0, str(Path(__file__).parents[2]))  # the script runs where the package is not installed too

with nullcontext() if atheris is None else atheris.instrument_imports(include=["ippserver.documents"]):
    from ippserver.documents.errors import DocumentError
    from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
    from ippserver.documents.task import Limits, Target
    from ippserver.model import formats
    from tests.documents.press import Printed, printed

from tests.fuzz.document_seeds import SOURCES, document_seeds

MAX_OCTETS = 16384
SLOWEST_SECONDS = 60
"""For one document: a worker is ended when no page comes for so long."""
RSS_LIMIT_MIB = 2048
"""Of all inputs together: libraries lose some when a document is damaged, and a worker opens one only."""
LIMITS = Limits(pages=20, sides=40, pixels=2**20, octets=2**24, text_octets=2**12)
TARGETS = (
    Target(),
    Target(media_type=formats.PNG, dpi=9),
    Target(media_type=formats.JPEG, dpi=9),
    Target(media_type=formats.PWG_RASTER, dpi=9, pixels=PixelFormat(ColorSpace.SGRAY, 1)),
    Target(media_type=formats.APPLE_RASTER, dpi=9),
)
BEGINNINGS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"RaS2", b"UNIRAST")
CORPUS = Path(tempfile.gettempdir()) / "ippserver-fuzz-documents"


def main() -> None:
    """Fuzzes until the time or the runs are over or something breaks, which makes the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=int, default=0, help="stop after so long; 0: never")
    parser.add_argument("--runs", type=int, default=-1, help="stop after so many inputs; -1: never")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers; 0: another each time")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help=f"inputs worth keeping ({CORPUS})")
    parser.add_argument("--findings", type=Path, default=Path.cwd(), help="where to put what broke")
    parser.add_argument("--replay", type=Path, nargs="+", metavar="FILE", help="only check these inputs")
    options = parser.parse_args()
    if options.replay:
        for path in options.replay:
            check(path.read_bytes())
        print(f"{len(options.replay)} inputs hold")
    elif atheris is None:
        parser.error("fuzzing needs the package atheris (pip install atheris)")
    else:
        fuzz(options)


def fuzz(options: argparse.Namespace) -> None:
    """Hands over to libFuzzer, which ends the process."""
    options.corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(document_seeds()):
        (options.corpus / f"seed-{number:04}").write_bytes(seed)
    arguments = [
        sys.argv[0],
        f"-max_total_time={options.seconds}",
        f"-runs={options.runs}",
        f"-seed={options.seed}",
        f"-max_len={MAX_OCTETS}",
        f"-timeout={SLOWEST_SECONDS}",
        f"-rss_limit_mb={RSS_LIMIT_MIB}",
        f"-artifact_prefix={options.findings}/",
        "-print_final_stats=1",
        str(options.corpus),
    ]
    atheris.Setup(arguments, check)
    atheris.Fuzz()


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


if __name__ == "__main__":
    main()
