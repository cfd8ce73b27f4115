"""Group F: charset and language first."""

from typing import Final

from ippserver.testing.wire import field, more
from tests.hostile.build import CHARSET, CHARSET_TAG, KEYWORD, LANGUAGE, LANGUAGE_TAG, PRINTER_URI, USER
from tests.hostile.case import BAD, OK, Case, Expected, ipp, printing

WRONG_CHARSET: Final = ipp(0x040D)


def _charset(id: str, expect: Expected, value: str) -> Case:
    return printing(id, expect, first=field(CHARSET_TAG, "attributes-charset", value) + LANGUAGE)


def _language(id: str, expect: Expected, value: str) -> Case:
    return printing(id, expect, first=CHARSET + field(LANGUAGE_TAG, "attributes-natural-language", value))


CASES: Final = (
    printing("F01", BAD, first=LANGUAGE),
    printing("F02", BAD, first=CHARSET),
    printing("F03", BAD, first=LANGUAGE + CHARSET),
    printing("F04-1", BAD, USER, target=b""),
    printing("F04-2", OK, USER, PRINTER_URI, target=b""),
    _charset("F05-1", WRONG_CHARSET, "utf-16"),
    _charset("F05-2", WRONG_CHARSET, "iso-8859-1"),
    _charset("F06-1", BAD, "utf-8\0"),
    _charset("F06-2", OK, "UTF-8"),
    _charset("F06-3", WRONG_CHARSET, "us-ascii"),
    _language("F07-1", BAD, ""),
    _language("F07-2", BAD, "en\0"),
    _language("F07-3", BAD, "en\r\n"),
    _language("F07-4", BAD, "\x1b[2J"),
    *(
        _language(f"F08-{number}", OK, value)
        for number, value in enumerate(("en-US", "en_US", "C", "xx-XX", "en/../../x", "%s%n", "z" * 63), 1)
    ),
    printing("F09-1", BAD, first=field(KEYWORD, "attributes-charset", "utf-8") + LANGUAGE),
    printing("F09-2", BAD, first=CHARSET + more(CHARSET_TAG, "utf-16") + LANGUAGE),
    printing("F09-3", BAD, first=CHARSET + LANGUAGE + more(LANGUAGE_TAG, "de")),
)
