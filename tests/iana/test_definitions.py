"""Handles: reading, building and checking the attributes of one name."""

import pytest

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef, Members, Registration, RegistryGroup, by_name, within
from ippserver.iana.enums import JobState
from ippserver.iana.syntax import Problem, ProblemKind
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import (
    Enum,
    Keyword,
    Name,
    NameWithLanguage,
    OutOfBand,
    RangeOfInteger,
    Text,
    Uri,
    Value,
)


def group(*attributes: Attribute) -> AttributeGroup:
    return AttributeGroup(GroupTag.JOB, attributes)


def test_of_builds_the_attribute() -> None:
    assert names.COPIES.of(2) == Attribute("copies", [2])
    assert names.PAGE_RANGES.of(RangeOfInteger(1, 2), RangeOfInteger(5, 5)).values == ((1, 2), (5, 5))


@pytest.mark.parametrize(
    ("definition", "expected"),
    [(names.JOB_NAME, Name), (names.JOB_STATE_MESSAGE, Text), (names.JOB_URI, Uri), (names.SIDES, Keyword)],
)
def test_of_gives_a_plain_string_the_type_of_the_syntax(
    definition: AttributeDef[Value], expected: type
) -> None:
    (value,) = definition.of("x").values
    assert type(value) is expected


def test_of_turns_a_code_into_an_enum() -> None:
    (value,) = names.JOB_STATE.of(JobState.PENDING).values
    assert type(value) is Enum
    assert value == 3


def test_of_takes_out_of_band_values() -> None:
    assert names.TIME_AT_COMPLETED.of(OutOfBand.NO_VALUE).values == (OutOfBand.NO_VALUE,)


@pytest.mark.parametrize(
    ("definition", "value"),
    [
        (names.MEDIA, "na_letter_8.5x11in"),  # keyword or name: the caller must say which
        (names.COPIES, "2"),
        (names.COPIES, True),
        (names.COPIES, Enum(2)),
        (names.JOB_NAME, Keyword("x")),
        (names.JOB_STATE, 3),
        (names.IPP_ATTRIBUTE_FIDELITY, 1),
    ],
)
def test_of_refuses_what_the_attribute_never_has(definition: AttributeDef[Value], value: Value) -> None:
    with pytest.raises(TypeError, match=f"^{definition.name} takes"):
        definition.of(value)


def test_get_reads_the_first_value() -> None:
    assert names.COPIES.get(group(names.COPIES.of(2))) == 2
    assert names.FINISHINGS.get(group(names.FINISHINGS.of(Enum(4), Enum(5)))) == 4


def test_get_reads_members_of_a_collection() -> None:
    assert names.X_DIMENSION.get(Collection([names.X_DIMENSION.of(21000)])) == 21000


@pytest.mark.parametrize(
    "attribute",
    [
        names.JOB_NAME.of("x"),
        names.COPIES.of(OutOfBand.NO_VALUE),
        Attribute("copies", [Keyword("two")]),
        Attribute("copies", [True]),
    ],
    ids=["absent", "out of band", "of another type", "boolean"],
)
def test_get_and_all_find_nothing(attribute: Attribute) -> None:
    assert names.COPIES.get(group(attribute)) is None
    assert names.COPIES.all(group(attribute)) == ()


def test_all_reads_every_value() -> None:
    wanted = [Keyword("none"), Keyword("job-printing")]
    assert names.JOB_STATE_REASONS.all(group(names.JOB_STATE_REASONS.of(*wanted))) == tuple(wanted)


def test_attribute_is_read_whole() -> None:
    attribute = names.COPIES.of(OutOfBand.NO_VALUE)
    assert names.COPIES.attribute(group(attribute)) is attribute
    assert names.COPIES.attribute(group()) is None


def test_definitions_are_equal_by_name() -> None:
    member = names.MEDIA_COL.members["media-size"]
    assert member == names.MEDIA_SIZE
    assert hash(member) == hash(names.MEDIA_SIZE)
    assert names.MEDIA_SIZE != names.MEDIA_COL
    assert names.MEDIA_SIZE != "media-size"
    assert repr(names.COPIES) == "AttributeDef('copies', 'integer(1:MAX)')"


