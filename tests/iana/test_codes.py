"""Open codes: a number without a name is still a member."""

import pytest

from ippserver.iana.codes import Code
from ippserver.iana.enums import CODES, Finishings, JobState, Operation, OrientationRequested, Status
from ippserver.iana.names import DEFINITIONS
from ippserver.ipp.values import Enum


def test_a_registered_number_is_its_member() -> None:
    assert Operation(0x0002) is Operation.PRINT_JOB
    assert Operation.PRINT_JOB.is_registered


@pytest.mark.parametrize(
    ("code", "keyword"),
    [
        (Operation.PRINT_JOB, "Print-Job"),
        (Operation.CANCEL_MY_JOBS, "Cancel-My-Jobs"),
        (Operation.CUPS_GET_DEFAULT, "CUPS-Get-Default"),
        (Status.CLIENT_ERROR_BAD_REQUEST, "client-error-bad-request"),
        (JobState.PROCESSING_STOPPED, "processing-stopped"),
    ],
)
def test_a_member_knows_its_registered_spelling(code: Code, keyword: str) -> None:
    assert code.keyword == keyword


@pytest.mark.parametrize(
    ("code", "number"),
    [
        (Operation.CANCEL_JOBS, 0x0038),
        (Operation.CANCEL_MY_JOBS, 0x0039),
        (Operation.PROMOTE_JOB, 0x0030),
        (Operation.CLOSE_JOB, 0x003B),
        (Operation.CUPS_GET_DOCUMENT, 0x4027),
        (Status.SUCCESSFUL_OK_IGNORED_SUBSCRIPTIONS, 0x0003),
        (Status.CLIENT_ERROR_ACCOUNT_INFO_NEEDED, 0x041C),
        (OrientationRequested.REVERSE_PORTRAIT, 6),
        (Finishings.FOLD_ENGINEERING_Z, 101),
    ],
)
def test_a_member_is_its_number(code: Code, number: int) -> None:
    assert code == number
    assert hash(code) == hash(number)
    assert f"{code}" == str(number)


def test_an_unknown_number_is_a_member_of_its_own() -> None:
    unknown = Operation(0x7FFF)
    assert unknown == 0x7FFF
    assert unknown.keyword == "0x7fff"
    assert unknown.name == "UNKNOWN_0x7fff"
    assert not unknown.is_registered
    assert 0x7FFF not in list(Operation)


def test_an_unknown_number_is_not_remembered() -> None:
    before = len(Operation._value2member_map_)
    assert [Operation(number) for number in range(0x5000, 0x5100)] == list(range(0x5000, 0x5100))
    assert len(Operation._value2member_map_) == before


def test_what_is_no_number_is_no_member() -> None:
    with pytest.raises(ValueError, match="Print-Job"):
        Operation("Print-Job")  # type: ignore[arg-type]  # the point of the test


def test_an_unknown_state_is_open_too() -> None:
    assert JobState(42).keyword == "0x002a"


def test_codes_name_the_values_of_enum_attributes() -> None:
    # PWG 5100.9 registers the numbers of power states, but keywords as the syntax of their attributes.
    enums = [name for name in CODES if "power-state" not in name and name != "notify-status-code"]
    assert [name for name in enums if Enum not in DEFINITIONS[name].types] == []
    assert CODES["orientation-requested-default"] is OrientationRequested
    assert CODES["operations-supported"] is Operation
