"""Requests and responses: four numbers, groups in order, and back to octets."""

import pytest

from ippserver.ipp import Attribute, AttributeGroup, GroupTag, Header, Request, Response, Version
from ippserver.testing.wire import field, message

HEADER = Header(Version(1, 1), 4, 7)
GROUP = AttributeGroup(GroupTag.OPERATION, [Attribute("x", [1])])


@pytest.mark.parametrize("kind", [Request, Response])
class TestMessage:
    def test_it_is_made_of_a_header_and_groups(self, kind: type[Request] | type[Response]) -> None:
        octets = message(b"\1", field(0x21, "x", b"\0\0\0\1"), version=(1, 1), code=4, request_id=7)
        assert kind.of(HEADER, [GROUP]).encode() == octets

    def test_the_first_group_of_a_tag_is_found(self, kind: type[Request] | type[Response]) -> None:
        second = AttributeGroup(GroupTag.OPERATION)
        assert kind.of(HEADER, [GROUP, second]).group(GroupTag.OPERATION) is GROUP

    def test_a_missing_group_is_an_empty_one(self, kind: type[Request] | type[Response]) -> None:
        assert kind.of(HEADER, [GROUP]).group(GroupTag.JOB) == AttributeGroup(GroupTag.JOB)


def test_a_request_has_an_operation_id_and_a_response_a_status_code() -> None:
    assert Request.of(HEADER, []).operation_id == 4
    assert Response.of(HEADER, []).status_code == 4


def test_a_version_reads_as_the_standards_write_it() -> None:
    assert str(Version(2, 1)) == "2.1"
