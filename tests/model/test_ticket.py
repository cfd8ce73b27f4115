from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.iana import names
from ippserver.iana.keywords import JobHoldUntil, MediaSource, MediaType, Sides
from ippserver.iana.pairing import TEMPLATES
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import (
    MAX_INTEGER,
    MIN_INTEGER,
    DateTime,
    Enum,
    Keyword,
    Name,
    NameWithLanguage,
    Opaque,
    OutOfBand,
    RangeOfInteger,
    Resolution,
    Value,
)
from ippserver.model.capabilities import capabilities
from ippserver.model.errors import (
    AttributesOrValuesNotSupported,
    BadRequest,
    ConflictingAttributes,
    IppError,
    RequestValueTooLong,
)
from ippserver.model.printer import PrinterConfig
from ippserver.model.ticket import Ticket, clashing, overlaid, resolve
from ippserver.testing import strategies

PRINTER = capabilities(PrinterConfig(path="/ipp/print", name="office"))
A4 = names.MEDIA_SIZE.of(Collection([names.X_DIMENSION.of(21000), names.Y_DIMENSION.of(29700)]))


def ask(*wanted: Attribute, fidelity: bool = False) -> Ticket:
    return resolve(AttributeGroup(GroupTag.JOB, wanted), PRINTER, fidelity=fidelity, now=1_800_000_000.0)


def attribute(name: str, *values: Value) -> Attribute:
    return Attribute(name, values)


def size(width: Value, length: Value) -> Attribute:
    members = [attribute(names.X_DIMENSION.name, width), attribute(names.Y_DIMENSION.name, length)]
    return attribute(names.MEDIA_SIZE.name, Collection(members))


GOOD = [
    names.COPIES.of(1),
    names.COPIES.of(999),
    names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE),
    names.PAGE_RANGES.of(RangeOfInteger(1, MAX_INTEGER)),
    names.PAGE_RANGES.of(RangeOfInteger(1, 1), RangeOfInteger(2, 3), RangeOfInteger(7, 7)),
    names.JOB_PRIORITY.of(1),
    names.JOB_PRIORITY.of(100),
    names.PRINTER_RESOLUTION.of(Resolution(600, 600)),
    names.MEDIA.of(Keyword("iso_a4_210x297mm")),
    names.MEDIA_COL.of(Collection([A4, names.MEDIA_TYPE.of(MediaType.STATIONERY)])),
    names.JOB_HOLD_UNTIL.of(JobHoldUntil.WEEKEND),
    names.PRINT_QUALITY.of(Enum(5)),
    names.NUMBER_UP.of(4),
]


@pytest.mark.parametrize("fidelity", [False, True])
@pytest.mark.parametrize("wanted", GOOD, ids=repr)
def test_what_is_supported_is_accepted_as_it_came(wanted: Attribute, fidelity: bool) -> None:
    assert ask(wanted, fidelity=fidelity) == Ticket((wanted,))


UNSUPPORTED_VALUES = [
    attribute(names.PRINT_QUALITY.name, Enum(99)),
    attribute(names.ORIENTATION_REQUESTED.name, Enum(0)),
    *(attribute(names.COPIES.name, number) for number in (0, -1, 1000, MAX_INTEGER, MIN_INTEGER)),
    attribute(names.COPIES.name, Keyword("two")),
    attribute(names.COPIES.name, 1, 2),
    *(attribute(names.JOB_PRIORITY.name, number) for number in (0, 101)),
    attribute(names.PRINTER_RESOLUTION.name, Resolution(0, 0)),
    attribute(names.PRINTER_RESOLUTION.name, Resolution(-600, 600)),
    attribute(names.PRINTER_RESOLUTION.name, Resolution(600, 600, 0)),
    attribute(names.PRINTER_RESOLUTION.name, Resolution(600, 600, -1)),  # octet 255
    attribute(names.PRINTER_RESOLUTION.name, Resolution(1200, 1200)),
    attribute(names.JOB_HOLD_UNTIL.name, Keyword("payday")),
    attribute(names.JOB_HOLD_UNTIL.name, Name(JobHoldUntil.WEEKEND)),
    attribute(names.MEDIA.name, Keyword("custom_wall_99999x99999mm")),
    attribute(names.MEDIA.name, Name("iso_a4_210x297mm")),
    attribute(names.MEDIA.name, NameWithLanguage("en", "iso_a4_210x297mm")),
    attribute(names.PAGE_RANGES.name, 5),
    attribute(names.SIDES.name, OutOfBand.NO_VALUE),
    attribute(names.NUMBER_UP.name, 3),
    attribute(names.COPIES.name, Opaque(0x2F, b"\0\1")),
]


