"""Whatever is asked is answered as the standard has it, and never by a failure of ours."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ippserver.iana import names
from ippserver.iana.definitions import RegistryGroup, within
from ippserver.iana.enums import Operation, Status
from ippserver.iana.groups import ALL
from ippserver.iana.keywords import JobHoldUntil, WhichJobs
from ippserver.iana.names import DEFINITIONS
from ippserver.iana.pairing import TEMPLATES
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.message import Request, Version
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Charset, NaturalLanguage, OutOfBand, Uri
from ippserver.model.access import Preset
from ippserver.operations.checks import VERSIONS
from ippserver.operations.table import OPERATIONS
from ippserver.testing import strategies
from ippserver.testing.desk import PDF, URI, Answer, Desk

FIRST = (
    names.ATTRIBUTES_CHARSET.of(Charset("utf-8")),
    names.ATTRIBUTES_NATURAL_LANGUAGE.of(NaturalLanguage("en")),
)
TARGETS = st.sampled_from(
    [
        (names.PRINTER_URI.of(Uri(URI)),),
        (names.PRINTER_URI.of(Uri(URI)), names.JOB_ID.of(1)),
        (names.PRINTER_URI.of(Uri(URI)), names.JOB_ID.of(2)),
        (names.JOB_URI.of(Uri(f"{URI}/1")),),
    ]
)
TELLING = {
    Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES,
    Status.SUCCESSFUL_OK_CONFLICTING_ATTRIBUTES,
    Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED,
    Status.CLIENT_ERROR_CONFLICTING_ATTRIBUTES,
}
"""With an Unsupported group, always (RFC 8011 4.1.7)."""
MAY_TELL = TELLING | {
    Status.CLIENT_ERROR_COMPRESSION_NOT_SUPPORTED,
    Status.CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED,
    Status.CLIENT_ERROR_URI_SCHEME_NOT_SUPPORTED,
}


def attributes(known: list[str]) -> st.SearchStrategy[list[Attribute]]:
    """Registered names with values of any syntax, each name once."""
    values = st.lists(strategies.values(), min_size=1, max_size=3)
    return st.lists(
        st.builds(Attribute, st.sampled_from(known), values),
        max_size=3,
        unique_by=lambda attribute: attribute.name,
    )


def likely() -> st.SearchStrategy[list[Attribute]]:
    """What clients do send, right or nearly right."""
    return st.lists(
        st.sampled_from(
            [
                names.LAST_DOCUMENT.of(True),
                names.LAST_DOCUMENT.of(False),
                names.JOB_NAME.of("report"),
                names.REQUESTED_ATTRIBUTES.of(ALL),
                names.WHICH_JOBS.of(WhichJobs.ALL),
                names.JOB_HOLD_UNTIL.of(JobHoldUntil.NO_HOLD),
                names.DOCUMENT_FORMAT.of("application/pdf"),
                names.REQUESTING_USER_NAME.of("alice"),
            ]
        ),
        max_size=4,
        unique_by=lambda attribute: attribute.name,
    )


OPERATION_NAMES = sorted(within(DEFINITIONS, RegistryGroup.OPERATION))
TEMPLATE_NAMES = sorted(TEMPLATES)


@st.composite
def nearly_right(draw: st.DrawFn) -> Request:
    """A request that passes the first checks, and then perhaps all."""
    own = {attribute.name: attribute for attribute in draw(likely())}
    odd = {attribute.name: attribute for attribute in draw(attributes(OPERATION_NAMES))}
    target = draw(TARGETS)
    taken = {attribute.name for attribute in (*FIRST, *target)}
    more = [attribute for name, attribute in {**own, **odd}.items() if name not in taken]
    groups = [AttributeGroup(GroupTag.OPERATION, (*FIRST, *target, *more))]
    if draw(st.booleans()):
        groups.append(AttributeGroup(GroupTag.JOB, draw(attributes(TEMPLATE_NAMES))))
    return Request(
        version=Version(1, 1),
        operation_id=draw(st.sampled_from([spec.operation for spec in OPERATIONS])),
        request_id=1,
        groups=tuple(groups),
    )


def check(request: Request, answer: Answer) -> None:
    """What is true of every answer."""
    response = answer.response
    assert answer.status is not Status.SERVER_ERROR_INTERNAL_ERROR
    assert answer.status.is_registered
    assert response.request_id == request.request_id
    assert response.version in VERSIONS
    assert answer.operation.attributes[:2] == FIRST
    for group in response.groups:
        told = [attribute.name for attribute in group]
        assert len(told) == len(set(told))
    if answer.status in TELLING:
        assert answer.unsupported
    if answer.unsupported:
        assert answer.status in MAY_TELL


@given(strategies.requests())
@settings(max_examples=80)
async def test_any_message_is_answered(request: Request) -> None:
    desk = await Desk().open()
    check(request, await desk.answer(request))
    assert not desk.jobs.unfinished


@given(nearly_right(), st.sampled_from([b"", PDF, b"\x00garbage"]), st.sampled_from(Preset))
@settings(max_examples=150)
async def test_what_is_nearly_right_is_done_in_full_or_refused(
    request: Request, document: bytes, preset: Preset
) -> None:
    desk = await Desk(preset=preset).open()
    await desk.ask(Operation.CREATE_JOB)
    before = dict(desk.jobs.unfinished)
    answer = await desk.answer(request, document=document)
    check(request, answer)
    if answer.status >= 0x0100:
        assert answer.jobs == []
        assert desk.jobs.unfinished == before
    kept = [one.key for job in desk.jobs.unfinished.values() for one in job.documents]
    assert await desk.spool.sweep(kept) == 0
    every = await desk.ask(Operation.GET_JOBS, names.REQUESTED_ATTRIBUTES.of(ALL))
    assert every.status is Status.SUCCESSFUL_OK
    for job in every.jobs:
        for attribute in job:
            assert OutOfBand.UNSUPPORTED not in attribute.values
