from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.iana import names
from ippserver.iana.keywords import MediaType, Sides
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import MAX_INTEGER, Enum, Keyword, OutOfBand, RangeOfInteger, Value
from ippserver.model.capabilities import capabilities
from ippserver.model.errors import AttributesOrValuesNotSupported, BadRequest
from ippserver.model.overrides import overriding, selectors
from ippserver.model.printer import PrinterConfig
from ippserver.model.ticket import Ticket, resolve
from ippserver.testing import strategies

PRINTER = capabilities(PrinterConfig(path="/ipp/print", name="office"))
SOME = names.PAGES.of(RangeOfInteger(1, 2), RangeOfInteger(5, 5))
LAST = names.PAGES.of(RangeOfInteger(MAX_INTEGER - 1, MAX_INTEGER))
SECOND = names.DOCUMENT_NUMBERS.of(RangeOfInteger(2, 2))
FIRST_COPY = names.DOCUMENT_COPIES.of(RangeOfInteger(1, 1))
DUPLEX = names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE)
LETTER = names.MEDIA.of(Keyword("na_letter_8.5x11in"))
LANDSCAPE = names.ORIENTATION_REQUESTED.of(Enum(4))
A4 = names.MEDIA_SIZE.of(Collection([names.X_DIMENSION.of(21000), names.Y_DIMENSION.of(29700)]))
A4_COL = names.MEDIA_COL.of(Collection([A4]))


def override(*members: Attribute) -> Collection:
    return Collection(members)


def ask(*values: Value, fidelity: bool = False, mandatory: Sequence[str] = ()) -> Ticket:
    wanted = AttributeGroup(GroupTag.JOB, [Attribute(names.OVERRIDES.name, values)])
    return resolve(wanted, PRINTER, fidelity=fidelity, now=0.0, mandatory=mandatory)


def overrides(*values: Value) -> tuple[Attribute, ...]:
    return (Attribute(names.OVERRIDES.name, values),)


@pytest.mark.parametrize(
    "wanted",
    [
        [override(SOME, DUPLEX)],
        [override(LAST, LETTER, LANDSCAPE)],
        [override(SOME, SECOND, A4_COL)],
        [override(SOME, SECOND, FIRST_COPY, DUPLEX)],
        [override(SOME, FIRST_COPY, DUPLEX)],
        [override(SOME, Attribute(names.DOCUMENT_NUMBER.name, (2,)), DUPLEX)],
        [override(SOME, DUPLEX), override(LAST, LANDSCAPE)],
        [override(SOME, names.FINISHINGS.of(Enum(3)))],
    ],
    ids=repr,
)
@pytest.mark.parametrize("fidelity", [False, True])
def test_what_is_supported_of_single_pages_is_accepted_as_it_came(
    wanted: list[Collection], fidelity: bool
) -> None:
    assert ask(*wanted, fidelity=fidelity) == Ticket(overrides(*wanted))


@pytest.mark.parametrize(
    "wanted",
    [
        override(),
        override(SOME),
        override(SOME, SECOND, FIRST_COPY),
        override(DUPLEX),
        override(SECOND, DUPLEX),
        override(SECOND, SOME, DUPLEX),
        override(DUPLEX, SOME),
        override(SOME, DUPLEX, SECOND),
        override(SOME, FIRST_COPY, SECOND, DUPLEX),
        override(SOME, SOME, DUPLEX),
        override(SOME, SECOND, Attribute(names.DOCUMENT_NUMBER.name, (2,)), DUPLEX),
        override(names.PAGES.of(RangeOfInteger(2, 1)), DUPLEX),
        override(names.PAGES.of(RangeOfInteger(1, 3), RangeOfInteger(2, 4)), DUPLEX),
        override(SOME, names.DOCUMENT_NUMBERS.of(RangeOfInteger(0, 0)), DUPLEX),
    ],
    ids=repr,
)
@pytest.mark.parametrize("fidelity", [False, True])
def test_an_override_of_another_shape_is_a_bad_request(wanted: Collection, fidelity: bool) -> None:
    with pytest.raises(BadRequest):
        ask(override(LAST, DUPLEX), wanted, fidelity=fidelity)


BAD_SIDES = Attribute(names.SIDES.name, (Keyword("three-sided"),))
COPIES = names.COPIES.of(2)
NO_COPIES = Attribute(names.COPIES.name, (OutOfBand.UNSUPPORTED,))


@pytest.mark.parametrize(
    ("wanted", "kept", "told"),
    [
        ([override(SOME, DUPLEX, COPIES)], [override(SOME, DUPLEX)], [override(NO_COPIES)]),
        ([override(SOME, BAD_SIDES, LETTER)], [override(SOME, LETTER)], [override(BAD_SIDES)]),
        ([override(SOME, COPIES)], [], [override(NO_COPIES)]),
        (
            [override(SOME, BAD_SIDES), override(LAST, DUPLEX)],
            [override(LAST, DUPLEX)],
            [override(BAD_SIDES)],
        ),
        ([Keyword("all"), override(LAST, DUPLEX)], [override(LAST, DUPLEX)], [Keyword("all")]),
        (
            [override(SOME, names.OVERRIDES.of(override(LAST, DUPLEX)), DUPLEX)],
            [override(SOME, DUPLEX)],
            [override(Attribute(names.OVERRIDES.name, (OutOfBand.UNSUPPORTED,)))],
        ),
    ],
    ids=repr,
)
def test_members_that_are_not_supported_are_ignored_and_told(
    wanted: list[Value], kept: list[Value], told: list[Value]
) -> None:
    assert ask(*wanted) == Ticket(overrides(*kept) if kept else (), overrides(*told))
    with pytest.raises(AttributesOrValuesNotSupported) as caught:
        ask(*wanted, fidelity=True)
    assert caught.value.unsupported == overrides(*told)


