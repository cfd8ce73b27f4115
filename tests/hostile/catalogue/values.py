"""Group V: values."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ippserver.testing.wire import BEGIN_COLLECTION, END_COLLECTION, field, member, more
from tests.hostile.build import (
    BEGIN,
    BOOLEAN,
    DATE,
    ENUM,
    GET_JOB_ATTRIBUTES,
    GET_JOBS,
    INTEGER,
    KEYWORD,
    MIME,
    NAME,
    NAME_LANGUAGE,
    OCTETS,
    RANGE,
    RESOLUTION,
    TARGET,
    TEXT,
    TEXT_LANGUAGE,
    URI,
    collection,
    fidelity,
    flag,
    http,
    integer,
    message,
    resolution,
    span,
)
from tests.hostile.case import (
    ACCEPTED,
    BAD,
    IGNORED,
    NOT_FOUND,
    OK,
    TOO_LONG,
    UNSUPPORTED_VALUES,
    Case,
    Expected,
    Scene,
    State,
    ipp,
    printing,
)


def _password(octets: bytes, encryption: str) -> tuple[bytes, bytes]:
    return (
        field(KEYWORD, "job-password-encryption", encryption),
        field(OCTETS, "job-password", octets),
    )


def _by_fidelity(id: str, *job: bytes) -> tuple[Case, Case]:
    return (
        printing(f"{id}-lenient", IGNORED, fidelity(False), job=job),
        printing(f"{id}-strict", UNSUPPORTED_VALUES, fidelity(True), job=job),
    )


def _asking(id: str, expect: Expected, operation: int, *attributes: bytes) -> Case:
    return Case(
        id=id,
        octets=http(message(*attributes, operation=operation)),
        expect=expect,
        state=State.UNCHANGED,
    )


def _job_uri(id: str, expect: Expected, tail: Callable[[int], str]) -> Case:
    def octets(scene: Scene) -> bytes:
        uri = f"{TARGET}/{tail(scene.job_id)}"
        return http(message(operation=GET_JOB_ATTRIBUTES, target=field(URI, "job-uri", uri)))

    return Case(id=id, octets=octets, expect=expect, state=State.UNCHANGED, needs_job="incoming")


def _ranges(*spans: tuple[int, int]) -> bytes:
    first, *others = (span(*ends) for ends in spans)
    return field(RANGE, "page-ranges", first) + b"".join(more(RANGE, other) for other in others)


def _media_size(id: str, x: int, y: int) -> Case:
    size = collection(
        member("x-dimension") + more(INTEGER, integer(x)), member("y-dimension") + more(INTEGER, integer(y))
    )
    return printing(
        id,
        IGNORED,
        job=(field(BEGIN, "media-col"), member("media-size"), BEGIN_COLLECTION, size, END_COLLECTION),
    )


def _date(year: int, *rest: int, sign: bytes = b"+", hours: int = 0, minutes: int = 0) -> bytes:
    month, day, hour, minute, second, tenth = (*rest, *(1, 1, 0, 0, 0, 0)[len(rest) :])
    value = (
        year.to_bytes(2) + bytes((month, day, hour, minute, second, tenth)) + sign + bytes((hours, minutes))
    )
    return field(DATE, "job-hold-until-time", value)


DATES: Final = (
    _date(0),
    _date(65535),
    _date(2030, 13),
    _date(2030, 2, 31),
    _date(2030, 1, 1, 0, 0, 61),
    _date(2030, hours=15, minutes=99),
    _date(2030, sign=b"x"),
    _date(1970),
)

NOT_UTF_8: Final = (
    b"\xff",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xf5\x80\x80\x80",
    b"a\x80b",
    b"cut \xe2\x82",
    b"R\xe4chnung",
)
INJECTIONS: Final = (
    "'; DROP TABLE jobs;--",
    "${jndi:ldap://x}",
    "{0.__class__}",
    "%s%n",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
)
CONTROLS: Final = (b"a\rb", b"a\nb", b"a\x1b[2Jb", b"a\x7fb")
MISLEADING: Final = ("\u202eexe.pdf", "a\u200bb", "\U0001f5a8" * 63 + "abc", "\u2028x")
PATHS: Final = ("../../canary", "C:\\x", "-rf", ".", "..", "...", "/etc/passwd", "CON", "a" * 255)


def _every_syntax(number: int) -> bytes:
    """An unknown attribute, each of another syntax in turn."""
    choices = (
        (INTEGER, integer(number)),
        (BOOLEAN, flag(True)),
        (ENUM, integer(3)),
        (OCTETS, b"\x00\xff"),
        (DATE, bytes.fromhex("07ea0101000000002b0000")),
        (RESOLUTION, resolution(300, 300, 3)),
        (RANGE, span(1, 2)),
        (TEXT_LANGUAGE, b"\x00\x02en\x00\x01a"),
        (NAME_LANGUAGE, b"\x00\x02en\x00\x01a"),
        (TEXT, b"text"),
        (NAME, b"name"),
        (KEYWORD, b"keyword"),
        (URI, b"urn:x"),
        (MIME, b"a/b"),
    )
    tag, value = choices[number % len(choices)]
    return field(tag, f"x-unknown-{number}", value)


UNKNOWN: Final = tuple(map(_every_syntax, range(500)))

CASES: Final = (
    *_by_fidelity("V01-1", field(ENUM, "print-quality", integer(99))),
    *_by_fidelity("V01-2", field(ENUM, "orientation-requested", integer(0))),
    *(
        case
        for number, copies in enumerate((0, -1, 2**31 - 1, -(2**31)), 1)
        for case in _by_fidelity(f"V02-{number}", field(INTEGER, "copies", integer(copies)))
    ),
    *_by_fidelity("V03-1", field(INTEGER, "copies", integer(1)), more(INTEGER, integer(2))),
    *_by_fidelity("V03-2", field(KEYWORD, "copies", "two")),
    *(
        _asking(f"V04-{number}", expect, GET_JOB_ATTRIBUTES, field(INTEGER, "job-id", integer(job_id)))
        for number, (job_id, expect) in enumerate(
            ((0, BAD), (-1, BAD), (-(2**31), BAD), (2**31 - 1, NOT_FOUND)), 1
        )
    ),
    _job_uri("V05-1", NOT_FOUND, lambda job_id: f"{job_id}_0"),
    _job_uri("V05-2", NOT_FOUND, lambda job_id: f"+{job_id}"),
    _job_uri("V05-3", ipp(0x0400, 0x0406), lambda job_id: f" {job_id}"),
    _job_uri("V05-4", ipp(0x0400, 0x0406), lambda job_id: "".join(chr(0xFEE0 + ord(d)) for d in str(job_id))),
    _job_uri("V05-5", NOT_FOUND, lambda job_id: f"0{job_id}"),
    _job_uri("V05-6", TOO_LONG, lambda job_id: f"{'0' * 5000}{job_id}"),
    _job_uri("V05-7", NOT_FOUND, lambda job_id: f"1/../{job_id}"),
    _job_uri("V05-8", NOT_FOUND, lambda job_id: f"{job_id}/"),
    _asking("V06-1", BAD, GET_JOBS, field(INTEGER, "limit", integer(0))),
    _asking("V06-2", BAD, GET_JOBS, field(INTEGER, "limit", integer(-1))),
    _asking("V06-3", OK, GET_JOBS, field(INTEGER, "limit", integer(2**31 - 1))),
    _asking("V06-4", BAD, GET_JOBS, field(BOOLEAN, "my-jobs", b"\x02")),
    printing("V06-5", IGNORED, job=(field(INTEGER, "job-priority", integer(0)),)),
    printing("V06-6", IGNORED, job=(field(INTEGER, "job-priority", integer(101)),)),
    printing("V07-1", ACCEPTED, job=(_ranges((1, 2**31 - 1)),)),
    printing("V07-2", BAD, job=(_ranges((5, 1)),)),
    printing("V07-3", BAD, job=(_ranges((0, 0)),)),
    replace(printing("V07-4", BAD, job=(_ranges(*[(1, 9)] * 10_000),)), single_octets=False),
    *(
        printing(f"V08-{number}", IGNORED, job=(field(RESOLUTION, "printer-resolution", resolution(*value)),))
        for number, value in enumerate(((0, 0, 3), (-300, -300, 3), (300, 300, 0), (300, 300, 255)), 1)
    ),
    *(_media_size(f"V09-{number}", size, size) for number, size in enumerate((0, -1, 2**31 - 1), 1)),
    *(printing(f"V10-{number}", IGNORED, job=(date,)) for number, date in enumerate(DATES, 1)),
    *(
        printing(f"V11-{number}", OK, field(NAME, "job-name", octets))
        for number, octets in enumerate(NOT_UTF_8, 1)
    ),
    *(
        printing(f"V11-{number}-{name}", BAD, field(tag, "x-test", b"a/" + octets))
        for number, octets in enumerate(NOT_UTF_8, 1)
        for name, tag in (("keyword", KEYWORD), ("uri", URI), ("mime", MIME))
    ),
    *(
        printing(f"V12-{name}", BAD, field(tag, "x-test", b"a\x00b"))
        for name, tag in (("text", TEXT), ("name", NAME), ("uri", URI), ("keyword", KEYWORD))
    ),
    *(
        printing(f"V13-{number}", OK, field(NAME, "job-name", text))
        for number, text in enumerate(MISLEADING, 1)
    ),
    *(
        printing(
            f"V14-{number}",
            ACCEPTED,
            field(NAME, "requesting-user-name", text),
            field(NAME, "job-name", text),
            field(NAME, "document-name", text),
            field(KEYWORD, "x-test", text),
            job=(field(KEYWORD, "media", text), field(NAME, "job-hold-until", text)),
        )
        for number, text in enumerate(INJECTIONS, 1)
    ),
    *(
        printing(f"V15-{number}-{name}", BAD, field(tag, "x-test", octets))
        for number, octets in enumerate(CONTROLS, 1)
        for name, tag in (("keyword", KEYWORD), ("uri", URI), ("mime", MIME))
    ),
    *(
        printing(
            f"V15-{number}-stored",
            OK,
            field(NAME, "requesting-user-name", octets),
            field(NAME, "job-name", octets),
        )
        for number, octets in enumerate(CONTROLS, 1)
    ),
    printing("V16-1", OK, field(NAME, "requesting-user-name", "root")),
    printing("V16-2", OK, field(NAME, "requesting-user-name", "../x")),
    printing("V16-3", TOO_LONG, field(NAME, "requesting-user-name", "a" * 256)),
    *(
        printing(f"V17-{number}", OK, field(NAME, "document-name", text), field(NAME, "job-name", text))
        for number, text in enumerate(PATHS, 1)
    ),
    printing("V18-1", IGNORED, job=(field(KEYWORD, "job-hold-until", "the-cows-come-home"),)),
    printing("V18-2", IGNORED, job=(_date(65535),)),
    *(
        printing(f"V19-{length}-{encryption}", expect, *_password(b"1" * length, encryption))
        for length, encryption, expect in (
            (0, "none", UNSUPPORTED_VALUES),
            (255, "none", OK),
            (256, "none", TOO_LONG),
            (0, "sha2-256", UNSUPPORTED_VALUES),
            (32, "sha2-256", OK),
            (255, "sha2-256", UNSUPPORTED_VALUES),
            (4, "md5", UNSUPPORTED_VALUES),
            (4, "rot13", UNSUPPORTED_VALUES),
        )
    ),
    printing("V19-nul", UNSUPPORTED_VALUES, *_password(b"12\x0034", "none")),
    printing("V19-alone", BAD, field(OCTETS, "job-password", b"1234")),
    printing("V19-encryption-alone", BAD, field(KEYWORD, "job-password-encryption", "none")),
    printing("V19-set", BAD, *_password(b"1234", "none"), more(OCTETS, b"5678")),
    replace(printing("V20-1", IGNORED, fidelity(False), job=UNKNOWN), single_octets=False),
    replace(printing("V20-2", UNSUPPORTED_VALUES, fidelity(True), job=UNKNOWN), single_octets=False),
    printing("V21", BAD, field(INTEGER, "ipp-attribute-fidelity", integer(1)), job=(UNKNOWN[0],)),
)
