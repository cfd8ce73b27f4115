"""What is advertised of the extensions is what is accepted; see also test_capabilities."""

import pytest

from ippserver.iana import names
from ippserver.iana.keywords import (
    JobAccountType,
    JobErrorAction,
    JobSheets,
    MediaPrePrinted,
    PresentationDirectionNumberUp,
    PrintContentOptimize,
    PrintRenderingIntent,
)
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Enum, Keyword, RangeOfInteger
from ippserver.model.capabilities import capabilities
from ippserver.model.extensions import MAX_PAGE_RANGES, PRIVATE
from ippserver.model.printer import PrinterConfig
from ippserver.model.ticket import Ticket, resolve
from ippserver.model.views import job_names

CONFIG = PrinterConfig(path="/ipp/print", name="office")
PRINTER = capabilities(CONFIG)
LETTER = Keyword("na_letter_8.5x11in")


def ask(*wanted: Attribute) -> Ticket:
    return resolve(AttributeGroup(GroupTag.JOB, wanted), PRINTER, fidelity=False, now=0.0)


ACCEPTED = [
    names.JOB_ACCOUNT_ID.of("4711"),
    names.JOB_ACCOUNTING_USER_ID.of("alice"),
    *(names.JOB_ACCOUNT_TYPE.of(value) for value in (JobAccountType.GENERAL, JobAccountType.GROUP)),
    names.JOB_MESSAGE_TO_OPERATOR.of("mind the staples"),
    names.JOB_RECIPIENT_NAME.of("Bob"),
    names.JOB_PHONE_NUMBER.of("tel:+49301234"),
    names.JOB_SHEET_MESSAGE.of("for Bob"),
    names.JOB_SHEETS_COL.of(
        Collection([names.JOB_SHEETS.of(JobSheets.STANDARD), names.MEDIA.of(LETTER)]),
    ),
    names.JOB_ERROR_ACTION.of(JobErrorAction.ABORT_JOB),
    names.PRINT_CONTENT_OPTIMIZE.of(PrintContentOptimize.AUTO),
    names.PRINT_RENDERING_INTENT.of(PrintRenderingIntent.AUTO),
    names.PRESENTATION_DIRECTION_NUMBER_UP.of(PresentationDirectionNumberUp.TOTOP_TOLEFT),
    names.MEDIA_COL.of(Collection([names.MEDIA_KEY.of(LETTER)])),
    names.MEDIA_COL.of(
        Collection(
            [
                names.MEDIA_PRE_PRINTED.of(MediaPrePrinted.BLANK),
                names.MEDIA_HOLE_COUNT.of(0),
                names.MEDIA_ORDER_COUNT.of(1),
            ]
        )
    ),
]


@pytest.mark.parametrize("wanted", ACCEPTED, ids=repr)
def test_it_is_accepted_as_it_came(wanted: Attribute) -> None:
    assert ask(wanted) == Ticket((wanted,))


REFUSED = [
    names.JOB_ERROR_ACTION.of(JobErrorAction.CONTINUE_JOB),
    names.PRINT_CONTENT_OPTIMIZE.of(PrintContentOptimize.PHOTO),
    names.PRINT_RENDERING_INTENT.of(PrintRenderingIntent.SATURATION),
    names.MEDIA_COL.of(Collection([names.MEDIA_HOLE_COUNT.of(4)])),
    names.MEDIA_COL.of(Collection([names.MEDIA_PRE_PRINTED.of(MediaPrePrinted.LETTER_HEAD)])),
    names.MEDIA_COL.of(Collection([names.MEDIA_KEY.of(Keyword("wallpaper"))])),
]


@pytest.mark.parametrize("wanted", REFUSED, ids=repr)
def test_what_would_have_no_effect_is_not_claimed(wanted: Attribute) -> None:
    assert ask(wanted) == Ticket((), (wanted,))


def test_of_job_sheets_and_job_sheets_col_the_collection_counts() -> None:
    simple = names.JOB_SHEETS.of(JobSheets.STANDARD)
    better = names.JOB_SHEETS_COL.of(Collection([names.JOB_SHEETS.of(JobSheets.NONE)]))
    assert ask(simple, better) == Ticket((better,), (), (simple,))


@pytest.mark.parametrize(("count", "accepted"), [(MAX_PAGE_RANGES, True), (MAX_PAGE_RANGES + 1, False)])
def test_no_more_page_ranges_are_taken_than_are_supported_and_never_some_of_them(
    count: int, accepted: bool
) -> None:
    wanted = names.PAGE_RANGES.of(*(RangeOfInteger(page, page) for page in range(1, count + 1)))
    assert ask(wanted) == (Ticket((wanted,)) if accepted else Ticket((), (wanted,)))


def test_every_member_of_client_info_is_supported() -> None:
    assert {*names.CLIENT_INFO_SUPPORTED.all(PRINTER)} == {*names.CLIENT_INFO.members}
    assert names.MAX_CLIENT_INFO_SUPPORTED.get(PRINTER) == 4
    assert names.PRINTER_REQUESTED_CLIENT_TYPE.all(PRINTER) == tuple(map(Enum, (3, 4, 5, 6)))


def test_all_that_is_private_is_something_that_a_job_shows() -> None:
    assert job_names(PRINTER) >= PRIVATE