def test_syntax_depends_on_the_group() -> None:
    assert names.JOB_STATE.syntax_in(RegistryGroup.JOB_STATUS).out_of_band == {OutOfBand.UNKNOWN}
    assert names.JOB_STATE.syntax_in(RegistryGroup.EVENT_NOTIFICATIONS).out_of_band == frozenset()
    assert names.COPIES.syntax_in(RegistryGroup.OPERATION) is names.COPIES.syntax


def test_the_operation_or_template_syntax_comes_first() -> None:
    assert names.PRINTER_GEO_LOCATION.syntax.out_of_band == frozenset()
    assert names.MEDIA.collections >= {RegistryGroup.JOB_TEMPLATE, RegistryGroup.DOCUMENT_TEMPLATE}


def test_types_unite_all_registrations() -> None:
    assert names.X_DIMENSION.types == {int, RangeOfInteger}
    assert names.JOB_NAME.types == {Name, NameWithLanguage}


def test_members_have_the_syntax_of_their_place() -> None:
    in_ticket = names.MEDIA_COL.members["media-size"].members["x-dimension"]
    in_database = names.MEDIA_COL_DATABASE.members["media-size"].members["x-dimension"]
    assert in_ticket.types == {int}
    assert in_database.types == {int, RangeOfInteger}
    assert names.COPIES.members == {}


def test_any_job_template_attribute_may_stand_in_overrides() -> None:
    members = names.OVERRIDES.members
    assert set(members) >= {"pages", "document-numbers", "document-copies", "copies", "media-col", "sides"}
    assert members["pages"].syntax.text == "1setOf rangeOfInteger(1:MAX)"
    assert "overrides" in members["overrides"].members["overrides"].members


@pytest.mark.parametrize(
    ("attribute", "problem"),
    [
        (names.COPIES.of(0), Problem(ProblemKind.OUT_OF_RANGE, 0)),
        (names.COPIES.of(1), None),
        (
            names.MEDIA_COL.of(Collection([names.MEDIA_TOP_MARGIN.of(-1)])),
            Problem(ProblemKind.OUT_OF_RANGE, 0, ("media-top-margin",)),
        ),
        (
            names.MEDIA_COL.of(
                Collection(
                    [Attribute("media-size", [Collection([names.X_DIMENSION.of(RangeOfInteger(1, 2))])])]
                )
            ),
            Problem(ProblemKind.WRONG_SYNTAX, 0, ("media-size", "x-dimension")),
        ),
        (names.MEDIA_COL.of(Collection([Attribute("x-unknown", [7])])), None),
        (
            names.OVERRIDES.of(Collection(), Collection([names.COPIES.of(2, 3)])),
            Problem(ProblemKind.NOT_A_SET, 1, ("copies",)),
        ),
    ],
)
def test_problems_are_found_inside_collections(attribute: Attribute, problem: Problem | None) -> None:
    assert names.DEFINITIONS[attribute.name].problem(attribute.values) == problem


def test_the_group_decides_what_is_a_problem() -> None:
    values = (OutOfBand.UNKNOWN,)
    assert names.JOB_STATE.problem(values, RegistryGroup.JOB_STATUS) is None
    assert names.JOB_STATE.problem(values, RegistryGroup.OPERATION) == Problem(ProblemKind.WRONG_SYNTAX, 0)


def test_definitions_are_picked_by_name_and_group() -> None:
    mine: AttributeDef[int] = AttributeDef("x-mine", "", Registration("integer", "Operation"))
    other: AttributeDef[int] = AttributeDef("x-other", "", Registration("integer"))
    found = by_name([mine, "x-mine", 3, other])
    assert found == {"x-mine": mine, "x-other": other}
    assert within(found, RegistryGroup.OPERATION) == {"x-mine": mine}


def test_own_members_win_over_those_of_a_whole_group() -> None:
    members = Members(("copies", "boolean"), others=lambda: {"copies": names.COPIES, "sides": names.SIDES})
    resolved = members.resolve()
    assert resolved["copies"].syntax.text == "boolean"
    assert resolved["sides"] is names.SIDES
    assert members.resolve() is resolved
