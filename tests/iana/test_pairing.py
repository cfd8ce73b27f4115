"""Which values a Printer's xxx-supported admits."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef, RegistryGroup
from ippserver.iana.keywords import AccuracyUnits, Sides
from ippserver.iana.pairing import TEMPLATES, Rule, Template, Verdict, member_template, same_value
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import (
    DateTime,
    Enum,
    Keyword,
    Name,
    NameWithLanguage,
    OctetString,
    OutOfBand,
    RangeOfInteger,
    Resolution,
    Text,
    TextWithLanguage,
    Value,
)

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
A4 = Keyword("iso_a4_210x297mm")
A4_SIZE = Collection([names.X_DIMENSION.of(21000), names.Y_DIMENSION.of(29700)])
ROLL = Collection(
    [names.X_DIMENSION.of(RangeOfInteger(5000, 10000)), names.Y_DIMENSION.of(RangeOfInteger(1, 100000))]
)


def unsupported(asked: Attribute, *printer: Attribute) -> tuple[Value, ...]:
    group = AttributeGroup(GroupTag.PRINTER, printer)
    return TEMPLATES[asked.name].unsupported(asked.values, group, now=NOW)


def test_the_rules_of_the_job_template_follow_from_their_syntaxes() -> None:
    paired = [
        template
        for template in TEMPLATES.values()
        if RegistryGroup.JOB_TEMPLATE in template.job.collections and template.supported is not None
    ]
    assert Counter(template.rule for template in paired) == {
        Rule.MEMBER: 34,
        Rule.MEMBER_NAMES: 20,
        Rule.IN_RANGE: 15,
        Rule.ALLOWED: 10,
        Rule.UNION: 4,
        Rule.SECONDS_AHEAD: 3,
        Rule.LEVELS: 2,
        Rule.COARSER: 1,
    }


def test_a_template_joins_what_belongs_together() -> None:
    assert TEMPLATES["media"] == Template(
        job=names.MEDIA,
        default=names.MEDIA_DEFAULT,
        supported=names.MEDIA_SUPPORTED,
        ready=names.MEDIA_READY,
        rule=Rule.MEMBER,
    )
    assert TEMPLATES["page-ranges"].default is None


def test_attributes_of_vendors_have_no_template() -> None:
    assert "job-originating-host-name" not in TEMPLATES


@pytest.mark.parametrize(
    ("member", "rule"),
    [
        (names.MEDIA_SIZE, Rule.SIZE),
        (names.MEDIA_TYPE, Rule.MEMBER),
        (names.MEDIA_TOP_MARGIN, Rule.MEMBER),
        (names.MEDIA_HOLE_COUNT, Rule.IN_RANGE),
        (names.STITCHING_ANGLE, Rule.UNION),
        (names.FROM_NAME, Rule.LENGTH),
        (names.MEDIA_INFO, Rule.ALLOWED),
        (names.STITCHING, Rule.UNRESTRICTED),
        (names.MEDIA_SIZE_NAME, Rule.MEMBER),
    ],
)
def test_members_have_rules_too(member: AttributeDef[Value], rule: Rule) -> None:
    assert member_template(member).rule is rule


ACCEPTED: list[tuple[Attribute, Attribute]] = [
    (names.SIDES.of(Sides.ONE_SIDED), names.SIDES_SUPPORTED.of(Sides.ONE_SIDED)),
    (names.FINISHINGS.of(Enum(4), Enum(5)), names.FINISHINGS_SUPPORTED.of(Enum(5), Enum(4), Enum(3))),
    (
        names.PRINTER_RESOLUTION.of(Resolution(600, 600)),
        names.PRINTER_RESOLUTION_SUPPORTED.of(Resolution(600, 600, 3)),
    ),
    (names.MEDIA.of(Name("Ajax-White")), names.MEDIA_SUPPORTED.of(A4, Name("ajax-white"))),
    (
        names.MEDIA.of(Keyword("custom_my_100x200mm")),
        names.MEDIA_SUPPORTED.of(Keyword("custom_min_9x9mm"), Keyword("custom_max_300x300mm")),
    ),
    (names.COPIES.of(99), names.COPIES_SUPPORTED.of(RangeOfInteger(1, 99))),
    (names.NUMBER_UP.of(4), names.NUMBER_UP_SUPPORTED.of(1, RangeOfInteger(2, 4))),
    (names.NUMBER_UP.of(1), names.NUMBER_UP_SUPPORTED.of(1, RangeOfInteger(2, 4))),
    (names.PAGE_RANGES.of(RangeOfInteger(1, 2)), names.PAGE_RANGES_SUPPORTED.of(True)),
    (names.JOB_PRIORITY.of(77), names.JOB_PRIORITY_SUPPORTED.of(1)),
    (names.PRINT_DARKNESS.of(-100), names.PRINT_DARKNESS_SUPPORTED.of(2)),
    (
        names.JOB_HOLD_UNTIL_TIME.of(DateTime.of(NOW + timedelta(hours=1))),
        names.JOB_HOLD_UNTIL_TIME_SUPPORTED.of(RangeOfInteger(0, 3600)),
    ),
    (
        names.PRINT_ACCURACY.of(
            Collection([names.ACCURACY_UNITS.of(AccuracyUnits.MM), names.X_ACCURACY.of(1)])
        ),
        names.PRINT_ACCURACY_SUPPORTED.of(
            Collection([names.ACCURACY_UNITS.of(AccuracyUnits.UM), names.X_ACCURACY.of(1000)])
        ),
    ),
    (names.FINISHINGS_COL.of(OutOfBand.NO_VALUE), names.FINISHINGS_COL_SUPPORTED.of("stitching")),
    (names.CONFIRMATION_SHEET_PRINT.of(True), names.COPIES_SUPPORTED.of(RangeOfInteger(1, 1))),
]

REFUSED: list[tuple[Attribute, Attribute]] = [
    (names.SIDES.of(Sides.ONE_SIDED), names.SIDES_SUPPORTED.of(Sides.TWO_SIDED_LONG_EDGE)),
    (Attribute("sides", [Name("one-sided")]), names.SIDES_SUPPORTED.of(Sides.ONE_SIDED)),
    (names.MEDIA.of(Name(A4)), names.MEDIA_SUPPORTED.of(A4)),
    (
        names.MEDIA.of(Keyword("custom_my_100x999mm")),
        names.MEDIA_SUPPORTED.of(Keyword("custom_min_9x9mm"), Keyword("custom_max_300x300mm")),
    ),
    (names.COPIES.of(100), names.COPIES_SUPPORTED.of(RangeOfInteger(1, 99))),
    (names.COPIES.of(0), names.COPIES_SUPPORTED.of(RangeOfInteger(1, 99))),
    (names.COPIES.of(1, 2), names.COPIES_SUPPORTED.of(RangeOfInteger(1, 99))),
    (names.COPIES.of(1), names.COPIES_SUPPORTED.of(OutOfBand.NO_VALUE)),
    (names.COPIES.of(OutOfBand.NO_VALUE), names.COPIES_SUPPORTED.of(RangeOfInteger(1, 99))),
    (names.COPIES.of(1), names.SIDES_SUPPORTED.of(Sides.ONE_SIDED)),
    (names.NUMBER_UP.of(5), names.NUMBER_UP_SUPPORTED.of(1, RangeOfInteger(2, 4))),
    (names.PAGE_RANGES.of(RangeOfInteger(1, 2)), names.PAGE_RANGES_SUPPORTED.of(False)),
    (names.PAGE_RANGES.of(RangeOfInteger(2, 1)), names.PAGE_RANGES_SUPPORTED.of(True)),
    (names.JOB_PRIORITY.of(101), names.JOB_PRIORITY_SUPPORTED.of(100)),
    (names.JOB_PRIORITY.of(50), names.JOB_PRIORITY_SUPPORTED.of(OutOfBand.NO_VALUE)),
    (
        names.JOB_HOLD_UNTIL_TIME.of(DateTime.of(NOW + timedelta(hours=2))),
        names.JOB_HOLD_UNTIL_TIME_SUPPORTED.of(RangeOfInteger(0, 3600)),
    ),
    (
        names.JOB_HOLD_UNTIL_TIME.of(DateTime.of(NOW - timedelta(hours=2))),
        names.JOB_HOLD_UNTIL_TIME_SUPPORTED.of(RangeOfInteger(0, 3600)),
    ),
    (
        names.PRINT_ACCURACY.of(
            Collection([names.ACCURACY_UNITS.of(AccuracyUnits.NM), names.X_ACCURACY.of(1)])
        ),
        names.PRINT_ACCURACY_SUPPORTED.of(Collection([names.X_ACCURACY.of(1)])),
    ),
    (
        names.PRINT_ACCURACY.of(Collection([names.Y_ACCURACY.of(1)])),
        names.PRINT_ACCURACY_SUPPORTED.of(Collection([names.X_ACCURACY.of(1)])),
    ),
    (
        names.PRINT_ACCURACY.of(Collection([names.Y_ACCURACY.of(1)])),
        Attribute("print-accuracy-supported", [OctetString(b"")]),
    ),
]


@pytest.mark.parametrize(("asked", "said"), ACCEPTED, ids=lambda attribute: attribute.name)
def test_a_supported_value_is_accepted(asked: Attribute, said: Attribute) -> None:
    assert unsupported(asked, said) == ()


@pytest.mark.parametrize(("asked", "said"), REFUSED, ids=lambda attribute: attribute.name)
def test_an_unsupported_value_is_returned(asked: Attribute, said: Attribute) -> None:
    assert unsupported(asked, said) == asked.values


def test_only_the_unsupported_values_of_a_set_are_returned() -> None:
    template = TEMPLATES["finishings"]
    printer = AttributeGroup(GroupTag.PRINTER, [names.FINISHINGS_SUPPORTED.of(Enum(3), Enum(4))])
    verdict = template.judge([Enum(4), Enum(7), 3], printer, now=NOW)
    assert verdict == Verdict(accepted=(Enum(4),), unsupported=(Enum(7), 3))


MEDIA_COL = (
    names.MEDIA_COL_SUPPORTED.of("media-size", "media-type", "media-info", "media-size-name"),
    names.MEDIA_SIZE_SUPPORTED.of(A4_SIZE, ROLL),
    names.MEDIA_TYPE_SUPPORTED.of(Keyword("stationery")),
    names.MEDIA_SUPPORTED.of(A4),
    names.MEDIA_INFO_SUPPORTED.of(True),
)


def media_col(*members: Attribute) -> Attribute:
    return names.MEDIA_COL.of(Collection(members))


@pytest.mark.parametrize(
    "members",
    [
        [names.MEDIA_SIZE.of(A4_SIZE), names.MEDIA_TYPE.of(Keyword("stationery"))],
        [names.MEDIA_SIZE.of(Collection([names.X_DIMENSION.of(8000), names.Y_DIMENSION.of(20000)]))],
        [names.MEDIA_SIZE_NAME.of(A4)],
        [names.MEDIA_INFO.of("for letters")],
        [],
    ],
)
def test_a_collection_of_supported_members_is_accepted(members: list[Attribute]) -> None:
    assert unsupported(media_col(*members), *MEDIA_COL) == ()


@pytest.mark.parametrize(
    ("member", "returned"),
    [
        (names.MEDIA_TYPE.of(Keyword("vellum")), names.MEDIA_TYPE.of(Keyword("vellum"))),
        (names.MEDIA_COLOR.of(Keyword("blue")), Attribute("media-color", [OutOfBand.UNSUPPORTED])),
        (Attribute("x-unknown", [1]), Attribute("x-unknown", [OutOfBand.UNSUPPORTED])),
        (Attribute("media-type", [7]), Attribute("media-type", [7])),
        (
            names.MEDIA_SIZE.of(Collection([names.X_DIMENSION.of(1), names.Y_DIMENSION.of(2)])),
            names.MEDIA_SIZE.of(Collection([names.X_DIMENSION.of(1), names.Y_DIMENSION.of(2)])),
        ),
        (
            names.MEDIA_SIZE.of(Collection([names.X_DIMENSION.of(21000), Attribute("z-dimension", [1])])),
            names.MEDIA_SIZE.of(Collection([names.X_DIMENSION.of(21000), Attribute("z-dimension", [1])])),
        ),
    ],
)
def test_only_the_unsupported_members_are_returned(member: Attribute, returned: Attribute) -> None:
    good = names.MEDIA_SIZE_NAME.of(A4)
    verdict = TEMPLATES["media-col"].judge(
        media_col(good, member).values, AttributeGroup(GroupTag.PRINTER, MEDIA_COL), now=NOW
    )
    assert verdict == Verdict(accepted=(Collection([good]),), unsupported=(Collection([returned]),))


def sheet(width: int, length: int) -> Attribute:
    return names.MEDIA_SIZE.of(Collection([names.X_DIMENSION.of(width), names.Y_DIMENSION.of(length)]))


@pytest.mark.parametrize("size", [(20999, 29699), (20950, 29750), (21050, 29650)])
def test_a_size_is_that_of_a_medium_half_a_millimetre_away(size: tuple[int, int]) -> None:
    """Windows 11 asks for A4 as 20999 x 29699."""
    assert unsupported(media_col(sheet(*size)), names.MEDIA_SIZE_SUPPORTED.of(A4_SIZE), *MEDIA_COL[:1]) == ()


@pytest.mark.parametrize("size", [(20949, 29700), (21000, 29751), (29700, 21000)])
def test_a_size_further_away_is_another(size: tuple[int, int]) -> None:
    asked = media_col(sheet(*size))
    assert unsupported(asked, names.MEDIA_SIZE_SUPPORTED.of(A4_SIZE), *MEDIA_COL[:1]) == asked.values


def test_a_collection_without_a_supported_member_is_not_accepted_at_all() -> None:
    asked = media_col(names.MEDIA_COLOR.of(Keyword("blue")))
    verdict = TEMPLATES["media-col"].judge(asked.values, AttributeGroup(GroupTag.PRINTER, MEDIA_COL), now=NOW)
    assert verdict.accepted == ()


def test_members_of_members_are_judged_by_their_own_rules() -> None:
    stitching = Collection([names.STITCHING_ANGLE.of(90), names.STITCHING_OFFSET.of(5)])
    asked = names.FINISHINGS_COL.of(Collection([names.STITCHING.of(stitching)]))
    said = (
        names.FINISHINGS_COL_SUPPORTED.of("stitching"),
        names.STITCHING_ANGLE_SUPPORTED.of(0, RangeOfInteger(45, 90)),
        names.STITCHING_OFFSET_SUPPORTED.of(RangeOfInteger(0, 4)),
    )
    returned = Collection([names.STITCHING.of(Collection([names.STITCHING_OFFSET.of(5)]))])
    assert unsupported(asked, *said) == (returned,)


def test_some_values_of_a_member_may_be_accepted() -> None:
    locations = names.STITCHING_LOCATIONS
    asked = names.FINISHINGS_COL.of(Collection([names.STITCHING.of(Collection([locations.of(1, 9)]))]))
    printer = AttributeGroup(
        GroupTag.PRINTER,
        [names.FINISHINGS_COL_SUPPORTED.of("stitching"), names.STITCHING_LOCATIONS_SUPPORTED.of(1)],
    )
    verdict = TEMPLATES["finishings-col"].judge(asked.values, printer, now=NOW)
    assert verdict.accepted == (Collection([names.STITCHING.of(Collection([locations.of(1)]))]),)
    assert verdict.unsupported == (Collection([names.STITCHING.of(Collection([locations.of(9)]))]),)


@pytest.mark.parametrize(
    ("text", "limit", "accepted"),
    [
        (Text("ab"), 2, True),
        (Text("äb"), 2, False),
        (TextWithLanguage("de-de", "ab"), 2, True),
        (Text(""), 0, False),
        (Text("x"), 0, False),
    ],
)
def test_a_text_may_have_so_many_octets(text: Value, limit: int, accepted: bool) -> None:
    printer = AttributeGroup(GroupTag.PRINTER, [names.SUBJECT_SUPPORTED.of(limit)])
    verdict = member_template(names.SUBJECT).judge([text], printer, now=NOW)
    assert bool(verdict.accepted) is accepted


def test_a_range_is_supported_within_a_range() -> None:
    printer = AttributeGroup(
        GroupTag.PRINTER, [names.MATERIAL_TEMPERATURE_SUPPORTED.of(RangeOfInteger(100, 200))]
    )
    template = member_template(names.MATERIAL_TEMPERATURE)
    values = [RangeOfInteger(100, 200), RangeOfInteger(150, 250)]
    assert template.unsupported(values[:1], printer, now=NOW) == ()
    assert template.unsupported(values[1:], printer, now=NOW) == (RangeOfInteger(150, 250),)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Keyword("a"), Keyword("a"), True),
        (Keyword("a"), Name("a"), False),
        (Keyword("a"), Keyword("A"), False),
        (Name("Letter"), Name("LETTER"), True),
        (Name("a"), NameWithLanguage("fr", "a"), True),
        (NameWithLanguage("en", "a"), NameWithLanguage("en-us", "A"), True),
        (NameWithLanguage("en", "a"), NameWithLanguage("fr", "a"), False),
        (NameWithLanguage("e", "a"), NameWithLanguage("en", "a"), False),
        (NameWithLanguage("en", "a"), NameWithLanguage("en", "b"), False),
        (1, True, False),
        (Enum(1), 1, False),
        (Resolution(1, 2, 3), Resolution(1, 2, 3), True),
    ],
)
def test_names_match_by_text_and_language_and_never_keywords(one: Value, other: Value, same: bool) -> None:
    assert same_value(one, other) is same
    assert same_value(other, one) is same
