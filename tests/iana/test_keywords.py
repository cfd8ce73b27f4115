"""Keyword constants: all of them, of the right type, none twice."""

import inspect

import pytest

from ippserver.iana import groups, keywords
from ippserver.iana.generate import rows
from ippserver.iana.keywords import (
    IppVersions,
    JobStateReason,
    MultipleOperationTimeOutAction,
    PdlOverride,
    PrinterStateReason,
    RequestedAttributes,
    UriAuthentication,
    UriSecurity,
    WhichJobs,
)
from ippserver.iana.syntax import parse_syntax
from ippserver.ipp.values import Keyword

CLASSES = [value for _, value in inspect.getmembers(keywords, inspect.isclass) if value is not Keyword]


def constants(of: type) -> dict[str, object]:
    return {name: value for name, value in vars(of).items() if name.isupper()}


@pytest.mark.parametrize("of", CLASSES, ids=lambda of: of.__name__)
def test_constants_are_keywords_that_pass_their_syntax(of: type) -> None:
    found = [value for value in constants(of).values() if type(value) is Keyword]
    assert found
    assert len(set(found)) == len(constants(of))
    assert parse_syntax("1setOf keyword").problem(found) is None
    assert all(keyword == keyword.lower() for keyword in found)


def test_there_is_a_constant_for_every_row() -> None:
    # One more than rows: a reason that RFC 3998 defines, but nobody registered.
    assert sum(len(constants(of)) for of in CLASSES) == len(rows("keywords")) + 1


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        (JobStateReason.NONE, "none"),
        (JobStateReason.JOB_CANCELED_BY_USER, "job-canceled-by-user"),
        (JobStateReason.JOB_HELD_ON_CREATE, "job-held-on-create"),
        (PrinterStateReason.SPOOL_AREA_FULL, "spool-area-full"),
        (PrinterStateReason.SUBUNIT_TIMING_FAILURE, "subunit-timing-failure"),
        (WhichJobs.NOT_COMPLETED, "not-completed"),
        (UriAuthentication.CERTIFICATE_BASIC, "certificate+basic"),
        (UriSecurity.TLS, "tls"),
        (PdlOverride.NOT_ATTEMPTED, "not-attempted"),
        (MultipleOperationTimeOutAction.PROCESS_JOB, "process-job"),
        (IppVersions.V2_0, "2.0"),
        (RequestedAttributes.ALL, "all"),
    ],
)
def test_a_constant_is_named_after_its_keyword(keyword: Keyword, text: str) -> None:
    assert keyword == text


def test_names_of_groups_are_keywords() -> None:
    found = [value for name, value in vars(groups).items() if name.isupper()]
    assert {type(value) for value in found} == {Keyword}
    assert set(found) >= {"all", "job-template", "job-description", "printer-description", "printer-defaults"}
