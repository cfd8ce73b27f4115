"""Pages that become files of their own, over lives of the server that end by SIGKILL between them."""

import asyncio
from pathlib import Path
from typing import Final

import pytest
from PIL import Image

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation
from ippserver.ipp.tags import GroupTag
from tests.crash.kill_cycles import START_SECONDS, ask, ready, server
from tests.crash.one_printer import ONE_PRINTER
from tests.documents.press import pdf

pytestmark = pytest.mark.timeout(400)
PAGES: Final = 40
KILLED_AT: Final = (1, 20)
"""So many files are there when the server is killed, or some more; a third time would be the job's fault."""
CONFIG: Final = (
    ONE_PRINTER
    + """\
[[printer.output]]
folder = "{folder}/prints"
template = "{{page}}{{ext}}"
format = "png"
resolution-dpi = 18
"""
)


async def until_there(folder: Path, count: int) -> None:
    def found() -> int:
        return len([*folder.glob("[0-9]*")])

    async with asyncio.timeout(START_SECONDS):
        while await asyncio.to_thread(found) < count:  # noqa: ASYNC110 (another process: there is no event)
            await asyncio.sleep(0.005)


async def until_completed(port: int) -> None:
    async with asyncio.timeout(START_SECONDS):
        while True:
            answer = await ask(port, Operation.GET_JOB_ATTRIBUTES, [names.JOB_ID.of(1)])
            if names.JOB_STATE.get(answer.group(GroupTag.JOB)) == JobState.COMPLETED:
                return
            await asyncio.sleep(0.05)


async def test_pages_that_are_there_already_are_not_written_again_and_none_is_missing(tmp_path: Path) -> None:
    (tmp_path / "ippserver.toml").write_text(CONFIG.format(folder=tmp_path))
    prints = tmp_path / "prints"
    for life, count in enumerate(KILLED_AT):
        async with server(tmp_path) as child:
            port = await ready(child)
            if life == 0:
                media_type, document = pdf(PAGES)
                about = [names.JOB_NAME.of("pages"), names.DOCUMENT_FORMAT.of(media_type)]
                await ask(port, Operation.PRINT_JOB, about, document)
            await until_there(prints, count)
    async with server(tmp_path) as child:
        await until_completed(await ready(child))
    assert [path.name for path in sorted(prints.iterdir())] == [
        f"{number:03}.png" for number in range(1, PAGES + 1)
    ]
    for path in prints.iterdir():
        with Image.open(path) as picture:
            assert picture.size == (149, 210)
            picture.load()
