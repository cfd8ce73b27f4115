import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.iana import names
from ippserver.iana.groups import (
    ALL,
    JOB_DESCRIPTION,
    JOB_STATUS,
    JOB_TEMPLATE,
    PRINTER_DEFAULTS,
    PRINTER_DESCRIPTION,
)
from ippserver.ipp.values import Keyword
from ippserver.model.selection import JOB_GROUPS, PRINTER_GROUPS, Selection

COPIES, JOB_STATE, JOB_NAME = names.COPIES.name, names.JOB_STATE.name, names.JOB_NAME.name
DATABASE = names.MEDIA_COL_DATABASE.name


def of_printer(*requested: str) -> Selection:
    return Selection(requested, PRINTER_GROUPS)


def of_job(*requested: str) -> Selection:
    return Selection(requested, JOB_GROUPS)


def test_a_name_selects_itself_and_nothing_else() -> None:
    assert JOB_STATE in of_job(JOB_STATE)
    assert JOB_NAME not in of_job(JOB_STATE)


@pytest.mark.parametrize(
    ("group", "inside", "outside"),
    [
        (ALL, (COPIES, JOB_STATE), ()),
        (JOB_TEMPLATE, (COPIES,), (JOB_STATE,)),
        (JOB_DESCRIPTION, (JOB_STATE, JOB_NAME), (COPIES,)),
        (JOB_STATUS, (JOB_STATE,), (COPIES, JOB_NAME)),
    ],
)
def test_a_group_of_a_job_selects_its_attributes(
    group: Keyword, inside: tuple[str, ...], outside: tuple[str, ...]
) -> None:
    wanted = of_job(group)
    assert all(name in wanted for name in inside)
    assert not any(name in wanted for name in outside)


@pytest.mark.parametrize(
    ("group", "inside", "outside"),
    [
        (ALL, (names.COPIES_DEFAULT.name, names.PRINTER_STATE.name), (DATABASE,)),
        (
            JOB_TEMPLATE,
            (names.COPIES_DEFAULT.name, names.COPIES_SUPPORTED.name, names.MEDIA_READY.name),
            (names.PRINTER_STATE.name, names.DOCUMENT_FORMAT_DEFAULT.name, DATABASE),
        ),
        (
            PRINTER_DESCRIPTION,
            (names.PRINTER_STATE.name, names.DOCUMENT_FORMAT_DEFAULT.name),
            (names.COPIES_DEFAULT.name, DATABASE),
        ),
        (
            PRINTER_DEFAULTS,
            (names.COPIES_DEFAULT.name, names.DOCUMENT_FORMAT_DEFAULT.name),
            (names.COPIES_SUPPORTED.name,),
        ),
    ],
)
def test_a_group_of_a_printer_selects_its_attributes(
    group: Keyword, inside: tuple[str, ...], outside: tuple[str, ...]
) -> None:
    wanted = of_printer(group)
    assert all(name in wanted for name in inside)
    assert not any(name in wanted for name in outside)


def test_what_is_too_long_for_everybody_comes_when_it_is_named() -> None:
    assert DATABASE in of_printer(ALL, DATABASE)
    assert not of_printer(ALL, DATABASE).everything
    assert of_printer(ALL).everything


def test_what_is_hidden_is_not_shown_even_when_it_is_named() -> None:
    wanted = Selection((ALL, JOB_NAME), JOB_GROUPS, hidden=frozenset({JOB_NAME}))
    assert JOB_NAME not in wanted
    assert JOB_STATE in wanted


def test_names_that_nobody_knows_are_told_in_order_and_groups_are_not_among_them() -> None:
    wanted = of_job("zebra", ALL, JOB_STATE, "aardvark")
    assert wanted.unknown({JOB_STATE}, JOB_GROUPS) == ("aardvark", "zebra")


def test_a_name_that_is_hidden_is_not_unknown() -> None:
    wanted = Selection((JOB_NAME,), JOB_GROUPS, hidden=frozenset({JOB_NAME}))
    assert wanted.unknown({JOB_NAME}, JOB_GROUPS) == ()


def test_of_very_many_unknown_names_a_bounded_number_is_told() -> None:
    unknown = of_job(*(f"x-{number}" for number in range(10_000))).unknown((), JOB_GROUPS)
    assert len(unknown) * 255 <= 64 * 1024


@given(st.lists(st.sampled_from([JOB_STATE, COPIES, ALL, JOB_TEMPLATE, "x"])))
def test_asking_twice_or_in_another_order_is_the_same(requested: list[str]) -> None:
    one, other = of_job(*requested), of_job(*reversed(requested), *requested)
    assert [name in one for name in (JOB_STATE, COPIES)] == [name in other for name in (JOB_STATE, COPIES)]
    assert one.unknown((), JOB_GROUPS) == other.unknown((), JOB_GROUPS)
