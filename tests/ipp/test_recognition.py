import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.ipp.decoder import Decoder
from ippserver.ipp.errors import MalformedMessage
from ippserver.ipp.message import Request
from ippserver.ipp.recognition import recognised
from ippserver.ipp.tags import ValueTag
from ippserver.testing import strategies
from ippserver.testing.wire import field, message

QUESTION = message(b"\x01", field(ValueTag.CHARSET, "attributes-charset", "utf-8"))


def read(octets: bytes) -> Request | None:
    """What a Decoder makes of octets that are a whole request and nothing else."""
    decoder = Decoder()
    try:
        return decoder.message if decoder.feed(octets) and not decoder.remainder else None
    except MalformedMessage:
        return None


@given(strategies.requests())
def test_whoever_reads_it_it_is_the_same_request(request: Request) -> None:
    octets = request.encode()
    wanted = read(octets) if len(octets) <= 512 else None
    for _ in range(2):
        assert recognised(octets) == wanted


@given(st.data())
def test_what_is_no_whole_request_is_not_recognised_as_one(data: st.DataObject) -> None:
    octets = data.draw(strategies.damaged(data.draw(strategies.requests()).encode()))
    assert recognised(octets) == (read(octets) if 8 < len(octets) <= 512 else None)


def test_only_the_header_differs_between_two_of_the_same_groups() -> None:
    first, second = recognised(QUESTION), recognised(b"\x01\x01\x00\x0b\x00\x00\x00\x63" + QUESTION[8:])
    assert first is not None
    assert second is not None
    assert (tuple(second.version), second.operation_id, second.request_id) == ((1, 1), 11, 99)
    assert second.groups[0] is first.groups[0]


@pytest.mark.parametrize("octets", [b"", QUESTION[:7], QUESTION[:8], QUESTION[:-1], QUESTION + b"x"])
def test_a_part_of_a_request_and_one_with_a_document_are_left_to_a_decoder(octets: bytes) -> None:
    assert recognised(octets) is None
