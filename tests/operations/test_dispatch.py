"""From a request to its response, whatever happens on the way (RFC 8011 4.1.6, 4.1.7, appendix B)."""

import logging
from collections.abc import AsyncIterator

import pytest

from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.interfaces import (
    DocumentInterrupted,
    DocumentStream,
    NoSuchJob,
    Spooled,
    SpoolError,
    SpoolFailed,
    SpoolFull,
    StoreError,
    StoreUnavailable,
)
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.errors import LimitExceeded, MalformedMessage
from ippserver.ipp.message import Header, Version
from ippserver.model.errors import Timeout
from ippserver.model.job import Job, JobDraft
from ippserver.operations.declare import Data, Target
from ippserver.operations.table import OPERATIONS
from ippserver.spools.memory import MemorySpool
from ippserver.stores.memory import MemoryStore
from ippserver.testing.desk import PDF, Desk, unsupported
from ippserver.testing.fakes import stream


class BrokenSpool(MemorySpool):
    """A spool that fails to write."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    async def write(self, key: str, document: DocumentStream, *, lasting: bool = True) -> Spooled:
        raise self._error


class BrokenStore(MemoryStore):
    """A store that takes no Jobs."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    async def create(self, draft: JobDraft) -> Job:
        raise self._error


# ---- what every answer has


@pytest.mark.parametrize("operation", [Operation.GET_JOBS, Operation.CANCEL_JOB, 0x3FFF])
async def test_every_answer_begins_with_charset_language_and_a_message(desk: Desk, operation: int) -> None:
    answer = await desk.ask(operation)
    assert [attribute.name for attribute in answer.operation] == [
        names.ATTRIBUTES_CHARSET.name,
        names.ATTRIBUTES_NATURAL_LANGUAGE.name,
        names.STATUS_MESSAGE.name,
    ]
    assert names.STATUS_MESSAGE.get(answer.operation)


async def test_a_long_status_message_is_cut_to_255_octets() -> None:
    desk = await Desk(spool=BrokenSpool(Timeout("ä" * 200))).open()
    answer = await desk.ask(Operation.PRINT_JOB, document=PDF)
    assert names.STATUS_MESSAGE.get(answer.operation) == "ä" * 127


async def test_the_groups_of_an_answer_stand_in_their_order(desk: Desk) -> None:
    await desk.ask(Operation.CREATE_JOB)
    answer = await desk.ask(Operation.GET_JOBS, Attribute("x", (1,)))
    assert [group.tag for group in answer.response.groups] == [1, 5, 2]


async def test_an_answer_without_unsupported_attributes_has_no_such_group(desk: Desk) -> None:
    answer = await desk.ask(Operation.VALIDATE_JOB)
    assert [group.tag for group in answer.response.groups] == [1]


# ---- the Unsupported group


async def test_a_name_stands_there_once_although_both_groups_had_it(desk: Desk) -> None:
    copies = names.COPIES.of(0)
    answer = await desk.ask(Operation.VALIDATE_JOB, names.COPIES.of(1), Attribute("x", (1,)), job=[copies])
    assert answer.unsupported == (copies, unsupported("x"))


async def test_a_refusal_for_fidelity_names_unknown_operation_attributes_too(desk: Desk) -> None:
    copies = names.COPIES.of(0)
    answer = await desk.ask(
        Operation.PRINT_JOB,
        names.IPP_ATTRIBUTE_FIDELITY.of(True),
        Attribute("x", (1,)),
        job=[copies],
        document=PDF,
    )
    assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED
    assert answer.unsupported == (unsupported("x"), copies)


async def test_other_refusals_name_only_what_they_are_about(desk: Desk) -> None:
    wrong = names.COMPRESSION.of("lzw")
    answer = await desk.ask(Operation.PRINT_JOB, wrong, Attribute("x", (1,)), document=PDF)
    assert answer.status is Status.CLIENT_ERROR_COMPRESSION_NOT_SUPPORTED
    assert answer.unsupported == (wrong,)


# ---- data after the attributes


def _spec_ids() -> list[Operation]:
    return [spec.operation for spec in OPERATIONS if spec.data is Data.NONE and not spec.by_reference]


@pytest.mark.parametrize("operation", _spec_ids())
async def test_data_after_an_operation_that_takes_none_is_a_bad_request(
    desk: Desk, operation: Operation
) -> None:
    spec = next(spec for spec in OPERATIONS if spec.operation is operation)
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    before = await desk.job(job_id)
    if spec.target is Target.JOB:
        answer = await desk.ask_of(operation, job_id, document=b"x")
    else:
        answer = await desk.ask(operation, document=b"x")
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST
    assert await desk.job(job_id) == before


async def test_empty_pieces_are_no_data(desk: Desk) -> None:
    answer = await desk.ask(Operation.GET_JOBS, document=stream([b"", b""]))
    assert answer.status is Status.SUCCESSFUL_OK


async def test_no_more_of_it_is_read_than_the_first_piece(desk: Desk) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b"x"

    answer = await desk.ask(Operation.GET_JOBS, document=endless())
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST
    assert read == 1


