"""RFC 3380: setting attributes of printers, as ippsample's suite demands it; jobs have another file."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.iana.keywords import Sides
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, OutOfBand, Text
from tests.conformance.subject import Subject

NO_MESSAGE = [
    names.PRINTER_MESSAGE_FROM_OPERATOR.of(""),
    names.PRINTER_MESSAGE_FROM_OPERATOR.of(OutOfBand.NO_VALUE),
]


async def test_set_printer_attributes_sets_a_default_that_is_read_back(subject: Subject) -> None:
    await subject.ask(Operation.SET_PRINTER_ATTRIBUTES, printer=[names.COPIES_DEFAULT.of(2)])
    assert await subject.printer(names.COPIES_DEFAULT) == (2,)


async def test_what_may_be_set_of_the_printer_is_listed(subject: Subject) -> None:
    settable = await subject.printer(names.PRINTER_SETTABLE_ATTRIBUTES_SUPPORTED)
    assert {names.COPIES_DEFAULT.name, names.PRINTER_MESSAGE_FROM_OPERATOR.name} <= set(settable)


@pytest.mark.parametrize(
    ("wrong", "status", "told"),
    [
        (
            Attribute("x-unknown", (1,)),
            Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED,
            OutOfBand.UNSUPPORTED,
        ),
        (names.QUEUED_JOB_COUNT.of(0), Status.CLIENT_ERROR_ATTRIBUTES_NOT_SETTABLE, OutOfBand.NOT_SETTABLE),
        (names.COPIES_DEFAULT.of(0), Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED, 0),
        (
            names.SIDES_DEFAULT.of(Keyword("nine-sided")),
            Status.CLIENT_ERROR_CONFLICTING_ATTRIBUTES,
            Keyword("nine-sided"),
        ),
    ],
    ids=["unknown", "not-settable", "value", "default-outside"],
)
async def test_all_is_set_or_nothing(
    subject: Subject, wrong: Attribute, status: Status, told: object
) -> None:
    answer = await subject.answer(
        Operation.SET_PRINTER_ATTRIBUTES, printer=[names.PRINTER_LOCATION.of("Attic"), wrong]
    )
    assert answer.status is status
    assert [(each.name, *each.values) for each in answer.unsupported] == [(wrong.name, told)]
    assert await subject.printer(names.PRINTER_LOCATION) == (Text(""),)


async def test_get_printer_supported_values_tells_what_a_supported_attribute_could_be(
    subject: Subject,
) -> None:
    settable = await subject.printer(names.PRINTER_SETTABLE_ATTRIBUTES_SUPPORTED)
    answer = await subject.ask(Operation.GET_PRINTER_SUPPORTED_VALUES)
    assert Sides.TWO_SIDED_LONG_EDGE in names.SIDES_SUPPORTED.all(answer.printer)
    assert {attribute.name for attribute in answer.printer} <= set(settable)


@pytest.mark.parametrize(
    "operation", [Operation.PAUSE_PRINTER, Operation.RESUME_PRINTER, Operation.DISABLE_PRINTER]
)
async def test_a_message_from_the_operator_comes_with_other_operations_too(
    subject: Subject, operation: Operation
) -> None:
    await subject.ask(operation, names.PRINTER_MESSAGE_FROM_OPERATOR.of("Back at noon"))
    assert await subject.printer(names.PRINTER_MESSAGE_FROM_OPERATOR) == ("Back at noon",)


async def test_a_message_from_the_operator_is_set_with_its_time(subject: Subject) -> None:
    subject.desk.clock.advance(60)
    message = names.PRINTER_MESSAGE_FROM_OPERATOR.of("Back at noon")
    await subject.ask(Operation.SET_PRINTER_ATTRIBUTES, printer=[message])
    assert await subject.printer(names.PRINTER_MESSAGE_FROM_OPERATOR) == ("Back at noon",)
    assert await subject.printer(names.PRINTER_MESSAGE_TIME) == await subject.printer(names.PRINTER_UP_TIME)
    (when,) = await subject.printer(names.PRINTER_MESSAGE_DATE_TIME)
    assert when.datetime.timestamp() == int(subject.desk.clock.now())


@pytest.mark.parametrize("nothing", NO_MESSAGE, ids=["empty", "no-value"])
async def test_a_message_is_taken_back_by_an_empty_one(subject: Subject, nothing: Attribute) -> None:
    await subject.ask(Operation.PAUSE_PRINTER, names.PRINTER_MESSAGE_FROM_OPERATOR.of("Back at noon"))
    await subject.ask(Operation.RESUME_PRINTER)
    assert await subject.printer(names.PRINTER_MESSAGE_FROM_OPERATOR) == ("Back at noon",)
    await subject.ask(Operation.PAUSE_PRINTER, nothing)
    assert not any(await subject.printer(names.PRINTER_MESSAGE_FROM_OPERATOR))
