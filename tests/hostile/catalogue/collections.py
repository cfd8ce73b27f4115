"""Group C: collections and sets."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ippserver.testing.wire import BEGIN_COLLECTION, END_COLLECTION, field, member, more
from tests.hostile.build import (
    BEGIN,
    GET_PRINTER_ATTRIBUTES,
    INTEGER,
    JOB,
    KEYWORD,
    NAME,
    NAME_LANGUAGE,
    RANGE,
    TEXT,
    collection,
    fidelity,
    http,
    integer,
    message,
    nested,
    span,
)
from tests.hostile.case import (
    ACCEPTED,
    BAD,
    IGNORED,
    TOO_LARGE,
    UNSUPPORTED_VALUES,
    Case,
    Expected,
    State,
    printing,
)

OPEN: Final = field(BEGIN, "x-test")
ONE: Final = more(INTEGER, integer(1))
INNER: Final = member("inner") + ONE


def _set(name: str, tag: int, count: int, value: Callable[[int], bytes]) -> bytes:
    first = field(tag, name, value(0))
    return first + b"".join(more(tag, value(number)) for number in range(1, count))


def _requested(id: str, names: Callable[[int], bytes]) -> Case:
    wanted = _set("requested-attributes", KEYWORD, 10_000, names)
    return Case(
        id=id,
        octets=http(message(wanted, operation=GET_PRINTER_ATTRIBUTES)),
        expect=IGNORED,
        state=State.UNCHANGED,
        max_answer_octets=64 * 1024,
    )


def _mixed(id: str, *values: bytes, refused: Expected = UNSUPPORTED_VALUES) -> tuple[Case, Case]:
    """A Job Template attribute with values of wrong syntax: by fidelity."""
    return (
        printing(f"{id}-lenient", IGNORED, job=values),
        printing(f"{id}-strict", refused, fidelity(True), job=values),
    )


LANGUAGE_NAME: Final = b"\x00\x02en\x00\x01b"

CASES: Final = (
    printing("C01-1", IGNORED, OPEN, nested(10)),
    printing("C01-2", BAD, OPEN, nested(11)),
    replace(printing("C01-3", BAD, OPEN, nested(5000)), single_octets=False),
    printing("C02-1", BAD, OPEN, INNER),
    printing("C02-2", BAD, field(INTEGER, "x-test", integer(1)), END_COLLECTION),
    printing("C03-1", BAD, OPEN, ONE, INNER, END_COLLECTION),
    printing("C03-2", BAD, OPEN, member("inner"), END_COLLECTION),
    printing("C03-3", BAD, OPEN, member("inner"), member("other"), ONE, END_COLLECTION),
    printing("C04-1", BAD, OPEN, field(INTEGER, "copies", integer(1)), END_COLLECTION),
    printing("C04-2", BAD, OPEN, JOB, INNER, END_COLLECTION),
    printing("C05", IGNORED, job=(field(BEGIN, "media-col"), nested(10, "media-col"))),
    printing("C06", BAD, OPEN, INNER, INNER, END_COLLECTION),
    printing("C07-1", IGNORED, OPEN, END_COLLECTION),
    printing("C07-2", ACCEPTED, job=(field(BEGIN, "media-col"), collection())),
    printing(
        "C07-3",
        ACCEPTED,
        job=(
            field(BEGIN, "media-col"),
            member("media-size"),
            BEGIN_COLLECTION,
            END_COLLECTION,
            END_COLLECTION,
        ),
    ),
    replace(
        printing("C08-1", IGNORED, _set("x-test", KEYWORD, 10_000, lambda number: b"k%d" % number)),
        single_octets=False,
    ),
    printing("C08-2", TOO_LARGE, _set("x-test", KEYWORD, 10_001, lambda number: b"k")),
    printing("C08-3", TOO_LARGE, _set("x-test", TEXT, 50_000, lambda number: b"")),
    printing("C09-1", BAD, field(NAME, "job-name", "a"), more(INTEGER, integer(1))),
    printing("C09-2", BAD, field(NAME, "job-name", "a"), more(NAME_LANGUAGE, LANGUAGE_NAME)),
    printing("C09-3", BAD, field(KEYWORD, "compression", "none"), more(RANGE, span(1, 2))),
    *_mixed("C09-4", field(INTEGER, "copies", integer(1)), more(KEYWORD, "two")),
    *_mixed("C09-5", field(RANGE, "page-ranges", span(1, 2)), more(INTEGER, integer(3))),
    *_mixed("C09-6", field(BEGIN, "media-col"), collection(), more(INTEGER, integer(1))),
    printing(
        "C09-7",
        IGNORED,
        job=(
            field(INTEGER, "x-test", integer(1)),
            more(KEYWORD, "two"),
            more(RANGE, span(3, 4)),
            more(NAME_LANGUAGE, LANGUAGE_NAME),
            BEGIN_COLLECTION + collection(INNER),
        ),
    ),
    _requested("C10-1", lambda number: b"unknown-%d" % number),
    _requested("C10-2", lambda number: b"unknown"),
    printing("C11-1", TOO_LARGE, *(field(INTEGER, f"a{number}", integer(1)) for number in range(10_000))),
    printing("C11-2", BAD, *(field(INTEGER, "a", integer(1)) for number in range(10_000))),
)
