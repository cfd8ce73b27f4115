"""The fixture ipp_printer, in a project that has nothing of ours but the package."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from ippserver.client import IppClient
from ippserver.testing import CapturedDocument, CapturedJob, VirtualPrinter
from ippserver.testing.desk import PDF


async def test_the_fixture_is_a_running_printer(ipp_printer: VirtualPrinter) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield PDF

    async with IppClient(ipp_printer.uri) as client:
        await client.print_job(pieces())
    job = await asyncio.to_thread(ipp_printer.wait_for_job)
    assert isinstance(job, CapturedJob)
    assert isinstance(job.documents[0], CapturedDocument)


def test_every_test_has_a_printer_of_its_own(ipp_printer: VirtualPrinter) -> None:
    assert ipp_printer.jobs == []


def test_loading_pytest_with_the_plugin_costs_no_server(tmp_path: Path, repository: Path) -> None:
    (tmp_path / "test_elsewhere.py").write_text(
        "import sys\n"
        "def test_nothing_is_loaded():\n"
        "    assert 'ippserver.app' not in sys.modules\n"
        "    assert 'aiohttp' not in sys.modules\n"
        "def test_the_fixture_works(ipp_printer):\n"
        "    assert ipp_printer.uri.startswith('ipp://localhost:')\n"
    )
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "ippserver.testing.plugin", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(repository), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert "2 passed" in run.stdout, run.stdout + run.stderr
