"""Several documents for another Printer: one Job there, whatever happens in between."""

import asyncio
from collections.abc import Iterator, Sequence

import pytest

from ippserver.client import IppClient
from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobStateReason, MultipleDocumentHandling
from ippserver.interfaces import OutputError, OutputRefused, OutputUnavailable, Parcel, Wishes
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.model import formats
from ippserver.outputs.forward import ForwardConfig, ForwardOutput
from ippserver.testing import VirtualPrinter
from ippserver.testing.fakes import stream
from tests.documents.press import pdf, seen
from tests.outputs.parcels import PDF, Ear, document, several
from tests.outputs.peers import HastyClock, OtherPrinter, breaks_off, job, refuses, tells

PATIENCE_SECONDS = 20.0
SENDING, FOLLOWING = Operation.SEND_DOCUMENT, Operation.GET_JOB_ATTRIBUTES
CONTENTS = (PDF, PDF + b"2", PDF + b"3")


def incoming(state: JobState = JobState.PENDING_HELD, *, had: int | None = None) -> AttributeGroup:
    known = [] if had is None else [names.NUMBER_OF_DOCUMENTS.of(had)]
    return job(state, JobStateReason.JOB_INCOMING, more=known)


@pytest.fixture
def other(other: OtherPrinter) -> OtherPrinter:
    other.more = [names.MULTIPLE_DOCUMENT_JOBS_SUPPORTED.of(True)]
    return other


def three(ear: Ear) -> Parcel:
    return several(document(), document(), document(), watch=ear)


async def tried(uri: str, given: Parcel) -> str:
    """Where it is, after a try that begins where the last one ended."""
    config = ForwardConfig(uri=uri, timeout_seconds=10.0)
    made = ForwardOutput("next", config, HastyClock(given.job.created + 1000))
    assert isinstance(given.watch, Ear)
    target = next(iter(given.watch.placed_at[-1:]), "")
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert not (await made.wants(given, target)).apart
        return await made.deliver(given, target, [stream([content]) for content in CONTENTS])


async def failure(uri: str, given: Parcel) -> OutputError:
    with pytest.raises(OutputError) as caught:
        await tried(uri, given)
    return caught.value


async def test_all_of_them_are_sent_into_one_job(other: OtherPrinter, uri: str, ear: Ear) -> None:
    assert await tried(uri, three(ear)) == f"{uri}/1"
    assert (other.jobs, other.documents) == (1, list(CONTENTS))
    assert [number for number, last in enumerate(other.last_documents, 1) if last] == [3]
    assert ear.placed_at == [f"{uri}/1"]


async def test_a_job_that_has_not_begun_is_canceled_and_made_anew(
    other: OtherPrinter, uri: str, ear: Ear
) -> None:
    other.on(SENDING, tells(incoming()), breaks_off)
    assert type(await failure(uri, three(ear))) is OutputUnavailable
    other.on(FOLLOWING, *[tells(incoming(had=1))] * 3)
    found = await failure(uri, three(ear))
    assert not isinstance(found, OutputUnavailable | OutputRefused)
    assert other.asked[-1] is Operation.CANCEL_JOB
    assert ear.placed_at == [f"{uri}/1", ""]
    assert await tried(uri, three(ear)) == f"{uri}/2"
    assert other.documents[-3:] == list(CONTENTS)


@pytest.mark.parametrize(
    "reaction", [breaks_off, refuses(Status.SERVER_ERROR_BUSY), refuses(Status.SERVER_ERROR_TEMPORARY_ERROR)]
)
@pytest.mark.parametrize("had", [1, 2])
async def test_a_job_that_has_begun_to_print_gets_the_rest(
    other: OtherPrinter, uri: str, ear: Ear, reaction: object, had: int
) -> None:
    begun = tells(incoming(JobState.PROCESSING, had=had))
    other.on(SENDING, tells(incoming()), reaction)  # type: ignore[arg-type]
    if reaction is not breaks_off:
        other.on(FOLLOWING, begun)
    assert type(await failure(uri, three(ear))) is OutputUnavailable
    other.on(FOLLOWING, begun, begun)
    assert await tried(uri, three(ear)) == f"{uri}/1"
    assert Operation.CANCEL_JOB not in other.asked
    assert other.documents == [*CONTENTS[:2], *CONTENTS[had:]]
    assert other.last_documents[-1]
    assert other.jobs == 1


