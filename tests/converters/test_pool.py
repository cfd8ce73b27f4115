"""Workers that do what they should."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from ippserver.converters.limits import WorkerLimits
from ippserver.converters.pool import ConverterPool
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import ConversionError, SpoolError
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.model import formats
from ippserver.model.conversion import Conversion, Progress, Wanted
from ippserver.testing.fakes import stream
from tests.processes import until_over

SECONDS: Final = 60.0
CONTENT: Final = bytes(range(256)) * 1500
CONVERSION: Final = Conversion(
    source_format=formats.PDF, target=Wanted(formats.PDF), attributes=AttributeGroup(GroupTag.JOB)
)
BEGIN: Final = """
import json, os, signal, sys, time
from pathlib import Path
source, target = Path(sys.argv[1]), Path(sys.argv[2])
def say(**what): print(json.dumps(what), flush=True)
def kinds(**known):
    return dict.fromkeys(("blank", "blank_two_sided", "color", "color_two_sided", "monochrome",
        "monochrome_two_sided"), 0) | known
def result(parts, unchanged=False, text=b"read", **more):
    (target / "text").write_bytes(text)
    found = {"media_type": "application/pdf", "extension": ".pdf", "parts": parts, "pages": 2, "text": "",
        "impressions": 2, "impressions_completed": 4, "sheets": 1, "media": {}, "unchanged": unchanged,
        "counts": dict.fromkeys(("pages", "impressions", "impressions_completed", "sheets"), kinds(color=2))}
    say(result=found | more)
say(walls={"landlock": 7, "seccomp": True})
while (told := sys.stdin.readline()) == "\\n": say(awake=True)
tasks = json.loads(told)
"""


def pool(folder: Path, program: str, limits: WorkerLimits | None = None, workers: int = 2) -> ConverterPool:
    """A pool whose workers run `program`."""
    limits = limits or WorkerLimits(
        page_seconds=SECONDS, spare_seconds=SECONDS, look_seconds=0.05, most_said=1000
    )
    return ConverterPool(folder, limits, workers=workers, command=(sys.executable, "-c", BEGIN + program))


def left(folder: Path) -> list[Path]:
    """What is in `folder`."""
    return list(folder.iterdir())


async def content() -> AsyncIterator[bytes]:
    for start in range(0, len(CONTENT), 50_000):
        yield CONTENT[start : start + 50_000]


async def converted(workers: ConverterPool, seen: list[Progress] | None = None) -> list[bytes]:
    """The parts that come of CONTENT."""
    told = [] if seen is None else seen
    async with (
        asyncio.timeout(SECONDS),
        workers.convert([CONVERSION], [content()], told.append) as (_, parts),
    ):
        return [b"".join([piece async for piece in part.content()]) for part in parts]


async def pages(workers: ConverterPool) -> int:
    """How many pages come of CONTENT."""
    async with workers.convert([CONVERSION], [content()], lambda done: None) as (outcome, _):
        return outcome.pages


async def failure(workers: ConverterPool, folder: Path) -> ConversionError:
    """How converting fails; nothing may be left of it."""
    with pytest.raises(ConversionError) as caught:
        await converted(workers)
    assert left(folder) == []
    return caught.value


async def test_a_document_goes_through_a_worker_and_comes_back(tmp_path: Path) -> None:
    program = """
data = (source / "1").read_bytes()
for _ in range(3):
    say(progress={"pages": 1, "impressions": 1, "of_impressions": 2})
(target / "1").write_bytes(data)
(target / "2").write_bytes(data[::-1])
result(2)
"""
    seen: list[Progress] = []
    assert await converted(pool(tmp_path, program), seen) == [CONTENT, CONTENT[::-1]]
    assert seen == [Progress(pages=1, impressions=1, of_impressions=2)]
    assert left(tmp_path) == []


async def test_several_documents_go_through_one_worker_in_order(tmp_path: Path) -> None:
    program = """
for number, task in enumerate(tasks, 1):
    (target / str(number)).write_bytes(task["title"].encode() + (source / str(number)).read_bytes())