@pytest.mark.parametrize("wanted", UNSUPPORTED_VALUES, ids=repr)
def test_values_that_are_not_supported_are_ignored_and_told_with_their_own_tags(wanted: Attribute) -> None:
    assert ask(wanted) == Ticket((), (wanted,))


@pytest.mark.parametrize("wanted", UNSUPPORTED_VALUES, ids=repr)
def test_values_that_are_not_supported_refuse_a_job_that_wants_all_or_nothing(wanted: Attribute) -> None:
    with pytest.raises(AttributesOrValuesNotSupported) as caught:
        ask(names.COPIES.of(1) if wanted.name != names.COPIES.name else GOOD[2], wanted, fidelity=True)
    assert caught.value.unsupported == (wanted,)


@pytest.mark.parametrize(
    "wanted",
    [
        attribute("x-no-such-attribute", 1, 2),
        names.FINISHINGS_COL.of(Collection()),
        names.IMPOSITION_TEMPLATE.of(Name("booklet")),
        names.JOB_STATE.of(Enum(5)),
        names.COPIES_DEFAULT.of(3),
    ],
    ids=repr,
)
def test_attributes_that_are_not_supported_are_told_without_their_values(wanted: Attribute) -> None:
    told = attribute(wanted.name, OutOfBand.UNSUPPORTED)
    assert ask(wanted) == Ticket((), (told,))
    with pytest.raises(AttributesOrValuesNotSupported) as caught:
        ask(wanted, fidelity=True)
    assert caught.value.unsupported == (told,)


def test_of_a_set_only_the_values_that_are_not_supported_are_told() -> None:
    wanted = attribute(names.FINISHINGS.name, Enum(3), Enum(4), Keyword("staple"), Enum(2**31 - 1))
    ticket = ask(wanted)
    assert ticket.template == (names.FINISHINGS.of(Enum(3)),)
    assert ticket.unsupported == (
        attribute(names.FINISHINGS.name, Enum(4), Keyword("staple"), Enum(2**31 - 1)),
    )


@pytest.mark.parametrize(
    ("values", "good"),
    [
        ([RangeOfInteger(1, 2), 5, RangeOfInteger(7, 8)], [RangeOfInteger(1, 2), RangeOfInteger(7, 8)]),
        ([Collection(), RangeOfInteger(1, 2)], [RangeOfInteger(1, 2)]),
        ([RangeOfInteger(1, 2), Keyword("3-4"), OutOfBand.NO_VALUE], [RangeOfInteger(1, 2)]),
    ],
)
def test_a_set_of_mixed_syntaxes_is_taken_apart(values: Sequence[Value], good: Sequence[Value]) -> None:
    ticket = ask(attribute(names.PAGE_RANGES.name, *values))
    bad = [value for value in values if value not in good]
    assert ticket.template == (attribute(names.PAGE_RANGES.name, *good),)
    assert ticket.unsupported == (attribute(names.PAGE_RANGES.name, *bad),)


def test_the_members_of_a_collection_are_judged_one_by_one() -> None:
    bad_size = size(MAX_INTEGER, MAX_INTEGER)
    kept = names.MEDIA_SOURCE.of(MediaSource.MAIN)
    margin = attribute(names.MEDIA_TOP_MARGIN.name, -1)
    wanted = names.MEDIA_COL.of(Collection([bad_size, kept, margin, attribute("x-glitter", True)]))
    told = [bad_size, margin, attribute("x-glitter", OutOfBand.UNSUPPORTED)]
    ticket = ask(wanted)
    assert ticket.template == (names.MEDIA_COL.of(Collection([kept])),)
    assert ticket.unsupported == (names.MEDIA_COL.of(Collection(told)),)


@pytest.mark.parametrize(
    "bad", [size(0, 0), size(-1, 29700), size(Keyword("wide"), 29700), size(29700, 21000)], ids=repr
)
def test_a_size_that_there_is_not_is_unsupported(bad: Attribute) -> None:
    wanted = names.MEDIA_COL.of(Collection([bad]))
    assert ask(wanted) == Ticket((), (wanted,))


def test_a_collection_within_itself_ends() -> None:
    nested = Collection()
    for _ in range(9):
        nested = Collection([attribute(names.MEDIA_COL.name, nested)])
    ticket = ask(attribute(names.MEDIA_COL.name, nested))
    assert ticket.template == ()
    assert [each.name for each in ticket.unsupported] == [names.MEDIA_COL.name]