# ---- what fails below


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SpoolFull("no room"), Status.SERVER_ERROR_BUSY),
        (SpoolFailed("no room any more"), Status.SERVER_ERROR_TEMPORARY_ERROR),
        (SpoolError("a fault"), Status.SERVER_ERROR_TEMPORARY_ERROR),
        (Timeout(), Status.CLIENT_ERROR_TIMEOUT),
        (RuntimeError("a bug"), Status.SERVER_ERROR_INTERNAL_ERROR),
    ],
)
async def test_a_failing_spool_is_told_in_ipps_words_and_leaves_no_job(
    error: Exception, status: Status
) -> None:
    desk = await Desk(spool=BrokenSpool(error)).open()
    answer = await desk.ask(Operation.PRINT_JOB, document=PDF)
    assert answer.status is status
    assert answer.jobs == []
    assert not desk.jobs.unfinished


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StoreUnavailable("locked"), Status.SERVER_ERROR_BUSY),
        (StoreError("damaged"), Status.SERVER_ERROR_TEMPORARY_ERROR),
        (NoSuchJob("purged meanwhile"), Status.CLIENT_ERROR_NOT_FOUND),
        (RuntimeError("a bug"), Status.SERVER_ERROR_INTERNAL_ERROR),
    ],
)
async def test_a_failing_store_is_told_in_ipps_words_and_leaves_no_document(
    error: Exception, status: Status
) -> None:
    spool = MemorySpool()
    desk = await Desk(store=BrokenStore(error), spool=spool).open()
    answer = await desk.ask(Operation.PRINT_JOB, document=PDF)
    assert answer.status is status
    assert await spool.sweep([]) == 0


async def test_a_bug_is_logged_with_its_traceback_and_told_without(caplog: pytest.LogCaptureFixture) -> None:
    desk = await Desk(spool=BrokenSpool(RuntimeError("the very secret"))).open()
    with caplog.at_level(logging.ERROR):
        answer = await desk.ask(Operation.PRINT_JOB, document=PDF)
    assert "the very secret" in caplog.text
    assert "Traceback" in caplog.text
    assert "secret" not in str(answer.response)


async def test_a_refusal_is_one_line_at_info(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "ippserver.operations"):
        await desk.ask(Operation.PRINT_JOB, request_id=77)
    (record,) = [record for record in caplog.records if getattr(record, "request_id", None) == 77]
    assert record.name.startswith("ippserver.operations")
    assert record.levelno == logging.INFO
    assert record.exc_info is None
    assert Status.CLIENT_ERROR_BAD_REQUEST.keyword in record.getMessage()


async def test_a_client_that_goes_away_is_not_answered_and_leaves_nothing(desk: Desk) -> None:
    for begun in ([], [PDF]):
        with pytest.raises(DocumentInterrupted):
            await desk.ask(Operation.PRINT_JOB, document=stream(begun, DocumentInterrupted()))
    assert not desk.jobs.unfinished
    assert await desk.spool.sweep([]) == 0


# ---- octets that are no message


def test_octets_that_are_no_message_are_a_bad_request(desk: Desk) -> None:
    header = Header(Version(2, 0), Operation.PRINT_JOB, 5)
    answer = desk.dispatcher.refuse(MalformedMessage("it is cut", 9, "RFC 8010 3.1.1"), header)
    assert answer.status_code == Status.CLIENT_ERROR_BAD_REQUEST
    assert (answer.version, answer.request_id) == (Version(2, 0), 5)


def test_a_message_beyond_the_limits_is_too_large(desk: Desk) -> None:
    header = Header(Version(1, 1), Operation.PRINT_JOB, 5)
    answer = desk.dispatcher.refuse(LimitExceeded("too many", 9, ""), header)
    assert answer.status_code == Status.CLIENT_ERROR_REQUEST_ENTITY_TOO_LARGE


def test_the_version_is_judged_before_the_rest_of_such_octets(desk: Desk) -> None:
    header = Header(Version(3, 0), Operation.PRINT_JOB, 5)
    answer = desk.dispatcher.refuse(MalformedMessage("it is cut", 9, ""), header)
    assert answer.status_code == Status.SERVER_ERROR_VERSION_NOT_SUPPORTED
    assert answer.version == Version(2, 2)


def test_without_a_whole_header_the_request_id_is_0(desk: Desk) -> None:
    answer = desk.dispatcher.refuse(MalformedMessage("it is cut", 7, ""), None)
    assert (answer.status_code, answer.request_id) == (Status.CLIENT_ERROR_BAD_REQUEST, 0)
    assert answer.version == Version(1, 1)


# ---- which paths there are


@pytest.mark.parametrize(
    ("path", "query", "is_served"),
    [
        ("/ipp/print", "", True),
        ("/ipp/print/1", "", True),
        ("/ipp/print/0", "", False),
        ("/ipp/print/1/2", "", False),
        ("/ipp/print", "a=b", False),
        ("/ipp", "", False),
        ("/", "", True),
        ("/", "a=b", False),
    ],
)
def test_paths_are_those_of_printers_and_of_jobs_below(
    desk: Desk, path: str, query: str, is_served: bool
) -> None:
    assert desk.dispatcher.serves(path, query) is is_served
