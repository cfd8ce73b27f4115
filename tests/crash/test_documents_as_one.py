"""Documents that are printed as one, over lives of the server that end by SIGKILL while they are."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pikepdf
import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation
from ippserver.iana.keywords import MultipleDocumentHandling
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.model import formats
from tests.crash.kill_cycles import START_SECONDS, ask, ready, server
from tests.crash.one_printer import ONE_PRINTER

pytestmark = pytest.mark.timeout(400)
TEXTS: Final = [b"one\n", b"two\n", b"three\n"]
CONFIG: Final = (
    ONE_PRINTER
    + """\
[[printer.output]]
folder = "{folder}/sent"
format = "original"
template = "{{document}}"
[[printer.output]]
folder = "{folder}/pages"
format = "pdf"
template = "{{id}}{{ext}}"
"""
)


async def print_(port: int) -> None:
    """Sends a Job of all TEXTS, which are to be one."""
    as_one = names.MULTIPLE_DOCUMENT_HANDLING.of(MultipleDocumentHandling.SINGLE_DOCUMENT)
    await ask(port, Operation.CREATE_JOB, [], more=[AttributeGroup(GroupTag.JOB, [as_one])])
    for text in TEXTS:
        said = (
            names.JOB_ID.of(1),
            names.LAST_DOCUMENT.of(text is TEXTS[-1]),
            names.DOCUMENT_FORMAT.of(formats.TEXT),
        )
        await ask(port, Operation.SEND_DOCUMENT, said, text)


async def until(happens: Callable[[], bool]) -> None:
    async with asyncio.timeout(START_SECONDS):
        while not await asyncio.to_thread(happens):  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # another process: there is no event


async def live(folder: Path) -> None:
    async with server(folder) as child:
        await print_(await ready(child))
        await until((folder / "sent/1").exists)
    async with server(folder) as child:
        await ready(child)
        await until((folder / "pages/1.pdf").exists)
    async with server(folder) as child:
        port = await ready(child)

        async with asyncio.timeout(START_SECONDS):
            while True:
                answer = await ask(port, Operation.GET_JOB_ATTRIBUTES, [names.JOB_ID.of(1)])
                job = answer.group(GroupTag.JOB)
                if names.JOB_STATE.get(job) == JobState.COMPLETED:
                    break
                await asyncio.sleep(0.05)
    assert names.JOB_PAGES_COMPLETED.get(job) == len(TEXTS)


def test_documents_that_are_one_are_delivered_once_whenever_the_server_is_killed(tmp_path: Path) -> None:
    (tmp_path / "ippserver.toml").write_text(CONFIG.format(folder=tmp_path))
    asyncio.run(live(tmp_path))
    assert sorted(path.name for path in (tmp_path / "sent").iterdir()) == ["1", "2", "3"]
    assert [(tmp_path / "sent" / str(number)).read_bytes() for number in (1, 2, 3)] == TEXTS
    (made,) = (tmp_path / "pages").iterdir()
    with pikepdf.open(made) as pdf:
        assert len(pdf.pages) == len(TEXTS)
    assert "Traceback" not in (tmp_path / "stderr").read_text()