DESCENDING = [
    [RangeOfInteger(5, 1)],
    [RangeOfInteger(0, 0)],
    [RangeOfInteger(-3, 2)],
    [RangeOfInteger(3, 4), RangeOfInteger(1, 2)],
    [RangeOfInteger(1, 4), RangeOfInteger(4, 5)],
    [RangeOfInteger(1, 1)] * 10_000,
]


@pytest.mark.parametrize("fidelity", [False, True])
@pytest.mark.parametrize("ranges", DESCENDING, ids=lambda ranges: repr(ranges[:2]))
def test_page_ranges_that_do_not_ascend_are_a_bad_request(
    ranges: list[RangeOfInteger], fidelity: bool
) -> None:
    with pytest.raises(BadRequest):
        ask(names.PAGE_RANGES.of(*ranges), fidelity=fidelity)


@pytest.mark.parametrize("values", [("x" * 256,), ("none", "x" * 256)])
@pytest.mark.parametrize("fidelity", [False, True])
def test_a_string_that_is_too_long_is_refused_wherever_it_stands(
    values: tuple[str, ...], fidelity: bool
) -> None:
    with pytest.raises(RequestValueTooLong):
        ask(attribute(names.JOB_SHEETS.name, *map(Keyword, values)), fidelity=fidelity)


MEDIA = names.MEDIA.of(Keyword("na_letter_8.5x11in"))
MEDIA_COL = names.MEDIA_COL.of(Collection([A4]))


@pytest.mark.parametrize("wanted", [(MEDIA, MEDIA_COL), (MEDIA_COL, MEDIA)])
def test_of_media_and_media_col_the_collection_counts(wanted: tuple[Attribute, ...]) -> None:
    assert ask(*wanted) == Ticket((MEDIA_COL,), (), (MEDIA,))


def test_a_conflict_refuses_a_job_that_wants_all_or_nothing_and_tells_all_that_is_wrong() -> None:
    bad = attribute(names.COPIES.name, 0)
    with pytest.raises(ConflictingAttributes) as caught:
        ask(MEDIA, bad, MEDIA_COL, fidelity=True)
    assert caught.value.unsupported == (bad, MEDIA)


def test_a_collection_that_cannot_be_had_contradicts_nothing() -> None:
    finishings = names.FINISHINGS.of(Enum(3))
    template = names.FINISHINGS_COL.of(Collection([names.FINISHING_TEMPLATE.of(Keyword("none"))]))
    ticket = ask(finishings, template)
    assert (ticket.template, ticket.conflicting) == ((finishings,), ())
    nowhere = names.MEDIA_COL.of(Collection([size(1, 1)]))
    assert ask(MEDIA, nowhere) == Ticket((MEDIA,), (nowhere,))


def test_what_is_partly_unsupported_and_contradicted_is_told_once() -> None:
    template = names.FINISHINGS_COL.of(Collection([names.FINISHING_TEMPLATE.of(Keyword("staple"))]))
    printer = capabilities(
        PrinterConfig(path="/", name="x"),
        [
            names.FINISHINGS_COL_SUPPORTED.of(Keyword(names.FINISHING_TEMPLATE.name)),
            names.FINISHING_TEMPLATE_SUPPORTED.of(Keyword("staple")),
        ],
    )
    finishings = names.FINISHINGS.of(Enum(3), Enum(99))
    wanted = AttributeGroup(GroupTag.JOB, [finishings, template])
    assert resolve(wanted, printer, fidelity=False, now=0.0) == Ticket((template,), (), (finishings,))


def test_nothing_is_told_twice() -> None:
    unsupported = attribute(names.MEDIA.name, Keyword("na_letter_8.5x11in"), Keyword("x_y_1x1mm"))
    ticket = ask(unsupported, MEDIA_COL)
    told = [each.name for each in (*ticket.unsupported, *ticket.conflicting)]
    assert told == [names.MEDIA.name]


def wanted_groups() -> st.SearchStrategy[list[Attribute]]:
    name = st.sampled_from([*TEMPLATES, "x-unknown"])
    values = st.lists(strategies.values(), min_size=1, max_size=3)
    good = st.sampled_from(GOOD)
    one = st.builds(Attribute, name, values) | good
    return st.lists(one, max_size=6, unique_by=lambda attribute: attribute.name)


