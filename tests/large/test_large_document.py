"""A document larger than memory should ever notice."""

import asyncio
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ippserver.client import IppClient
from ippserver.iana import names
from tests.bench.peers import Peer, ours

pytestmark = pytest.mark.timeout(600)
MEBIBYTES = 2048
GROWTH_OCTETS = 64 * 2**20
NEEDED_OCTETS = 3 * 2**30
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def server() -> Iterator[Peer]:
    """`ippserver serve` in a process of its own, whose memory can be measured; its spool goes at the end."""
    with TemporaryDirectory(prefix="ippserver-large-") as folder:
        if shutil.disk_usage(folder).free < NEEDED_OCTETS:
            pytest.skip(f"less than {NEEDED_OCTETS} octets are free in {Path(folder).parent}")
        with ours(Path(folder)) as peer:
            yield peer


async def test_two_gibibytes_arrive_whole_while_memory_stays_flat_and_others_are_served(server: Peer) -> None:
    async with IppClient(server.uri) as client:
        await client.get_printer_attributes()
        server.forget_peak()
        before = server.rss_octets()
        command = (sys.executable, "-m", "tests.bench.load", "upload", str(server.port), server.path)
        upload = await asyncio.create_subprocess_exec(
            *command, str(MEBIBYTES), cwd=REPOSITORY, stdout=asyncio.subprocess.DEVNULL
        )
        answered = 0
        while upload.returncode is None:
            await client.get_printer_attributes()
            answered += 1
        await upload.wait()
        job = await client.get_job_attributes(1)
    assert upload.returncode == 0
    assert answered > 10
    assert server.peak_octets() - before < GROWTH_OCTETS
    assert names.JOB_K_OCTETS.get(job.attributes) == MEBIBYTES * 1024 + 20
