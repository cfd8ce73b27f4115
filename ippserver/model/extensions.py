"""What the PWG's extensions let a client say of a Job, and a Printer takes (PWG 5100.3, .6, .7, .13, .16).

Two kinds: what the pages follow, and what is kept and shown for people and programs beside them.
"""

from collections.abc import Iterator
from typing import Any, Final

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import ClientType
from ippserver.iana.keywords import (
    JobAccountType,
    JobErrorAction,
    JobSpooling,
    MediaBackCoating,
    MediaPrePrinted,
    MediaRecycled,
    PresentationDirectionNumberUp,
    PrintContentOptimize,
    PrintRenderingIntent,
)
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, OutOfBand, RangeOfInteger, UriScheme
from ippserver.model import overrides
from ippserver.model.printer import PrinterConfig

MAX_CLIENT_INFO: Final = 4
"""The smallest that PWG 5100.7 has: every value is kept with every Job."""
MAX_PAGE_RANGES: Final = 1000
USER_URI_SCHEMES: Final = ("mailto", "tel", "urn", "xmpp")
"""Of requesting-user-uri: those that say who somebody is, and run or fetch nothing when they are followed."""

_OVERRIDING: Final[tuple[AttributeDef[Any], ...]] = (
    names.FINISHINGS,
    names.MEDIA,
    names.MEDIA_COL,
    names.ORIENTATION_REQUESTED,
    names.OUTPUT_BIN,
    names.PRINT_COLOR_MODE,
    names.PRINT_CONTENT_OPTIMIZE,
    names.PRINT_QUALITY,
    names.PRINT_RENDERING_INTENT,
    names.PRINT_SCALING,
    names.PRINTER_RESOLUTION,
    names.SIDES,
)
"""What can be otherwise from one page to the next."""

MEDIA_MEMBERS: Final = (
    names.MEDIA_BACK_COATING,
    names.MEDIA_FRONT_COATING,
    names.MEDIA_HOLE_COUNT,
    names.MEDIA_ORDER_COUNT,
    names.MEDIA_PRE_PRINTED,
    names.MEDIA_RECYCLED,
)
"""Members of media-col that are the same of every medium: plain sheets.

media-info is not among them: the suite of IPP/2.0 takes its media-info-supported, a boolean, for a keyword.
"""

DESCRIPTIONS: Final = (
    names.CLIENT_INFO,
    names.JOB_ORIGINATING_USER_URI,
    names.JOB_PAGES,
    names.JOB_PAGES_COL,
    names.JOB_IMPRESSIONS_COL,
    names.JOB_MEDIA_SHEETS_COL,
)
"""What a Job keeps of what its client said of it and of itself, as operation attributes."""

PRIVATE: Final = frozenset(
    definition.name
    for definition in (
        names.CLIENT_INFO,
        names.JOB_ACCOUNT_ID,
        names.JOB_ACCOUNT_ID_ACTUAL,
        names.JOB_ACCOUNTING_USER_ID,
        names.JOB_ACCOUNTING_USER_ID_ACTUAL,
        names.JOB_MESSAGE_TO_OPERATOR,
        names.JOB_MESSAGE_TO_OPERATOR_ACTUAL,
        names.JOB_ORIGINATING_USER_URI,
        names.JOB_PHONE_NUMBER,
        names.JOB_RECIPIENT_NAME,
        names.JOB_SHEET_MESSAGE,
        names.JOB_SHEET_MESSAGE_ACTUAL,
    )
)
"""What tells who somebody is, or what for they print, and with which programs."""


def attributes(config: PrinterConfig) -> Iterator[Attribute]:
    """What a Printer says of it: the same of every one."""
    for part in (_pages, _media, _accounting, _people, _clients):
        yield from part()


