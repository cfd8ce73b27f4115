"""What every Output does (interfaces.Output), on every one that there is."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from ippserver.interfaces import DocumentInterrupted, Output, Parcel
from ippserver.model.document import Document
from ippserver.model.job import Job
from ippserver.outputs.discard import DiscardOutput
from ippserver.outputs.folder import FolderOutput
from ippserver.testing.fakes import job_draft, stream


@pytest.fixture(params=["discard", "folder"])
async def output(request: pytest.FixtureRequest, tmp_path: Path) -> Output:
    made: Output = DiscardOutput("name") if request.param == "discard" else FolderOutput("name", tmp_path)
    await made.open()
    return made


def _parcel(pieces: Sequence[bytes]) -> Parcel:
    octets = b"".join(pieces)
    document = Document(
        number=1,
        key="aa-1",
        format="application/pdf",
        size_octets=len(octets),
        sha256=hashlib.sha256(octets).hexdigest(),
    )
    return Parcel(job=Job.of(job_draft(), 7), document=document, printer_name="Office")


def test_it_has_the_name_of_the_configuration(output: Output) -> None:
    assert output.name == "name"


@pytest.mark.parametrize(
    "pieces", [[], [b"a", b"", b"b"], [b"x" * 3_000_000]], ids=["empty", "small", "large"]
)
async def test_a_document_goes_where_it_was_planned(output: Output, pieces: Sequence[bytes]) -> None:
    parcel = _parcel(pieces)
    target = await output.plan(parcel)
    assert await output.deliver(parcel, target, [stream(pieces)]) == target


async def test_a_second_run_answers_the_same(output: Output) -> None:
    parcel = _parcel([b"once"])
    target = await output.plan(parcel)
    await output.deliver(parcel, target, [stream([b"once"])])
    assert await output.deliver(parcel, target, [stream([b"once"])]) == target


async def test_what_the_content_raises_is_raised(output: Output) -> None:
    fault = DocumentInterrupted()
    parcel = _parcel([b"never"])
    with pytest.raises(DocumentInterrupted) as caught:
        await output.deliver(parcel, await output.plan(parcel), [stream([b"ne"], then=fault)])
    assert caught.value is fault
