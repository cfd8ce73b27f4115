"""Answers that are given again at the door, and whatever keeps them from being given wrongly."""

from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from ippserver.testing.http import Answer, RawConnection
from ippserver.testing.wire import message
from ippserver.web import memory
from ippserver.web.memory import Place, Question
from tests.web.printer import (
    BAD_REQUEST,
    CHUNKED,
    OK,
    Address,
    Serve,
    TinyPrinter,
    answer_to,
    ipp_status,
    post,
)

HERE = Place("127.0.0.1", ("127.0.0.1", 631))


@dataclass
class While:
    """Lasting for as long as a test says."""

    holds: bool = True


@pytest.fixture
def printer() -> TinyPrinter:
    """Its answers hold until the test ends that."""
    return TinyPrinter(lasting=While())


def question(request_id: int = 1, **options: object) -> bytes:
    return post(message(code=0x000B, request_id=request_id), **options)  # type: ignore[arg-type] # any options


async def answers(address: Address, requests: Iterable[bytes]) -> list[Answer]:
    """The answers to `requests`, each sent when the one before was answered, on one connection."""
    found = []
    async with RawConnection(*address) as connection:
        for octets in requests:
            await connection.send(octets)
            answer = await connection.answer()
            assert answer is not None
            found.append(answer)
    return found


def request_ids(found: Iterable[Answer]) -> list[int]:
    return [int.from_bytes(answer.body[4:8]) for answer in found]


class TestGivenAgain:
    async def test_the_same_question_is_asked_behind_the_door_once(
        self, address: Address, printer: TinyPrinter
    ) -> None:
        found = await answers(address, [question(number) for number in range(1, 11)])
        assert request_ids(found) == list(range(1, 11))
        assert {answer.body[:4] + answer.body[8:] for answer in found} == {
            found[0].body[:4] + found[0].body[8:]
        }
        assert len(printer.requests) == 1

    async def test_the_head_is_the_same_too(self, address: Address) -> None:
        first, second = await answers(address, [question(1), question(2)])
        assert list(first.fields) == list(second.fields)
        assert {**first.fields, "date": ""} == {**second.fields, "date": ""}
        assert first.status == second.status == 200

    async def test_another_connection_of_the_same_client_profits(
        self, address: Address, printer: TinyPrinter
    ) -> None:
        await answers(address, [question(1)])
        await answers(address, [question(2, fields={"X": "y"}), question(3)])
        assert [request.request_id for request in printer.requests] == [1, 2]

    async def test_requests_after_it_are_answered_in_order(
        self, address: Address, printer: TinyPrinter
    ) -> None:
        others = [post(message(code=0x000A, request_id=number), chunks_of=7) for number in (3, 4)]
        found = await answers(address, [question(1), question(2), *others, question(5)])
        assert request_ids(found) == [1, 2, 3, 4, 5]
        assert [request.request_id for request in printer.requests] == [1, 3, 4]


