"""IPP Everywhere's self-certification (PWG 5100.20): what a printer says, I-1 to I-10.7 of ippeveselfcert."""

from typing import Final

import pytest

from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.message import Request, Version
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword
from ippserver.testing.desk import URI
from tests.conformance.subject import Subject

CHARSET: Final = names.ATTRIBUTES_CHARSET.of("utf-8")
LANGUAGE: Final = names.ATTRIBUTES_NATURAL_LANGUAGE.of("en")
TARGET: Final = names.PRINTER_URI.of(URI)


async def everything(subject: Subject, *requested: Keyword) -> AttributeGroup:
    """The attributes of the printer, those `requested` or those that come unasked."""
    wanted = [names.REQUESTED_ATTRIBUTES.of(*requested)] if requested else []
    return (await subject.ask(Operation.GET_PRINTER_ATTRIBUTES, *wanted)).printer


# ---- I-1 to I-9: what every request is held against


@pytest.mark.parametrize(
    ("attributes", "version", "request_id", "status"),
    [
        pytest.param([CHARSET, LANGUAGE, TARGET], (2, 0), 0, Status.CLIENT_ERROR_BAD_REQUEST, id="I-1"),
        pytest.param([], (2, 0), 1, Status.CLIENT_ERROR_BAD_REQUEST, id="I-2"),
        pytest.param([CHARSET, TARGET], (2, 0), 1, Status.CLIENT_ERROR_BAD_REQUEST, id="I-3"),
        pytest.param([LANGUAGE, TARGET], (2, 0), 1, Status.CLIENT_ERROR_BAD_REQUEST, id="I-4"),
        pytest.param([LANGUAGE, CHARSET, TARGET], (2, 0), 1, Status.CLIENT_ERROR_BAD_REQUEST, id="I-5"),
        pytest.param(
            [CHARSET, LANGUAGE, TARGET], (0, 0), 1, Status.SERVER_ERROR_VERSION_NOT_SUPPORTED, id="I-7"
        ),
        pytest.param([CHARSET, LANGUAGE], (2, 0), 1, Status.CLIENT_ERROR_BAD_REQUEST, id="I-8"),
    ],
)
async def test_a_wrong_request_is_refused_and_told_nothing(
    subject: Subject, attributes: list[Attribute], version: tuple[int, int], request_id: int, status: Status
) -> None:
    request = Request(
        version=Version(*version),
        operation_id=Operation.GET_PRINTER_ATTRIBUTES,
        request_id=request_id,
        groups=(AttributeGroup(GroupTag.OPERATION, attributes),),
    )
    answer = await subject.desk.answer(request)
    assert answer.status is status
    assert answer.printer.get(names.PRINTER_URI_SUPPORTED.name) is None


async def test_i_6_a_right_request_is_answered(subject: Subject) -> None:
    uris = names.PRINTER_URI_SUPPORTED.all(await everything(subject))
    assert uris
    assert all(uri.startswith(("ipp://", "ipps://")) for uri in uris)


async def test_i_9_the_printer_identifies_itself(subject: Subject) -> None:
    await subject.ask(Operation.IDENTIFY_PRINTER)
