"""Invariant: of octets that are to be a document something comes within the limits, or a DocumentError.

libFuzzer looks for inputs that go new ways through our code; fuzz_in_jail.py tries far more of them.

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
    from tests.documents.press import converted
    from tests.fuzz.asked import asked

from tests.fuzz.document_seeds import document_seeds
from tests.fuzz.made import check_made


def write_seeds(folder: Path) -> None:
    """Puts the seeds into a folder."""
    for number, seed in enumerate(document_seeds()):
        (folder / f"seed-{number:04}").write_bytes(seed)


def check(data: bytes) -> None:
    """Whether the invariant holds for an input."""
    with suppress(DocumentError):
        made = converted(*asked(data))
        check_made(made.result, made.parts, sum(map(len, made.parts)))
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
