"""Group K: attribute groups and tags."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ippserver.testing.wire import field, more
from tests.hostile.build import (
    BASE,
    CANCEL_JOB,
    CHARSET,
    END,
    GET_JOBS,
    INTEGER,
    JOB,
    KEYWORD,
    LANGUAGE,
    MAX_DOCUMENT_OCTETS,
    NAME,
    OPERATION,
    PRINTER,
    PRINTER_URI,
    UNSUPPORTED,
    VALIDATE_JOB,
    http,
    integer,
    message,
    raw,
)
from tests.hostile.case import ACCEPTED, BAD, IGNORED, OK, Case, Scene, State, body, printing

COPIES: Final = field(INTEGER, "copies", integer(1))
JOB_NAME: Final = field(NAME, "job-name", "report")

UNASSIGNED_VALUE_TAGS: Final = (
    0x14,
    *range(0x18, 0x21),
    *range(0x24, 0x30),
    *range(0x38, 0x41),
    0x43,
    *range(0x4B, 0x7F),
    *range(0x80, 0x100),
)
"""Of which the first and last of each run are worth sending octet by octet."""


def _value_tag(tag: int) -> Case:
    case = printing(f"K03-{tag:02x}", IGNORED, field(tag, "x-test", b"abcd"))
    return replace(case, single_octets=not {tag - 1, tag + 1}.issubset(UNASSIGNED_VALUE_TAGS))


def _with_job_id(operation: int, trailing: bytes, announced: int) -> Callable[[Scene], bytes]:
    def octets(scene: Scene) -> bytes:
        job_id = field(INTEGER, "job-id", integer(scene.job_id))
        attributes = (job_id,) if operation == CANCEL_JOB else ()
        body = message(*attributes, operation=operation)
        return http(body + trailing, fields={"Content-Length": str(len(body) + announced)})

    return octets


CASES: Final = (
    body("K01", BAD, raw(END)),
    body("K02", BAD, raw(CHARSET, OPERATION, LANGUAGE, PRINTER_URI, END)),
    body("K03-00", BAD, raw(BASE, b"\x00", END)),
    *(body(f"K03-{tag:02x}", OK, raw(BASE, bytes((tag,)), COPIES, END)) for tag in range(0x0B, 0x10)),
    *map(_value_tag, UNASSIGNED_VALUE_TAGS),
    printing("K04-1", BAD, field(0x7F, "x-test", b"")),
    printing("K04-2", BAD, field(0x7F, "x-test", b"abc")),
    printing("K04-3", IGNORED, field(0x7F, "x-test", b"\x00\x00\x00\x47utf-8")),
    printing("K04-4", IGNORED, field(0x7F, "x-test", b"\x80\x00\x00\x00utf-8")),
    body("K05", BAD, raw(BASE, document=b"")),
    body("K06", BAD, raw(JOB, COPIES, BASE, END)),
    body("K07-1", BAD, raw(BASE, OPERATION, JOB_NAME, END)),
    body("K07-2", BAD, raw(BASE, JOB, COPIES, OPERATION, JOB_NAME, END)),
    printing("K08-1", ACCEPTED, field(0x10, "x-test"), *(more(tag) for tag in (0x10, 0x12, 0x13) * 3)),
    *(printing(f"K08-2-{tag:02x}", BAD, field(tag, "x-test", b"value")) for tag in (0x10, 0x12, 0x13)),
    body("K09-1", BAD, raw(BASE, PRINTER, COPIES, END)),
    body("K09-2", BAD, raw(BASE, UNSUPPORTED, COPIES, END)),
    printing("K10-1", BAD, JOB_NAME, JOB_NAME),
    printing("K10-2", BAD, PRINTER_URI),
    printing("K11-1", ACCEPTED, JOB_NAME, job=(JOB_NAME,)),
    printing("K11-2", ACCEPTED, COPIES, job=(COPIES,)),
    body("K12-1", BAD, raw(BASE, (JOB + COPIES) * 90, END)),
    body("K12-2", BAD, raw(BASE, JOB * 90, END)),
    body("K13-1", BAD, raw(OPERATION, more(KEYWORD, "a"), CHARSET, LANGUAGE, PRINTER_URI, END)),
    body("K13-2", BAD, raw(BASE, JOB, more(KEYWORD, "a"), END)),
    *(
        Case(
            id=f"K14-{name}-{size}",
            octets=_with_job_id(operation, b"\x00" if announced == 1 else bytes(200_000), announced),
            expect=BAD,
            state=State.UNCHANGED,
            needs_job="incoming",
        )
        for operation, name in ((GET_JOBS, "get"), (VALIDATE_JOB, "validate"), (CANCEL_JOB, "cancel"))
        for announced, size in ((1, "octet"), (MAX_DOCUMENT_OCTETS, "endless"))
    ),
)