class TestAskedAnew:
    async def test_once_the_answer_does_not_hold(self, address: Address, printer: TinyPrinter) -> None:
        shown = printer.lasting = While()
        async with RawConnection(*address) as connection:
            for number in range(1, 5):
                shown.holds = number != 3
                await connection.send(question(number))
                assert await connection.answer() is not None
        assert [request.request_id for request in printer.requests] == [1, 3]

    @pytest.mark.parametrize(
        "other",
        [
            pytest.param(question(2, target="/"), id="another path"),
            pytest.param(question(2, fields={"Host": "127.0.0.1:631"}), id="another host"),
            pytest.param(question(2, fields={"Authorization": "Basic x"}), id="another user"),
            pytest.param(post(message(code=0x000B, request_id=2, version=(1, 1))), id="another version"),
            pytest.param(post(message(code=0x000A, request_id=2)), id="another operation"),
            pytest.param(post(message(b"\x01", code=0x000B, request_id=2)), id="another message"),
            pytest.param(post(message(code=0x000B, request_id=2) + b"x"), id="octets after it"),
            pytest.param(question(2, chunks_of=9), id="in chunks"),
        ],
    )
    async def test_where_anything_differs(self, address: Address, printer: TinyPrinter, other: bytes) -> None:
        assert request_ids(await answers(address, [question(1), other])) == [1, 2]
        assert len(printer.requests) == 2

    async def test_in_segments_of_an_octet_the_answers_are_the_same(self, address: Address) -> None:
        async with RawConnection(*address) as connection:
            found = []
            for number in (1, 2, 3):
                await connection.send(question(number), segments_of=1)
                found.append(await connection.answer())
        assert request_ids([answer for answer in found if answer is not None]) == [1, 2, 3]

    async def test_where_the_client_asked_to_close(self, address: Address, printer: TinyPrinter) -> None:
        for number in (1, 2):
            answer = await answer_to(address, question(number, fields={"Connection": "close"}))
            assert answer.closes
        assert len(printer.requests) == 2

    async def test_where_the_client_speaks_http_1_0(self, address: Address, printer: TinyPrinter) -> None:
        for number in (1, 2):
            await answer_to(address, question(number, version="1.0"))
        assert len(printer.requests) == 2

    @pytest.mark.parametrize("request_id", [0, -1])
    async def test_where_the_request_id_is_none(
        self, address: Address, printer: TinyPrinter, request_id: int
    ) -> None:
        await answers(address, [question(1), question(request_id)])
        assert [request.request_id for request in printer.requests] == [1, request_id]

    async def test_where_two_came_at_once(self, address: Address, printer: TinyPrinter) -> None:
        async with RawConnection(*address) as connection:
            for _ in range(2):
                await connection.send(question(1) + question(2))
                found = [await connection.answer(), await connection.answer()]
                assert request_ids([answer for answer in found if answer is not None]) == [1, 2]
        assert len(printer.requests) == 4

    async def test_a_malformed_body_after_an_answer_from_memory_is_refused(self, address: Address) -> None:
        broken = post(b"zz\r\n", fields=CHUNKED)
        found = await answers(address, [question(1), question(2), broken])
        assert [answer.status for answer in found] == [200, 200, 400]

    async def test_a_refusal_is_never_remembered(self, address: Address, printer: TinyPrinter) -> None:
        refused = post(message(b"\x44", code=0x000B))
        first, second = await answers(address, [refused, refused])
        assert ipp_status(first.body) == ipp_status(second.body) == BAD_REQUEST != OK
        assert printer.requests == []


async def test_long_answers_are_not_remembered(serve: Serve, printer: TinyPrinter) -> None:
    printer.answer_octets = memory.ANSWER_OCTETS + 2000
    service = await serve()
    await answers(service.addresses[0], [question(1), question(2)])
    assert len(printer.requests) == 2


class TestQuestion:
    def test_it_is_the_octets_without_the_request_id(self) -> None:
        first, second = question(1), question(2)
        assert Question.of(first, HERE) == Question.of(second, HERE) is not None
        assert Question.of(first, HERE) != Question.of(first, Place("127.0.0.2", HERE.local))

    @pytest.mark.parametrize(
        "octets",
        [
            b"",
            b"\r\n\r\n",
            question()[:-4],
            b"GET / HTTP/1.1\r\n\r\n",
            question() + bytes(memory.REQUEST_OCTETS),
        ],
    )
    def test_what_is_no_short_request_is_none(self, octets: bytes) -> None:
        assert Question.of(octets, HERE) is None


async def test_the_oldest_of_many_questions_are_forgotten(serve: Serve, printer: TinyPrinter) -> None:
    service = await serve()
    requests = [question(1, fields={"X": str(number)}) for number in range(memory.ANSWERS + 1)]
    await answers(service.addresses[0], [*requests, *requests[1:]])
    assert len(printer.requests) == len(requests)
    await answers(service.addresses[0], [requests[-1], requests[0]])
    assert (
        len(printer.requests) == len(requests) + 2
    )  # the first of each connection is never answered at the door
