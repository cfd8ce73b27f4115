"""How answers look to people and to programs."""

import json

import pytest

from ippserver.cli.presentation import attribute_lines, job_line, job_table, size_text
from ippserver.client import JobInfo
from ippserver.iana import names
from ippserver.iana.enums import JobState, PrinterState
from ippserver.iana.keywords import JobStateReason, Sides
from ippserver.iana.plain import group_json
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import (
    DateTime,
    Enum,
    Name,
    NameWithLanguage,
    OctetString,
    Opaque,
    OutOfBand,
    RangeOfInteger,
    Resolution,
    Uri,
)


def job(*attributes: Attribute) -> JobInfo:
    return JobInfo.of(AttributeGroup(GroupTag.JOB, attributes))


def test_values_stand_in_a_column_and_enums_by_name() -> None:
    lines = attribute_lines(
        (
            names.PRINTER_STATE.of(PrinterState.IDLE),
            names.SIDES_SUPPORTED.of(Sides.ONE_SIDED, Sides.TWO_SIDED_LONG_EDGE),
            names.PRINTER_NAME.of("evil\x1b[31m\nname"),
            Attribute("x", (OutOfBand.NO_VALUE,)),
        )
    )
    assert list(lines) == [
        "printer-state    idle",
        "sides-supported  one-sided, two-sided-long-edge",
        "printer-name     evil\\x1b[31m\\nname",
        "x                no-value",
    ]


def test_values_with_commas_stand_below_each_other() -> None:
    names_of_both = names.PRINTER_CONTACT_COL.name
    lines = attribute_lines(
        (Attribute("who", (Name("Ann, Bob"), Name("Carl"))), Attribute(names_of_both, ()))
    )
    width = len(names_of_both)
    assert list(lines) == [f"{'who':{width}}  Ann, Bob", f"{'':{width}}  Carl", names_of_both]


def test_no_attributes_are_no_lines() -> None:
    assert list(attribute_lines(())) == []


def test_jobs_are_a_table_with_numbers_to_the_right() -> None:
    jobs = [
        job(
            names.JOB_ID.of(9),
            names.JOB_STATE.of(JobState.PENDING),
            names.JOB_ORIGINATING_USER_NAME.of("fred"),
            names.JOB_K_OCTETS.of(3),
            names.JOB_NAME.of(Name("report")),
        ),
        job(
            names.JOB_ID.of(10),
            names.JOB_STATE.of(JobState.PROCESSING_STOPPED),
            names.JOB_NAME.of(NameWithLanguage("de", "Bericht\r")),
        ),
    ]
    assert list(job_table(jobs)) == [
        "ID  STATE               USER   SIZE  NAME",
        " 9  pending             fred  3 KiB  report",
        "10  processing-stopped          0 B  Bericht\\r",
    ]


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1 KiB"),
        (5 * 1024**2, "5 MiB"),
        (3 * 1024**3, "3.0 GiB"),
        (2**43, "8192.0 GiB"),
    ],
)
def test_sizes_have_the_unit_that_suits(octets: int, text: str) -> None:
    assert size_text(octets) == text


def test_a_job_is_told_in_a_line() -> None:
    shown = job(
        names.JOB_ID.of(5),
        names.JOB_URI.of(Uri("ipp://h/p/5")),
        names.JOB_STATE.of(JobState.PROCESSING),
        names.JOB_STATE_REASONS.of(JobStateReason.JOB_PRINTING, JobStateReason.JOB_FETCHABLE),
        names.JOB_STATE_MESSAGE.of("Page 2\x07."),
    )
    assert job_line(shown) == "Job 5 (ipp://h/p/5): processing (job-printing, job-fetchable; Page 2\\x07.)"
    quiet = job(names.JOB_ID.of(5), names.JOB_STATE_REASONS.of(JobStateReason.NONE))
    assert job_line(quiet) == "Job 5 (): 0x0000"


def test_json_has_one_shape_for_each_attribute_however_many_values_it_has() -> None:
    size = Collection((names.X_DIMENSION.of(21000), names.Y_DIMENSION.of(29700)))
    shown = group_json(
        (
            names.COPIES.of(2),
            names.SIDES_SUPPORTED.of(Sides.ONE_SIDED),
            names.JOB_STATE.of(JobState.COMPLETED),
            names.JOB_NAME.of(NameWithLanguage("de", "Bericht")),
            names.COPIES_SUPPORTED.of(RangeOfInteger(1, 999)),
            names.PRINTER_RESOLUTION_DEFAULT.of(Resolution(600, 300, 3)),
            names.MEDIA_SIZE.of(size),
            names.COLOR_SUPPORTED.of(True),
            names.PRINTER_STATE_MESSAGE.of(OutOfBand.NO_VALUE),
            names.PRINTER_CURRENT_TIME.of(DateTime(b"\x07\xea\x0b\x16\x04\x05\x06\x00+\x00\x00")),
            Attribute("x-octets", (OctetString(b"\xff"),)),
            Attribute("x-opaque", (Opaque(0x20, b"\x01"),)),
            Attribute("x-enum", (Enum(3),)),
        )
    )
    assert shown == {
        names.COPIES.name: 2,
        names.SIDES_SUPPORTED.name: ["one-sided"],
        names.JOB_STATE.name: "completed",
        names.JOB_NAME.name: "Bericht",
        names.COPIES_SUPPORTED.name: {"lower": 1, "upper": 999},
        names.PRINTER_RESOLUTION_DEFAULT.name: {"cross_feed": 600, "feed": 300, "units": "dpi"},
        names.MEDIA_SIZE.name: {names.X_DIMENSION.name: 21000, names.Y_DIMENSION.name: 29700},
        names.COLOR_SUPPORTED.name: True,
        names.PRINTER_STATE_MESSAGE.name: None,
        names.PRINTER_CURRENT_TIME.name: "2026-11-22T04:05:06+00:00",
        "x-octets": ["ff"],
        "x-opaque": ["01"],
        "x-enum": [3],
    }
    assert json.loads(json.dumps(shown)) == shown


def test_a_printer_that_sends_too_many_values_is_shown_as_it_is() -> None:
    assert group_json((names.COPIES.of(1, 2),)) == {names.COPIES.name: [1, 2]}