@pytest.mark.parametrize(
    "selector",
    [
        Attribute(names.PAGES.name, (5,)),
        Attribute(names.PAGES.name, (RangeOfInteger(1, 2), Keyword("last"))),
        Attribute(names.PAGES.name, (OutOfBand.NO_VALUE,)),
    ],
    ids=repr,
)
def test_an_override_whose_pages_are_unclear_is_ignored_as_a_whole_and_befalls_no_others(
    selector: Attribute,
) -> None:
    wanted = override(selector, DUPLEX)
    assert ask(wanted) == Ticket((), overrides(wanted))


def test_an_override_of_unclear_documents_is_ignored_as_a_whole() -> None:
    wanted = override(SOME, Attribute(names.DOCUMENT_NUMBERS.name, (2,)), DUPLEX)
    assert ask(wanted, override(LAST, DUPLEX)) == Ticket(overrides(override(LAST, DUPLEX)), overrides(wanted))


def test_of_media_and_media_col_in_an_override_the_collection_counts() -> None:
    assert ask(override(SOME, LETTER, A4_COL)) == Ticket(
        overrides(override(SOME, A4_COL)), overrides(override(LETTER))
    )


def test_what_is_contradicted_is_told_once_with_its_own_values() -> None:
    bad_type = names.MEDIA_TYPE.of(MediaType.TRANSPARENCY)
    media_col = names.MEDIA_COL.of(Collection([A4, bad_type]))
    ticket = ask(override(SOME, LETTER, media_col, DUPLEX))
    assert ticket.template == overrides(override(SOME, A4_COL, DUPLEX))
    assert ticket.unsupported == overrides(override(names.MEDIA_COL.of(Collection([bad_type])), LETTER))


@pytest.mark.parametrize(
    ("mandatory", "refused"),
    [("overrides", True), ("overrides.copies", True), ("overrides.sides", False), ("copies", False)],
)
def test_a_mandatory_member_refuses_the_job_that_cannot_have_it(mandatory: str, refused: bool) -> None:
    wanted = override(SOME, DUPLEX, COPIES)
    if not refused:
        assert ask(wanted, mandatory=[mandatory]).template == overrides(override(SOME, DUPLEX))
        return
    with pytest.raises(AttributesOrValuesNotSupported) as caught:
        ask(wanted, mandatory=[mandatory])
    assert caught.value.unsupported == overrides(override(NO_COPIES))


def test_every_member_that_is_advertised_is_accepted() -> None:
    known = {
        **{definition.name: definition for definition in (SOME, SECOND, FIRST_COPY)},
        names.DOCUMENT_NUMBER.name: Attribute(names.DOCUMENT_NUMBER.name, (1,)),
    }
    advertised = list(names.OVERRIDES_SUPPORTED.all(PRINTER))
    assert {*known} <= {*map(str, advertised)}
    for name in set(map(str, advertised)) - {*known}:
        default = PRINTER.get(f"{name}-default")
        assert default is not None, name
        wanted = override(SOME, Attribute(name, default.values))
        assert ask(wanted, fidelity=True).template == overrides(wanted)


def test_a_printer_without_overrides_takes_none() -> None:
    wanted = AttributeGroup(GroupTag.JOB, overrides(override(SOME, DUPLEX)))
    plain = {name: each for name, each in PRINTER.attributes.items() if name != "overrides-supported"}
    ticket = resolve(wanted, type(PRINTER)(plain.values()), fidelity=False, now=0.0)
    assert ticket == Ticket((), (Attribute(names.OVERRIDES.name, (OutOfBand.UNSUPPORTED,)),))


def any_override() -> st.SearchStrategy[Collection]:
    said = st.sampled_from([DUPLEX, LETTER, A4_COL, LANDSCAPE, COPIES, BAD_SIDES])
    odd = st.builds(Attribute, st.sampled_from(["pages", "sides", "x-new"]), st.lists(strategies.values()))
    member = (
        st.sampled_from([SOME, LAST, SECOND, FIRST_COPY]) | said | odd.filter(lambda one: bool(one.values))
    )
    free = st.lists(member, max_size=6)
    proper = st.builds(lambda chosen, rest: [chosen, *rest], st.sampled_from([SOME, LAST]), st.lists(said))
    return (free | proper).map(Collection)


@given(st.lists(any_override(), min_size=1, max_size=3))
def test_whatever_is_accepted_names_pages_and_what_they_get_and_is_accepted_again(
    wanted: list[Collection],
) -> None:
    try:
        ticket = ask(*wanted)
    except BadRequest:
        return
    for attribute in ticket.template:
        for value in attribute.values:
            assert isinstance(value, Collection)
            assert selectors(value)[0].name == names.PAGES.name
            assert overriding(value)
        assert ask(*attribute.values, fidelity=True).template == (attribute,)
    assert ticket.template or ticket.unsupported
