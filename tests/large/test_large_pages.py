"""Pages larger than a worker may hold whole, with all that it needs beside them."""

import subprocess
from pathlib import Path
from typing import Final

import pytest

from ippserver.model import formats
from tests.bench.bench_documents import MEBIBYTE, make, ours

pytestmark = pytest.mark.timeout(600)
MOST_OCTETS: Final = 300 * MEBIBYTE
REPOSITORY: Final = Path(__file__).parents[2]
PWG, PDF, PNG = formats.PWG_RASTER, formats.PDF, formats.PNG


def octets_for(source: Path, source_format: str, target: str, dpi: int, folder: Path) -> int:
    """Memory that converting a document takes, of a process of its own."""
    command = ours(source, source_format, target, dpi, folder)
    said = subprocess.run(command, capture_output=True, check=True, timeout=300, cwd=REPOSITORY)
    return int(said.stdout) * 1024


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pages of PDF, one of them with a photograph."""
    path = tmp_path_factory.mktemp("office") / "office.pdf"
    make(2, path)
    return path


def test_pages_of_600_dpi_take_less_than_300_mebibytes_each_way(office: Path, tmp_path: Path) -> None:
    there, back = tmp_path / "there", tmp_path / "back"
    there.mkdir()
    back.mkdir()
    drawn = octets_for(office, PDF, PWG, 600, there)
    assert (there / "part-1").stat().st_size > 5 * MEBIBYTE
    kept = octets_for(there / "part-1", PWG, PDF, 600, back)
    again = octets_for(there / "part-1", PWG, PNG, 600, back)
    assert max(drawn, kept, again) < MOST_OCTETS


def test_memory_does_not_grow_with_the_number_of_pages(office: Path, tmp_path: Path) -> None:
    long = tmp_path / "long.pdf"
    make(30, long)
    few, many = (octets_for(pdf, PDF, PNG, 72, tmp_path) for pdf in (office, long))
    assert many - few < 32 * MEBIBYTE
