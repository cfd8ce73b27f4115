"""The sheet before a Job, on media of every size."""

from datetime import UTC, datetime

import pytest

from ippserver.iana import names
from ippserver.iana.keywords import JobSheets, Sides
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import DateTime, Keyword
from tests.documents.press import pdf, printed, seen, words_of

STANDARD = names.JOB_SHEETS.of(JobSheets.STANDARD)
LONG = "Please put this into the tray of room 12 on the third floor, and say there that it has come"


def said(*attributes: Attribute) -> str:
    """What stands on the sheet, line by line, without what is between words."""
    sheet = words_of(printed(pdf(), attributes=[STANDARD, *attributes]).file)[0]
    return "\n".join(" ".join(line.split()) for line in sheet.splitlines() if line.strip())


def test_it_says_whose_job_it_is() -> None:
    found = said(
        names.JOB_ORIGINATING_USER_NAME.of("alice"),
        names.JOB_ID.of(7),
        names.PRINTER_NAME.of("Office"),
        names.DATE_TIME_AT_CREATION.of(DateTime.of(datetime(2026, 11, 22, 14, 30, tzinfo=UTC))),
    )
    rows = ("A title", "User alice", "Job 7", "Printer Office", "Created 2026-11-22 14:30 UTC")
    assert found == "\n".join(rows)


@pytest.mark.parametrize(
    "medium", ["iso_a4_210x297mm", "custom_receipt_80x200mm", "custom_address-label_29x90mm"]
)
def test_a_long_message_goes_on_in_the_next_line(medium: str) -> None:
    found = said(names.JOB_SHEET_MESSAGE.of(LONG), names.MEDIA.of(Keyword(medium)))
    assert found.replace("\n", " ") == f"A title Message {LONG}"
    assert found.count("\n") > 1


def test_it_may_be_said_in_arabic() -> None:
    made = printed(pdf(), attributes=[STANDARD, names.JOB_SHEET_MESSAGE.of("إلى المكتب")])
    assert "إلى المكتب" in words_of(made.file)[0]


def test_what_does_not_fit_at_all_ends_at_the_margin() -> None:
    label = names.MEDIA.of(Keyword("custom_tiny_29x40mm"))
    made = printed(pdf(), attributes=[STANDARD, names.JOB_SHEET_MESSAGE.of(LONG), label])
    page = seen(made.file, 72)[0]
    assert "Please" in words_of(made.file)[0]
    assert "come" not in words_of(made.file)[0]
    assert (page[-page.shape[1] // 10 :] == 255).all()


def test_a_word_wider_than_the_medium_is_broken() -> None:
    word = "Donaudampfschifffahrtsgesellschaftskapitän"
    label = names.MEDIA.of(Keyword("custom_address-label_29x90mm"))
    found = said(names.JOB_SHEET_MESSAGE.of(word), label)
    assert "".join(found.split()).endswith(word)


def test_its_sheet_has_a_blank_back_where_others_have_backs() -> None:
    """A PDF is printed two-sided as a whole: the first page would be on the back of the job sheet."""
    made = printed(pdf(2), attributes=[STANDARD, names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE)])
    assert [bool((page == 255).all()) for page in seen(made.file)] == [False, True, False, False]
    assert (made.result.sheets, made.result.impressions_completed) == (2, 3)