async def test_a_job_that_has_all_and_does_not_know_it_is_closed(
    other: OtherPrinter, uri: str, ear: Ear
) -> None:
    ear.placed_at = [f"{uri}/1"]
    begun = tells(incoming(JobState.PROCESSING, had=3))
    other.on(FOLLOWING, begun, begun)
    assert await tried(uri, three(ear)) == f"{uri}/1"
    assert (other.documents, other.last_documents) == ([], [True])


async def test_a_job_that_was_closed_too_early_is_given_up(other: OtherPrinter, uri: str, ear: Ear) -> None:
    ear.placed_at = [f"{uri}/1"]
    other.on(FOLLOWING, tells(job(JobState.COMPLETED, more=[names.NUMBER_OF_DOCUMENTS.of(2)])))
    found = await failure(uri, three(ear))
    assert isinstance(found, OutputRefused)
    assert str(found) == "The other printer has 2 of 3 documents."
    assert other.documents == []


async def test_one_that_is_refused_has_the_whole_job_canceled(
    other: OtherPrinter, uri: str, ear: Ear
) -> None:
    other.on(SENDING, tells(incoming()), refuses(Status.CLIENT_ERROR_DOCUMENT_FORMAT_ERROR))
    other.on(FOLLOWING, tells(incoming(JobState.PROCESSING, had=1)))
    found = await failure(uri, three(ear))
    assert isinstance(found, OutputRefused)
    assert other.asked[-1] is Operation.CANCEL_JOB


@pytest.mark.parametrize("had", [None, 0, 3])
async def test_a_job_that_is_there_is_followed_and_nothing_is_made(
    other: OtherPrinter, uri: str, ear: Ear, had: int | None
) -> None:
    counted = [] if had is None else [names.NUMBER_OF_DOCUMENTS.of(had)]
    other.on(FOLLOWING, *[tells(job(JobState.COMPLETED, more=counted))] * 2)
    given = three(ear)
    made = ForwardOutput("next", ForwardConfig(uri=uri), HastyClock(given.job.created + 1000))
    assert await made.wants(given, f"{uri}/1") == Wishes()
    ear.placed_at = [f"{uri}/1"]
    assert await tried(uri, given) == f"{uri}/1"
    assert other.documents == []


# ---- two servers


@pytest.fixture
def there() -> Iterator[VirtualPrinter]:
    with VirtualPrinter(name="other") as printer:
        yield printer


def printed(
    there: VirtualPrinter, documents: Sequence[tuple[str, bytes]], *template: Attribute, **forward: object
) -> None:
    """Has a server forward a Job of such documents."""
    output = {"type": "forward", "uri": there.uri, **forward}

    async def print_() -> JobState:
        async with IppClient(first.uri) as client, asyncio.timeout(PATIENCE_SECONDS):
            created = await client.create_job([names.JOB_NAME.of("both")], template)
            for number, (media_type, content) in enumerate(documents, 1):
                said = [names.DOCUMENT_FORMAT.of(media_type), names.DOCUMENT_NAME.of(f"document {number}")]
                last = number == len(documents)
                await client.send_document(created.id, stream([content]), said, last=last)
            return (await client.wait_for_job(created.id)).state

    with VirtualPrinter(name="first", settings={"printer": [{"output": [output]}]}) as first:
        assert asyncio.run(print_()) is JobState.COMPLETED


@pytest.mark.parametrize("format_", ["auto", "original"])
def test_documents_are_one_job_there_in_their_order(there: VirtualPrinter, format_: str) -> None:
    documents = [pdf(1), pdf(2), (formats.TEXT, b"three\n")]
    printed(there, documents, names.COPIES.of(2), format=format_)
    (job,) = there.jobs
    assert job.name == "both"
    assert [(each.format, each.data) for each in job.documents] == documents
    assert {each.name for each in job.attributes} == {
        names.COPIES.name,
        names.MULTIPLE_DOCUMENT_HANDLING.name,
    }


def test_documents_that_are_to_be_one_are_one_document(there: VirtualPrinter) -> None:
    as_one = names.MULTIPLE_DOCUMENT_HANDLING.of(MultipleDocumentHandling.SINGLE_DOCUMENT)
    printed(there, [pdf(1), pdf(2)], as_one)
    (job,) = there.jobs
    (document,) = job.documents
    assert len(seen(document.data)) == 3