result(2)
"""
    both = [replace(CONVERSION, title=title) for title in ("a", "b")]
    workers = pool(tmp_path, program)
    async with workers.convert(both, [stream([b"1"]), stream([b"2"])], lambda done: None) as (_, parts):
        read = [b"".join([piece async for piece in part.content()]) for part in parts]
    assert read == [b"a1", b"b2"]


async def test_what_it_counted_is_told(tmp_path: Path) -> None:
    workers = pool(tmp_path, "result(0)")
    async with workers.convert([CONVERSION], [content()], lambda done: None) as (outcome, parts):
        assert (outcome.pages, outcome.impressions_completed, outcome.sheets) == (2, 4, 1)
        assert (outcome.text, list(parts)) == ("read", [])


async def test_it_is_told_that_the_document_is_what_is_wanted(tmp_path: Path) -> None:
    workers = pool(tmp_path, "result(0, unchanged=True)")
    async with workers.convert([CONVERSION], [content()], lambda done: None) as (outcome, parts):
        assert (outcome.unchanged, list(parts)) == (True, [])


@pytest.mark.parametrize("split", [False, True])
async def test_a_worker_is_told_whether_each_side_gets_a_file(tmp_path: Path, split: bool) -> None:
    wanted = replace(CONVERSION, target=Wanted(formats.PDF, split))
    program = "(target / '1').write_text(json.dumps(tasks[0]['target']['split']))\nresult(1)"
    async with pool(tmp_path, program).convert([wanted], [content()], lambda done: None) as (_, parts):
        assert b"".join([piece async for piece in parts[0].content()]) == json.dumps(split).encode()


async def test_a_worker_is_told_how_pages_are_drawn(tmp_path: Path) -> None:
    raster = Wanted(formats.PWG_RASTER, dpi=600, raster_type="adobe-rgb_16", sheet_back="rotated")
    program = "(target / '1').write_text(json.dumps(tasks[0]['target']))\nresult(1)"
    wanted = replace(CONVERSION, target=raster)
    async with pool(tmp_path, program).convert([wanted], [content()], lambda done: None) as (_, parts):
        told = json.loads(b"".join([piece async for piece in parts[0].content()]))
    assert (told["dpi"], told["pixels"], told["sheet_back"]) == (600, ["adobe-rgb", 16], "rotated")


async def test_a_worker_sees_nothing_of_the_servers_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPPSERVER_SECRET", "hush")
    program = "(target / '1').write_text(' '.join(os.environ))\nresult(1)"
    (environment,) = await converted(pool(tmp_path, program))
    assert b"LC_ALL" in environment
    assert b"SECRET" not in environment


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("DamagedDocument", JobStateReason.DOCUMENT_FORMAT_ERROR),
        ("DocumentTooLarge", JobStateReason.DOCUMENT_UNPRINTABLE_ERROR),
        ("PasswordNeeded", JobStateReason.DOCUMENT_PASSWORD_ERROR),
        ("WrongPassword", JobStateReason.DOCUMENT_PASSWORD_ERROR),
        ("Unsupported", JobStateReason.UNSUPPORTED_DOCUMENT_FORMAT),
    ],
)
async def test_what_is_wrong_with_a_document_is_told(tmp_path: Path, error: str, reason: str) -> None:
    found = await failure(pool(tmp_path, f"say(error={error!r}, message='It is broken.')"), tmp_path)
    assert (str(found), found.reason) == ("It is broken.", reason)


async def test_what_a_worker_started_goes_with_it(tmp_path: Path) -> None:
    program = """
child = os.fork()
if child:
    (target / "1").write_text(str(child))
    result(1)
time.sleep(60)
"""
    (child,) = await converted(pool(tmp_path, program))
    await until_over(int(child))
    assert left(tmp_path) == []


async def test_not_more_workers_work_than_allowed(tmp_path: Path) -> None:
    program = """
import fcntl
with open(source.parents[1] / ".lock", "a") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    time.sleep(0.05)
    result(0)
"""
    workers = pool(tmp_path, program, workers=1)
    assert await asyncio.gather(*(pages(workers) for _ in range(4))) == [2] * 4


async def test_after_the_first_a_worker_stands_ready(tmp_path: Path) -> None:
    workers = pool(tmp_path, "result(0)")
    runner = asyncio.create_task(workers.run())
    try:
        async with asyncio.timeout(SECONDS):
            await pages(workers)
            while not left(tmp_path):  # noqa: ASYNC110 (a folder has no event)
                await asyncio.sleep(0)
            assert await pages(workers) == 2
    finally:
        runner.cancel()
        await asyncio.wait([runner])
    assert left(tmp_path) == []


async def test_what_a_crash_left_is_removed_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "convert" / "left" / "in").mkdir(parents=True)
    (tmp_path / "convert").chmod(0o700)
    await pool(tmp_path / "convert", "").open()
    assert left(tmp_path / "convert") == []


async def test_a_folder_that_others_can_write_to_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "convert"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(SpoolError, match="can be written by others"):
        await pool(folder, "").open()
