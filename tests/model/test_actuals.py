from dataclasses import replace
from typing import Any

import pytest

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef, RegistryGroup
from ippserver.iana.enums import Finishings, JobState
from ippserver.iana.keywords import JobAccountType, JobHoldUntil, MediaSource, Sides
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Enum, Keyword, Name, OutOfBand, RangeOfInteger
from ippserver.model.actuals import actual_names, actuals, unknown
from ippserver.model.capabilities import Capabilities, capabilities
from ippserver.model.job import Job
from ippserver.model.printer import PrinterConfig

PRINTER = capabilities(PrinterConfig(path="/ipp/print", name="office"))
JOB = Job(
    id=1,
    uuid="00000000-0000-0000-0000-000000000001",
    printer="/ipp/print",
    user=Name("alice"),
    name=Name("report"),
    charset="utf-8",
    natural_language="en",
    created=0.0,
    state=JobState.PENDING,
)
A4, LETTER, A5 = map(Keyword, ("iso_a4_210x297mm", "na_letter_8.5x11in", "iso_a5_148x210mm"))
DUPLEX = names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE)
OF_JOBS = {RegistryGroup.JOB_STATUS, RegistryGroup.JOB_DESCRIPTION}
PAGES = names.PAGES.of(RangeOfInteger(1, 2))


def got(*template: Attribute, printer: Capabilities = PRINTER) -> dict[str, Attribute]:
    return {each.name: each for each in actuals(replace(JOB, template=template), printer)}


def size(width: int, length: int) -> Attribute:
    return names.MEDIA_SIZE.of(Collection([names.X_DIMENSION.of(width), names.Y_DIMENSION.of(length)]))


def changed(printer: Capabilities, *attributes: Attribute) -> Capabilities:
    return Capabilities({**printer.attributes, **{each.name: each for each in attributes}}.values())


@pytest.mark.parametrize(
    ("asked", "actual"),
    [
        (names.COPIES.of(3), names.COPIES_ACTUAL.of(3)),
        (DUPLEX, names.SIDES_ACTUAL.of(Sides.TWO_SIDED_LONG_EDGE)),
        (names.PRINT_QUALITY.of(Enum(5)), names.PRINT_QUALITY_ACTUAL.of(Enum(5))),
        (
            names.PAGE_RANGES.of(RangeOfInteger(1, 1), RangeOfInteger(3, 4)),
            names.PAGE_RANGES_ACTUAL.of(RangeOfInteger(1, 1), RangeOfInteger(3, 4)),
        ),
        (names.JOB_ACCOUNT_ID.of("4711"), names.JOB_ACCOUNT_ID_ACTUAL.of("4711")),
        (
            names.JOB_ACCOUNT_TYPE.of(JobAccountType.GROUP),
            names.JOB_ACCOUNT_TYPE_ACTUAL.of(JobAccountType.GROUP),
        ),
    ],
    ids=repr,
)
def test_what_was_asked_for_is_what_the_job_got(asked: Attribute, actual: Attribute) -> None:
    assert got(asked)[actual.name] == actual


def test_what_nobody_asked_for_is_as_the_printer_has_it_by_default() -> None:
    found = got()
    assert found[names.COPIES_ACTUAL.name] == names.COPIES_ACTUAL.of(1)
    assert found[names.SIDES_ACTUAL.name] == names.SIDES_ACTUAL.of(Sides.ONE_SIDED)
    assert found[names.FINISHINGS_ACTUAL.name] == names.FINISHINGS_ACTUAL.of(Enum(3))
    other = changed(PRINTER, names.SIDES_DEFAULT.of(Sides.TWO_SIDED_SHORT_EDGE))
    assert got(printer=other)[names.SIDES_ACTUAL.name] == names.SIDES_ACTUAL.of(Sides.TWO_SIDED_SHORT_EDGE)


def test_what_has_neither_is_left_out() -> None:
    empty = {
        names.PAGE_RANGES_ACTUAL.name,
        names.JOB_ACCOUNT_ID_ACTUAL.name,
        names.JOB_SHEET_MESSAGE_ACTUAL.name,
        names.OVERRIDES_ACTUAL.name,
    }
    assert empty.isdisjoint(got())
    assert empty <= actual_names(PRINTER)


def test_priority_and_what_makes_the_job_wait_count_like_the_template() -> None:
    job = replace(JOB, priority=77, hold_until=JobHoldUntil.NIGHT)
    found = {each.name: each for each in actuals(job, PRINTER)}
    assert found[names.JOB_PRIORITY_ACTUAL.name] == names.JOB_PRIORITY_ACTUAL.of(77)
    assert found[names.JOB_HOLD_UNTIL_ACTUAL.name] == names.JOB_HOLD_UNTIL_ACTUAL.of(JobHoldUntil.NIGHT)


@pytest.mark.parametrize(
    ("asked", "medium", "dimensions"),
    [
        (None, A4, (21000, 29700)),
        (names.MEDIA.of(LETTER), LETTER, (21590, 27940)),
        (names.MEDIA_COL.of(Collection([size(21590, 27940)])), LETTER, (21590, 27940)),
        (names.MEDIA_COL.of(Collection([names.MEDIA_KEY.of(A5)])), A5, (14800, 21000)),
        (names.MEDIA_COL.of(Collection([names.MEDIA_SIZE_NAME.of(A5)])), A5, (14800, 21000)),
        (names.MEDIA_COL.of(Collection([names.MEDIA_SOURCE.of(MediaSource.MAIN)])), A4, (21000, 29700)),
    ],
    ids=repr,
)
def test_media_and_media_col_each_say_what_the_other_does(
    asked: Attribute | None, medium: Keyword, dimensions: tuple[int, int]
) -> None:
    found = got(*(() if asked is None else (asked,)))
    assert found[names.MEDIA_ACTUAL.name] == names.MEDIA_ACTUAL.of(medium)
    (whole,) = found[names.MEDIA_COL_ACTUAL.name].values
    assert isinstance(whole, Collection)
    assert names.MEDIA_SIZE.attribute(whole) == size(*dimensions)
    assert names.MEDIA_KEY.get(whole) == medium
    assert names.MEDIA_TYPE.get(whole) is not None