@given(wanted_groups())
def test_whatever_is_asked_is_accepted_told_or_refused(wanted: list[Attribute]) -> None:
    try:
        ticket = ask(*wanted)
    except (BadRequest, RequestValueTooLong):
        return
    accepted = {each.name for each in ticket.template}
    told = [each.name for each in (*ticket.unsupported, *ticket.conflicting)]
    assert {each.name for each in wanted} == accepted | set(told)
    assert len(told) == len(set(told))
    assert not accepted & {each.name for each in ticket.conflicting}
    assert ask(*ticket.template, fidelity=True).template == ticket.template


@given(wanted_groups())
def test_all_or_nothing_refuses_just_what_would_be_told(wanted: list[Attribute]) -> None:
    try:
        ticket = ask(*wanted)
    except IppError as error:
        with pytest.raises(type(error)):
            ask(*wanted, fidelity=True)
        return
    if ticket.unsupported or ticket.conflicting:
        with pytest.raises((AttributesOrValuesNotSupported, ConflictingAttributes)) as caught:
            ask(*wanted, fidelity=True)
        assert caught.value.unsupported == (*ticket.unsupported, *ticket.conflicting)
    else:
        assert ask(*wanted, fidelity=True) == ticket


def test_a_moment_is_measured_from_now() -> None:
    soon = DateTime.of(datetime(2027, 1, 15, 9, 0, tzinfo=UTC))
    printer = capabilities(
        PrinterConfig(path="/", name="x"),
        [names.JOB_HOLD_UNTIL_TIME_SUPPORTED.of(RangeOfInteger(0, 86_400))],
    )
    wanted = AttributeGroup(GroupTag.JOB, [names.JOB_HOLD_UNTIL_TIME.of(soon)])
    assert resolve(wanted, printer, fidelity=False, now=1_800_000_000.0).template == wanted.attributes
    assert resolve(wanted, printer, fidelity=False, now=1_900_000_000.0).template == ()


# ---- job-mandatory-attributes


def insist(*mandatory: str, wanted: Sequence[Attribute]) -> Ticket:
    """The ticket where `mandatory` is not to be ignored."""
    group = AttributeGroup(GroupTag.JOB, wanted)
    return resolve(group, PRINTER, fidelity=False, now=1_800_000_000.0, mandatory=mandatory)


def test_a_member_can_be_mandatory_alone() -> None:
    silk = Collection([names.MEDIA_TYPE.of(Keyword("x-silk")), names.MEDIA_TOP_MARGIN.of(0)])
    wanted = names.MEDIA_COL.of(silk)
    for harmless in (names.MEDIA_COL_DEFAULT.name, "media-col.media-top-margin", "media-col.media-color"):
        assert insist(harmless, wanted=[wanted]).unsupported
    for broken in (names.MEDIA_COL.name, "media-col.media-type"):
        with pytest.raises(AttributesOrValuesNotSupported):
            insist(broken, wanted=[wanted])


def test_what_is_mandatory_may_not_be_outweighed() -> None:
    soon = DateTime.of(datetime(2027, 6, 1, tzinfo=UTC))
    hold = (names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE), names.JOB_HOLD_UNTIL_TIME.of(soon))
    assert insist(names.JOB_HOLD_UNTIL_TIME.name, wanted=hold).conflicting == hold[:1]
    with pytest.raises(ConflictingAttributes) as caught:
        insist(names.JOB_HOLD_UNTIL.name, wanted=hold)
    assert caught.value.unsupported == hold[:1]


# ---- one ticket laid over another


def test_new_attributes_replace_old_ones_and_what_they_contradict() -> None:
    sides = names.SIDES.of(Sides.ONE_SIDED)
    old = {each.name: each for each in (names.COPIES.of(1), names.MEDIA.of(Keyword("x")), sides)}
    new = (names.COPIES.of(2), names.MEDIA_COL.of(Collection()))
    assert list(overlaid(old, new).values()) == [names.COPIES.of(2), sides, new[1]]
    back = overlaid({new[1].name: new[1]}, [names.MEDIA.of(Keyword("x"))])
    assert list(back) == [names.MEDIA.name]


def test_attributes_that_contradict_one_another_are_found_on_both_sides() -> None:
    retain = {names.JOB_RETAIN_UNTIL.name, names.JOB_RETAIN_UNTIL_TIME.name}
    assert clashing({names.COPIES.name, names.MEDIA.name, *retain}) == retain
    assert clashing(set()) == frozenset()