def _pages() -> Iterator[Attribute]:
    selectors = map(Keyword, overrides.SELECTORS)
    yield names.OVERRIDES_SUPPORTED.of(*selectors, *(Keyword(each.name) for each in _OVERRIDING))
    yield names.MAX_PAGE_RANGES_SUPPORTED.of(MAX_PAGE_RANGES)
    yield names.JOB_SHEETS_COL_DEFAULT.of(OutOfBand.NO_VALUE)
    yield names.JOB_SHEETS_COL_SUPPORTED.of(
        *(Keyword(each.name) for each in (names.JOB_SHEETS, names.MEDIA, names.MEDIA_COL))
    )
    yield names.PRESENTATION_DIRECTION_NUMBER_UP_DEFAULT.of(PresentationDirectionNumberUp.TORIGHT_TOBOTTOM)
    yield names.PRESENTATION_DIRECTION_NUMBER_UP_SUPPORTED.of(
        PresentationDirectionNumberUp.TORIGHT_TOBOTTOM,
        PresentationDirectionNumberUp.TOLEFT_TOBOTTOM,
        PresentationDirectionNumberUp.TORIGHT_TOTOP,
        PresentationDirectionNumberUp.TOLEFT_TOTOP,
        PresentationDirectionNumberUp.TOBOTTOM_TORIGHT,
        PresentationDirectionNumberUp.TOBOTTOM_TOLEFT,
        PresentationDirectionNumberUp.TOTOP_TORIGHT,
        PresentationDirectionNumberUp.TOTOP_TOLEFT,
    )
    yield names.PRINT_CONTENT_OPTIMIZE_DEFAULT.of(PrintContentOptimize.AUTO)
    yield names.PRINT_CONTENT_OPTIMIZE_SUPPORTED.of(PrintContentOptimize.AUTO)
    yield names.PRINT_RENDERING_INTENT_DEFAULT.of(PrintRenderingIntent.AUTO)
    yield names.PRINT_RENDERING_INTENT_SUPPORTED.of(PrintRenderingIntent.AUTO)
    yield names.PRINT_PROCESSING_ATTRIBUTES_SUPPORTED.of(
        *(
            Keyword(each.name)
            for each in (
                names.PRINT_COLOR_MODE,
                names.PRINT_CONTENT_OPTIMIZE,
                names.PRINT_QUALITY,
                names.PRINT_RENDERING_INTENT,
                names.PRINT_SCALING,
                names.PRINTER_RESOLUTION,
            )
        )
    )


def _media() -> Iterator[Attribute]:
    """The -supported of MEDIA_MEMBERS."""
    yield names.MEDIA_BACK_COATING_SUPPORTED.of(MediaBackCoating.NONE)
    yield names.MEDIA_FRONT_COATING_SUPPORTED.of(MediaBackCoating.NONE)
    yield names.MEDIA_HOLE_COUNT_SUPPORTED.of(RangeOfInteger(0, 0))
    yield names.MEDIA_ORDER_COUNT_SUPPORTED.of(RangeOfInteger(1, 1))
    yield names.MEDIA_PRE_PRINTED_SUPPORTED.of(MediaPrePrinted.BLANK)
    yield names.MEDIA_RECYCLED_SUPPORTED.of(MediaRecycled.NONE)


def _accounting() -> Iterator[Attribute]:
    yield names.JOB_ACCOUNT_ID_DEFAULT.of(OutOfBand.NO_VALUE)
    yield names.JOB_ACCOUNT_ID_SUPPORTED.of(True)
    yield names.JOB_ACCOUNTING_USER_ID_DEFAULT.of(OutOfBand.NO_VALUE)
    yield names.JOB_ACCOUNTING_USER_ID_SUPPORTED.of(True)
    yield names.JOB_ACCOUNT_TYPE_DEFAULT.of(JobAccountType.NONE)
    yield names.JOB_ACCOUNT_TYPE_SUPPORTED.of(
        JobAccountType.NONE, JobAccountType.GENERAL, JobAccountType.GROUP
    )


def _people() -> Iterator[Attribute]:
    yield names.JOB_MESSAGE_TO_OPERATOR_DEFAULT.of("")
    yield names.JOB_MESSAGE_TO_OPERATOR_SUPPORTED.of(True)
    yield names.JOB_PHONE_NUMBER_DEFAULT.of(OutOfBand.NO_VALUE)
    yield names.JOB_PHONE_NUMBER_SUPPORTED.of(True)
    yield names.JOB_RECIPIENT_NAME_DEFAULT.of(OutOfBand.NO_VALUE)
    yield names.JOB_RECIPIENT_NAME_SUPPORTED.of(True)
    yield names.JOB_SHEET_MESSAGE_DEFAULT.of("")
    yield names.JOB_SHEET_MESSAGE_SUPPORTED.of(True)


def _clients() -> Iterator[Attribute]:
    yield names.CLIENT_INFO_SUPPORTED.of(*map(Keyword, names.CLIENT_INFO.members))
    yield names.MAX_CLIENT_INFO_SUPPORTED.of(MAX_CLIENT_INFO)
    yield names.PRINTER_REQUESTED_CLIENT_TYPE.of(*ClientType)
    yield names.REQUESTING_USER_URI_SUPPORTED.of(True)
    yield names.REQUESTING_USER_URI_SCHEMES_SUPPORTED.of(*map(UriScheme, USER_URI_SCHEMES))
    yield names.PREFERRED_ATTRIBUTES_SUPPORTED.of(False)
    yield names.JOB_ERROR_ACTION_DEFAULT.of(JobErrorAction.ABORT_JOB)
    yield names.JOB_ERROR_ACTION_SUPPORTED.of(JobErrorAction.ABORT_JOB)
    yield names.JOB_SPOOLING_SUPPORTED.of(JobSpooling.SPOOL)