def test_a_member_of_media_col_that_was_asked_for_stands_beside_what_the_printer_adds() -> None:
    found = got(names.MEDIA_COL.of(Collection([names.MEDIA_SOURCE.of(MediaSource.MAIN)])))
    (whole,) = found[names.MEDIA_COL_ACTUAL.name].values
    assert isinstance(whole, Collection)
    assert names.MEDIA_SOURCE.get(whole) == MediaSource.MAIN


def test_what_single_pages_got_follows_each_value_once() -> None:
    overrides = names.OVERRIDES.of(
        Collection([PAGES, DUPLEX, names.MEDIA.of(LETTER)]),
        Collection([names.PAGES.of(RangeOfInteger(4, 4)), names.SIDES.of(Sides.ONE_SIDED)]),
        Collection(
            [names.PAGES.of(RangeOfInteger(5, 5)), names.MEDIA_COL.of(Collection([size(14800, 21000)]))]
        ),
    )
    found = got(overrides)
    assert found[names.SIDES_ACTUAL.name] == names.SIDES_ACTUAL.of(Sides.ONE_SIDED, Sides.TWO_SIDED_LONG_EDGE)
    assert found[names.MEDIA_ACTUAL.name] == names.MEDIA_ACTUAL.of(A4, LETTER, A5)
    assert len(found[names.MEDIA_COL_ACTUAL.name].values) == 3
    assert found[names.COPIES_ACTUAL.name] == names.COPIES_ACTUAL.of(1)
    assert found[names.OVERRIDES_ACTUAL.name].values == overrides.values


def test_single_pages_from_another_tray_are_on_the_medium_of_the_others() -> None:
    of_page = names.MEDIA_COL.of(Collection([names.MEDIA_SOURCE.of(MediaSource.MAIN)]))
    found = got(names.MEDIA.of(LETTER), names.OVERRIDES.of(Collection([PAGES, of_page])))
    assert found[names.MEDIA_ACTUAL.name] == names.MEDIA_ACTUAL.of(LETTER)
    sizes = [names.MEDIA_SIZE.get(whole) for whole in names.MEDIA_COL_ACTUAL.all(found)]
    sources = [names.MEDIA_SOURCE.get(whole) for whole in names.MEDIA_COL_ACTUAL.all(found)]
    assert (len(sizes), sizes[0], sources[1]) == (2, sizes[1], MediaSource.MAIN)


def test_a_printer_that_can_do_less_shows_less() -> None:
    attributes = {k: v for k, v in PRINTER.attributes.items() if k != names.SIDES_SUPPORTED.name}
    less = Capabilities(attributes.values())
    assert got(DUPLEX, printer=less).keys() <= actual_names(less) < actual_names(PRINTER)


def test_a_printer_whose_media_have_no_known_size_shows_them_as_they_are() -> None:
    odd = changed(PRINTER, names.MEDIA_DEFAULT.of(Name("papyrus")))
    found = got(printer=odd)
    assert found[names.MEDIA_ACTUAL.name] == names.MEDIA_ACTUAL.of(Name("papyrus"))
    assert found[names.MEDIA_COL_ACTUAL.name].values == PRINTER.attributes["media-col-default"].values


def test_all_of_it_has_the_syntax_of_the_registry() -> None:
    for attribute in (*got().values(), *got(DUPLEX, names.JOB_ACCOUNT_ID.of("1")).values()):
        (group,) = names.DEFINITIONS[attribute.name].collections & OF_JOBS
        assert names.DEFINITIONS[attribute.name].problem(attribute.values, group) is None


def test_before_the_job_is_printed_all_of_it_is_unknown() -> None:
    asked = (DUPLEX, names.JOB_ACCOUNT_ID.of("1"), names.JOB_SHEET_MESSAGE.of("for Bob"))
    for template in ((), asked):
        job = replace(JOB, template=template, hold_until=JobHoldUntil.NIGHT)
        before = unknown(job, PRINTER)
        assert {each.name for each in before} == {each.name for each in actuals(job, PRINTER)}
        assert {each.values for each in before} == {(OutOfBand.UNKNOWN,)}


STAPLER = capabilities(PrinterConfig(path="/", name="x", finishings=(Finishings.STAPLE,)))
STAPLED = names.FINISHINGS.of(Finishings.STAPLE)
STAPLED_BY_NAME = names.FINISHINGS_COL.of(Collection([names.FINISHING_TEMPLATE.of(Keyword("staple"))]))


@pytest.mark.parametrize(
    ("asked", "shown", "hidden"),
    [
        (STAPLED, names.FINISHINGS_ACTUAL, names.FINISHINGS_COL_ACTUAL),
        (STAPLED_BY_NAME, names.FINISHINGS_COL_ACTUAL, names.FINISHINGS_ACTUAL),
    ],
)
def test_the_default_of_what_was_said_in_another_way_is_not_what_the_job_got(
    asked: Attribute, shown: AttributeDef[Any], hidden: AttributeDef[Any]
) -> None:
    found = got(asked, printer=STAPLER)
    assert found[shown.name].values == asked.values
    assert hidden.name not in found
