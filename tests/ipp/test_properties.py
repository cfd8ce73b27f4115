"""What holds for every message, every cut and all octets."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ippserver.ipp import (
    Attribute,
    AttributeGroup,
    Decoder,
    Limits,
    MalformedMessage,
    Request,
    Response,
    Value,
    as_json,
    describe,
    encode_attribute,
)
from ippserver.ipp.describe import LINE_CHARACTERS
from ippserver.testing.strategies import attributes, cuts, damaged, names, requests, responses, values
from ippserver.testing.wire import decode, header


def outcome(pieces: Sequence[bytes]) -> tuple[object, ...]:
    """All that can be seen of a decoder that was fed these pieces and whatever came after its message."""
    decoder = Decoder(Request, Limits(octets=2048, attributes=20, values=50, fields=60, groups=5, depth=3))
    try:
        for index, piece in enumerate(pieces):
            if decoder.feed(piece):
                return decoder.header, decoder.message, decoder.remainder + b"".join(pieces[index + 1 :])
        decoder.finish()
    except MalformedMessage as fault:
        return decoder.header, type(fault), str(fault)
    raise AssertionError("a decoder that is content has a message")


def rebuilt(groups: Sequence[AttributeGroup]) -> tuple[AttributeGroup, ...]:
    """The same groups from names and values alone, without the octets that attributes remember."""
    return tuple(
        AttributeGroup(group.tag, [Attribute(attribute.name, attribute.values) for attribute in group])
        for group in groups
    )


@given(requests())
def test_a_request_is_read_as_it_was_written(request: Request) -> None:
    assert decode(request.encode()) == request


@given(responses())
def test_a_response_is_read_as_it_was_written(response: Response) -> None:
    decoder = Decoder(Response)
    assert decoder.feed(response.encode())
    assert decoder.message == response


@given(requests())
def test_values_come_back_with_their_exact_types(request: Request) -> None:
    for sent, received in zip(request.groups, decode(request.encode()).groups, strict=True):
        assert [repr(attribute) for attribute in received] == [repr(attribute) for attribute in sent]
        for one, other in zip(sent, received, strict=True):
            assert [type(value) for value in one.values] == [type(value) for value in other.values]


@given(requests())
def test_a_message_rebuilt_from_its_values_has_the_octets_it_was_read_from(request: Request) -> None:
    octets = request.encode()
    assert replace(request, groups=rebuilt(decode(octets).groups)).encode() == octets


@given(requests(), st.binary(max_size=30), st.data())
def test_every_cut_gives_the_same_message_and_remainder(
    request: Request, document: bytes, data: st.DataObject
) -> None:
    octets = request.encode() + document
    assert outcome(data.draw(cuts(octets))) == outcome([octets])


@given(requests(), st.data())
def test_every_cut_of_a_damaged_message_gives_the_same_outcome(request: Request, data: st.DataObject) -> None:
    octets = data.draw(damaged(request.encode()))
    assert outcome(data.draw(cuts(octets))) == outcome([octets])
    assert outcome([octets[place : place + 1] for place in range(len(octets))]) == outcome([octets])


@given(st.binary(max_size=200))
def test_random_octets_give_a_message_or_the_one_error(octets: bytes) -> None:
    assert outcome([header() + octets])


@given(requests(), st.data())
def test_what_is_read_from_a_damaged_message_can_be_written_and_read_again(
    request: Request, data: st.DataObject
) -> None:
    decoder = Decoder(Response)
    try:
        if not decoder.feed(data.draw(damaged(request.encode()))):
            return
    except MalformedMessage:
        return
    assert rebuilt(decoder.message.groups) == decoder.message.groups
    again = Decoder(Response)
    assert again.feed(decoder.message.encode())
    assert again.message == decoder.message


@given(st.text(max_size=5) | names(), st.lists(values(), max_size=3))
def test_an_attribute_is_refused_or_written_so_that_it_is_read_again(name: str, some: list[Value]) -> None:
    try:
        wire = encode_attribute(name, some)
    except ValueError:
        return
    (group,) = decode(header() + b"\x02" + wire + b"\x03").groups
    assert group.attributes == (Attribute(name, some),)


@given(attributes(), attributes())
def test_attributes_are_equal_when_their_octets_are(one: Attribute, other: Attribute) -> None:
    assert (one == other) == (one.wire == other.wire)
    assert one != other or hash(one) == hash(other)


@given(requests())
def test_a_description_has_a_printable_line_for_each_part(request: Request) -> None:
    lines = describe(request).split("\n")
    assert len(lines) == 1 + sum(1 + len(group) for group in request.groups)
    assert all(line.isprintable() and len(line) <= LINE_CHARACTERS for line in lines)
    assert as_json(request)["request_id"] == request.request_id
