"""What a Printer shows of the device behind an output, beside what it shows of its own."""

import pytest

from ippserver.iana import names, vendor
from ippserver.iana.keywords import JobStateReason, PrinterStateReason
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, Name, OctetString
from ippserver.model.report import Report, reported, shown_of_job

SUPPLY = names.PRINTER_SUPPLY.of(OctetString(b"index=1;level=10;"))
LEVELS = vendor.MARKER_LEVELS.of(10)
OWN = (
    names.PRINTER_SUPPLY.of(OctetString(b"index=1;level=90;")),
    vendor.MARKER_NAMES.of(Name("Black")),
    vendor.MARKER_LEVELS.of(90),
    names.PRINTER_INPUT_TRAY.of(OctetString(b"tray")),
)


def shown(*told: Attribute, own: tuple[Attribute, ...] = OWN) -> set[Attribute]:
    return set(reported(own, [Report.of((), told)]))


def test_reasons_are_kept_once_in_order_and_none_is_no_reason() -> None:
    told = [
        PrinterStateReason.PAUSED,
        Keyword("none"),
        PrinterStateReason.MEDIA_EMPTY,
        PrinterStateReason.PAUSED,
    ]
    assert Report.of(told, ()).reasons == (PrinterStateReason.MEDIA_EMPTY, PrinterStateReason.PAUSED)


def test_only_what_is_the_devices_is_taken_from_it() -> None:
    assert shown(names.PRINTER_NAME.of("evil"), own=()) == set()


@pytest.mark.parametrize(
    "told",
    [
        Attribute(SUPPLY.name, (Keyword("full"),)),
        vendor.MARKER_LEVELS.of(10_000),
        vendor.MARKER_NAMES.of(Name("x" * 256)),
        vendor.MARKER_NAMES.of(*[Name(f"{number:0200}") for number in range(100)]),
    ],
    ids=["type", "bounds", "length", "size"],
)
def test_what_no_client_could_send_and_nobody_would_read_is_left_out(told: Attribute) -> None:
    assert shown(told) == set(OWN)
    assert Report.of([Keyword("x" * 256), Keyword("Not a keyword")], ()).reasons == ()


def test_without_a_word_the_printer_shows_its_own() -> None:
    assert shown() == set(OWN)


def test_what_a_device_says_stands_in_the_place_of_our_own() -> None:
    assert shown(LEVELS) == {*OWN[:2], LEVELS, OWN[3]}


def test_supplies_of_a_device_are_not_shown_beside_ours_in_other_words() -> None:
    assert shown(SUPPLY) == {SUPPLY, OWN[3]}
    assert shown(SUPPLY, LEVELS) == {SUPPLY, LEVELS, OWN[3]}


def test_a_printer_without_supplies_shows_those_of_the_device() -> None:
    assert shown(SUPPLY, own=()) == {SUPPLY}


def test_of_a_job_there_is_shown_what_it_is_about_or_waits_for() -> None:
    told = [JobStateReason.PRINTER_STOPPED, JobStateReason.JOB_QUEUED, JobStateReason.RESOURCES_ARE_NOT_READY]
    assert shown_of_job([str(each) for each in told]) == set(told)


@pytest.mark.parametrize(
    "told",
    [
        JobStateReason.NONE,
        JobStateReason.ABORTED_BY_SYSTEM,
        JobStateReason.JOB_CANCELED_BY_USER,
        JobStateReason.JOB_COMPLETED_SUCCESSFULLY,
        JobStateReason.JOB_DATA_INSUFFICIENT,
        JobStateReason.JOB_INCOMING,
        JobStateReason.JOB_PASSWORD_WAIT,
        JobStateReason.JOB_RESTARTABLE,
        JobStateReason.JOB_SAVED_SUCCESSFULLY,
        JobStateReason.JOB_STORED,
        JobStateReason.JOB_SUSPENDED,
        JobStateReason.QUEUED_IN_DEVICE,
        "cups-held-for-authentication",
        "Printer-Stopped",
        "x" * 5000,
    ],
)
def test_of_a_job_there_no_end_no_other_state_and_nothing_unknown_is_shown(told: str) -> None:
    assert shown_of_job([told, JobStateReason.JOB_PRINTING]) == {JobStateReason.JOB_PRINTING}
