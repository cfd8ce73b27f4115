"""What every request passes, and in which order (RFC 8011 4.1, RFC 3196 3.1.2.1)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.iana.groups import ALL
from ippserver.iana.keywords import WhichJobs
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.message import Request, Version
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import (
    Charset,
    Keyword,
    Name,
    NameWithLanguage,
    NaturalLanguage,
    OctetString,
    Opaque,
    OutOfBand,
    RangeOfInteger,
    Text,
    TextWithLanguage,
    Uri,
    Value,
)
from ippserver.model.access import Preset
from ippserver.operations.checks import answer_version
from ippserver.testing.desk import PDF, URI, Desk, unsupported

CHARSET = names.ATTRIBUTES_CHARSET.of(Charset("utf-8"))
LANGUAGE = names.ATTRIBUTES_NATURAL_LANGUAGE.of(NaturalLanguage("en"))
TARGET = names.PRINTER_URI.of(Uri(URI))
GOOD = Request(
    version=Version(1, 1),
    operation_id=Operation.GET_PRINTER_ATTRIBUTES,
    request_id=7,
    groups=(AttributeGroup(GroupTag.OPERATION, (CHARSET, LANGUAGE, TARGET)),),
)


def asking(*attributes: Attribute, request: Request = GOOD) -> Request:
    """`request` with those operation attributes, and no others."""
    return replace(request, groups=(AttributeGroup(GroupTag.OPERATION, attributes), *request.groups[1:]))


def followed_by(*tags: int, request: Request = GOOD) -> Request:
    """`request` with empty groups of those tags behind it."""
    return replace(request, groups=(*request.groups, *(AttributeGroup(tag) for tag in tags)))


# ---- versions


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ((1, 0), (1, 0)),
        ((1, 1), (1, 1)),
        ((2, 0), (2, 0)),
        ((2, 1), (2, 1)),
        ((2, 2), (2, 2)),
        ((1, 9), (1, 1)),
        ((2, 9), (2, 2)),
        ((1, 127), (1, 1)),
    ],
)
async def test_a_known_major_version_is_served_and_answered_in_the_closest_minor(
    desk: Desk, asked: tuple[int, int], answered: tuple[int, int]
) -> None:
    answer = await desk.ask(Operation.GET_PRINTER_ATTRIBUTES, version=asked)
    assert answer.status is Status.SUCCESSFUL_OK
    assert answer.response.version == answered


@pytest.mark.parametrize(
    ("asked", "answered"),
    [((0, 0), (1, 0)), ((0, 9), (1, 0)), ((3, 0), (2, 2)), ((127, 127), (2, 2)), ((255, 255), (2, 2))],
)
async def test_another_major_version_is_refused_in_the_closest_one(
    desk: Desk, asked: tuple[int, int], answered: tuple[int, int]
) -> None:
    answer = await desk.ask(Operation.GET_PRINTER_ATTRIBUTES, version=asked)
    assert answer.status is Status.SERVER_ERROR_VERSION_NOT_SUPPORTED
    assert answer.response.version == answered


def test_the_version_of_an_answer_is_never_above_the_highest() -> None:
    assert answer_version(Version(2, 255)) == (2, 2)


# ---- the order of the checks: each request below has every fault from its own on, and gets its own status


@dataclass(frozen=True)
class Fault:
    """One fault: how it is put into a request, and the refusal that it earns."""

    put: Callable[[Request], Request]
    status: Status


def _with_version(request: Request) -> Request:
    return replace(request, version=Version(3, 0))


def _with_operation(request: Request) -> Request:
    return replace(request, operation_id=0x3FFF)


def _with_request_id(request: Request) -> Request:
    return replace(request, request_id=0)


def _with_long_value(request: Request) -> Request:
    return replace(request, groups=(*_put(request, Attribute("x", (Text("x" * 1024),))),))


def _with_charset(request: Request) -> Request:
    return replace(request, groups=_put(request, names.ATTRIBUTES_CHARSET.of(Charset("us-ascii"))))


def _with_target(request: Request) -> Request:
    return replace(request, groups=_put(request, names.PRINTER_URI.of(Uri("ipp://printer.local/elsewhere"))))


def _with_syntax(request: Request) -> Request:
    return replace(request, groups=_put(request, names.REQUESTING_USER_NAME.of(OutOfBand.UNKNOWN)))


def _put(request: Request, attribute: Attribute) -> tuple[AttributeGroup, ...]:
    """The groups of `request` with `attribute` in the place of the one of its name, or at the end."""
    attributes = list(request.groups[0])
    for index, found in enumerate(attributes):
        if found.name == attribute.name:
            attributes[index] = attribute
            break
    else:
        attributes.append(attribute)
    return (AttributeGroup(GroupTag.OPERATION, attributes), *request.groups[1:])


FAULTS = (
    Fault(_with_version, Status.SERVER_ERROR_VERSION_NOT_SUPPORTED),
    Fault(_with_operation, Status.SERVER_ERROR_OPERATION_NOT_SUPPORTED),
    Fault(_with_request_id, Status.CLIENT_ERROR_BAD_REQUEST),
    Fault(_with_long_value, Status.CLIENT_ERROR_REQUEST_VALUE_TOO_LONG),
    Fault(_with_charset, Status.CLIENT_ERROR_CHARSET_NOT_SUPPORTED),
    Fault(_with_target, Status.CLIENT_ERROR_NOT_FOUND),
    Fault(_with_syntax, Status.CLIENT_ERROR_BAD_REQUEST),
)
"""In the order of the checks."""


@pytest.mark.parametrize("first", range(len(FAULTS)))
async def test_of_several_faults_the_first_in_order_is_told(desk: Desk, first: int) -> None:
    request = GOOD
    for fault in FAULTS[first:]:
        request = fault.put(request)
    assert (await desk.answer(request)).status is FAULTS[first].status


async def test_access_is_refused_before_the_syntax_of_attributes_is_looked_at() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    answer = await desk.ask(
        Operation.PAUSE_PRINTER, names.REQUESTING_USER_NAME.of(OutOfBand.UNKNOWN), user=None
    )
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED


# ---- operation and request-id


@pytest.mark.parametrize("code", [0x0000, 0x0001, 0x3FFF, 0x4000, 0x7FFF, 0xFFFF])
async def test_an_unknown_operation_is_not_supported(desk: Desk, code: int) -> None:
    answer = await desk.answer(replace(GOOD, operation_id=code))
    assert answer.status is Status.SERVER_ERROR_OPERATION_NOT_SUPPORTED


@pytest.mark.parametrize("request_id", [0, -1, -(2**31)])
async def test_a_request_id_that_is_not_positive_is_refused_and_echoed(desk: Desk, request_id: int) -> None:
    answer = await desk.answer(replace(GOOD, request_id=request_id))
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST
    assert answer.response.request_id == request_id


@pytest.mark.parametrize("request_id", [1, 2**31 - 1])
async def test_the_request_id_is_echoed(desk: Desk, request_id: int) -> None:
    answer = await desk.answer(replace(GOOD, request_id=request_id))
    assert answer.status is Status.SUCCESSFUL_OK
    assert answer.response.request_id == request_id


# ---- groups


@pytest.mark.parametrize(
    "tags",
    [
        pytest.param((), id="none"),
        pytest.param((GroupTag.JOB,), id="job alone"),
        pytest.param((GroupTag.JOB, GroupTag.OPERATION), id="job first"),
        pytest.param((GroupTag.OPERATION, GroupTag.OPERATION), id="two operation groups"),
        pytest.param((GroupTag.OPERATION, GroupTag.JOB, GroupTag.JOB), id="two job groups"),
        pytest.param((GroupTag.OPERATION, GroupTag.JOB, GroupTag.OPERATION), id="operation again"),
        pytest.param((GroupTag.OPERATION, GroupTag.PRINTER), id="printer"),
        pytest.param((GroupTag.OPERATION, GroupTag.UNSUPPORTED), id="unsupported"),
        pytest.param((GroupTag.OPERATION, GroupTag.EVENT_NOTIFICATION), id="event notification"),
        pytest.param((GroupTag.OPERATION, 0x0B, GroupTag.JOB), id="unknown before job"),
        pytest.param((0x0B, GroupTag.OPERATION), id="unknown first"),
    ],
)
async def test_groups_missing_repeated_or_out_of_order_are_refused(desk: Desk, tags: tuple[int, ...]) -> None:
    groups = tuple(GOOD.groups[0] if tag == GroupTag.OPERATION else AttributeGroup(tag) for tag in tags)
    answer = await desk.answer(replace(GOOD, operation_id=Operation.VALIDATE_JOB, groups=groups))
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST


@pytest.mark.parametrize("tag", [GroupTag.RESOURCE, GroupTag.SYSTEM, 0x0B, 0x0F])
async def test_groups_of_extensions_behind_the_known_ones_are_ignored(desk: Desk, tag: int) -> None:
    group = AttributeGroup(tag, [names.COPIES.of(0)])
    for known in (GOOD, followed_by(GroupTag.JOB)):
        request = replace(known, operation_id=Operation.VALIDATE_JOB, groups=(*known.groups, group, group))
        answer = await desk.answer(request)
        assert answer.status is Status.SUCCESSFUL_OK


async def test_an_empty_job_group_is_accepted_by_every_operation(desk: Desk) -> None:
    answer = await desk.answer(followed_by(GroupTag.JOB))
    assert answer.status is Status.SUCCESSFUL_OK


async def test_job_attributes_are_refused_where_the_operation_takes_none(desk: Desk) -> None:
    answer = await desk.ask(Operation.GET_JOBS, job=[names.COPIES.of(1)])
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST


# ---- charset and language


@pytest.mark.parametrize(
    "attributes",
    [
        pytest.param((), id="neither"),
        pytest.param((CHARSET,), id="no language"),
        pytest.param((LANGUAGE,), id="no charset"),
        pytest.param((LANGUAGE, CHARSET, TARGET), id="swapped"),
        pytest.param((TARGET, CHARSET, LANGUAGE), id="target first"),
        pytest.param((CHARSET, TARGET, LANGUAGE), id="target between"),
        pytest.param((names.ATTRIBUTES_CHARSET.of(Charset("")), LANGUAGE, TARGET), id="charset empty"),
        pytest.param((CHARSET, names.ATTRIBUTES_NATURAL_LANGUAGE.of(""), TARGET), id="language empty"),
        pytest.param(
            (Attribute(names.ATTRIBUTES_CHARSET.name, (Keyword("utf-8"),)), LANGUAGE, TARGET), id="keyword"
        ),
        pytest.param(
            (
                Attribute(names.ATTRIBUTES_CHARSET.name, (Charset("utf-8"), Charset("utf-8"))),
                LANGUAGE,
                TARGET,
            ),
            id="two charsets",
        ),
        pytest.param(
            (CHARSET, Attribute(names.ATTRIBUTES_NATURAL_LANGUAGE.name, (Text("en"),)), TARGET),
            id="language as text",
        ),
    ],
)
async def test_charset_and_language_come_first_and_once(
    desk: Desk, attributes: tuple[Attribute, ...]
) -> None:
    assert (await desk.answer(asking(*attributes))).status is Status.CLIENT_ERROR_BAD_REQUEST


async def test_the_target_may_stand_anywhere_behind_them(desk: Desk) -> None:
    user = names.REQUESTING_USER_NAME.of("alice")
    assert (await desk.answer(asking(CHARSET, LANGUAGE, user, TARGET))).status is Status.SUCCESSFUL_OK


@pytest.mark.parametrize("charset", ["us-ascii", "utf-16", "iso-8859-1", "utf8"])
async def test_another_charset_is_refused_in_ours(desk: Desk, charset: str) -> None:
    answer = await desk.answer(asking(names.ATTRIBUTES_CHARSET.of(Charset(charset)), LANGUAGE, TARGET))
    assert answer.status is Status.CLIENT_ERROR_CHARSET_NOT_SUPPORTED
    assert names.ATTRIBUTES_CHARSET.get(answer.operation) == Charset("utf-8")


async def test_our_charset_is_accepted_in_any_case(desk: Desk) -> None:
    answer = await desk.answer(asking(names.ATTRIBUTES_CHARSET.of(Charset("UTF-8")), LANGUAGE, TARGET))
    assert answer.status is Status.SUCCESSFUL_OK
    assert answer.operation.attributes[:2] == (CHARSET, LANGUAGE)


@pytest.mark.parametrize("language", ["en", "en-US", "en_US", "de", "C", "xx-XX", "en/../../x", "x" * 63])
async def test_no_language_is_a_reason_to_refuse(desk: Desk, language: str) -> None:
    answer = await desk.ask(Operation.GET_PRINTER_ATTRIBUTES, language=language)
    assert answer.status is Status.SUCCESSFUL_OK
    assert answer.operation.attributes[:2] == (CHARSET, LANGUAGE)


# ---- lengths and syntax


@pytest.mark.parametrize(
    ("value", "longer"),
    [
        (Text("x" * 1023), Text("x" * 1024)),
        (Name("x" * 255), Name("x" * 256)),
        (Name("ä" * 127), Name("ä" * 128)),
        (Keyword("x" * 255), Keyword("x" * 256)),
        (Uri("x" * 1023), Uri("x" * 1024)),
        (Charset("x" * 63), Charset("x" * 64)),
        (NaturalLanguage("x" * 63), NaturalLanguage("x" * 64)),
        (OctetString(bytes(1023)), OctetString(bytes(1024))),
        (TextWithLanguage("en", "x" * 1023), TextWithLanguage("en", "x" * 1024)),
        (NameWithLanguage("en", "x" * 255), NameWithLanguage("en", "x" * 256)),
    ],
)
async def test_values_of_unknown_attributes_are_measured_too(desk: Desk, value: Value, longer: Value) -> None:
    known = await desk.ask(Operation.GET_JOBS, Attribute("x-unknown", (value,)))
    assert known.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    too_long = await desk.ask(Operation.GET_JOBS, Attribute("x-unknown", (value, longer)))
    assert too_long.status is Status.CLIENT_ERROR_REQUEST_VALUE_TOO_LONG


async def test_values_in_the_job_group_and_in_collections_are_measured(desk: Desk) -> None:
    long = Attribute("x-unknown", (Text("x" * 1024),))
    for attribute in (long, names.MEDIA_COL.of(Collection([long]))):
        answer = await desk.ask(Operation.VALIDATE_JOB, job=[attribute])
        assert answer.status is Status.CLIENT_ERROR_REQUEST_VALUE_TOO_LONG


async def test_an_attribute_with_a_lower_limit_of_its_own_keeps_it(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    too_long = await desk.ask_of(Operation.HOLD_JOB, job_id, names.MESSAGE.of("x" * 128))
    assert too_long.status is Status.CLIENT_ERROR_REQUEST_VALUE_TOO_LONG
    assert (await desk.ask_of(Operation.HOLD_JOB, job_id, names.MESSAGE.of("x" * 127))).status == 0


@pytest.mark.parametrize(
    "attribute",
    [
        pytest.param(Attribute(names.LIMIT.name, (0,)), id="limit 0"),
        pytest.param(Attribute(names.LIMIT.name, (-1,)), id="limit -1"),
        pytest.param(Attribute(names.LIMIT.name, (RangeOfInteger(1, 2),)), id="range for integer"),
        pytest.param(Attribute(names.LIMIT.name, (1, 2)), id="two values"),
        pytest.param(Attribute(names.MY_JOBS.name, (1,)), id="integer for boolean"),
        pytest.param(Attribute(names.WHICH_JOBS.name, (Name(WhichJobs.COMPLETED),)), id="name for keyword"),
        pytest.param(Attribute(names.REQUESTED_ATTRIBUTES.name, (Text(ALL),)), id="text for keyword"),
        pytest.param(Attribute(names.REQUESTED_ATTRIBUTES.name, (ALL, 1)), id="mixed"),
        pytest.param(Attribute(names.REQUESTING_USER_NAME.name, (OutOfBand.NO_VALUE,)), id="out of band"),
        pytest.param(Attribute(names.REQUESTING_USER_NAME.name, (Keyword("alice"),)), id="keyword for name"),
        pytest.param(Attribute(names.REQUESTING_USER_NAME.name, (Opaque(0x7E, b"alice"),)), id="unknown tag"),
    ],
)
async def test_an_operation_attribute_of_another_syntax_is_refused(desk: Desk, attribute: Attribute) -> None:
    answer = await desk.ask(Operation.GET_JOBS, attribute, user=None)
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST
    assert answer.unsupported == ()


@pytest.mark.parametrize("attribute", [names.LIMIT.of(2**31 - 1), names.MY_JOBS.of(True)])
async def test_bounds_are_part_of_what_is_allowed(desk: Desk, attribute: Attribute) -> None:
    assert (await desk.ask(Operation.GET_JOBS, attribute)).status is Status.SUCCESSFUL_OK


async def test_a_required_attribute_that_is_missing_is_a_bad_request(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    answer = await desk.ask_of(Operation.SEND_DOCUMENT, job_id, document=PDF)
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST
    assert not (await desk.job(job_id)).documents


async def test_operation_attributes_that_are_not_known_are_reported_and_ignored(desk: Desk) -> None:
    answer = await desk.ask(
        Operation.GET_JOBS,
        Attribute("x-one", (Opaque(0x7E, b"?"),)),
        names.COPIES.of(1),
        Attribute("x-two", (OutOfBand.NO_VALUE,)),
    )
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert answer.unsupported == tuple(map(unsupported, ("x-one", names.COPIES.name, "x-two")))
