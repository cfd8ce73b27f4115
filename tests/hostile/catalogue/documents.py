"""Group D: document data."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ippserver.testing.wire import field
from tests.hostile.build import (
    BOOLEAN,
    INTEGER,
    KEYWORD,
    MAX_DOCUMENT_OCTETS,
    MIME,
    NAME,
    RASTER,
    SEND_DOCUMENT,
    deflated,
    flag,
    gzipped,
    http,
    integer,
    message,
)
from tests.hostile.case import (
    BAD,
    NOT_FOUND,
    OK,
    TOO_LARGE,
    Case,
    Expected,
    Scene,
    State,
    ipp,
    printing,
)

WRONG_FORMAT: Final = ipp(0x040A)
NOT_COMPRESSED: Final = ipp(0x0410)
PDF: Final = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
JPEG: Final = b"\xff\xd8\xff\xe0" + bytes(200) + b"\xff\xd9"
GZIPPED: Final = gzipped(RASTER)
LARGEST: Final = b"RaS2" + bytes(MAX_DOCUMENT_OCTETS - 4)


def send(
    last: bool, document: bytes, *, job_id: int | None = None, user: str = "alice"
) -> Callable[[Scene], bytes]:
    """A Send-Document to the job of the case, or to another one."""

    def octets(scene: Scene) -> bytes:
        return http(
            message(
                field(INTEGER, "job-id", integer(job_id or scene.job_id)),
                field(NAME, "requesting-user-name", user),
                field(BOOLEAN, "last-document", flag(last)),
                operation=SEND_DOCUMENT,
                document=document,
            )
        )

    return octets


def _sending(
    id: str,
    expect: Expected,
    state: State,
    octets: Callable[[Scene], bytes],
    needs_job: str = "incoming",
) -> Case:
    return Case(id=id, octets=octets, expect=expect, state=state, needs_job=needs_job)


def _format(id: str, expect: Expected, media_type: str, document: bytes) -> Case:
    return printing(id, expect, field(MIME, "document-format", media_type), document=document)


def _compressed(
    id: str, expect: Expected, data: bytes, *, kept: bytes = RASTER, method: str = "gzip"
) -> Case:
    octets = http(message(field(KEYWORD, "compression", method), document=data))
    return Case(
        id=id,
        octets=octets,
        expect=expect,
        state=State.JOB if expect == OK else State.NOTHING,
        document=kept,
    )


def _large(id: str, expect: Expected, document: bytes, chunks_of: int | None = None) -> Case:
    return Case(
        id=id,
        octets=http(message(document=document), chunks_of=chunks_of),
        expect=expect,
        state=State.JOB if expect == OK else State.NOTHING,
        document=document,
    )


CASES: Final = (
    printing("D01", BAD, document=b""),
    _sending("D02-1", BAD, State.EMPTY_JOB, send(False, b"")),
    _sending("D02-2", OK, State.EMPTY_JOB, send(True, b"")),
    _sending("D03-1", ipp(0x0404), State.UNCHANGED, send(True, RASTER), "completed"),
    _sending("D03-2", ipp(0x0404), State.UNCHANGED, send(True, RASTER), "canceled"),
    _sending("D03-3", NOT_FOUND, State.UNCHANGED, send(True, RASTER, job_id=2**31 - 1)),
    _format("D05-1", WRONG_FORMAT, "application/x-unknown", RASTER),
    _format("D05-2", WRONG_FORMAT, "text/html", b"<html></html>"),
    _format("D05-3", WRONG_FORMAT, "application/postscript", b"%!PS-Adobe-3.0\nshowpage\n"),
    _format("D06-1", ipp(0x0411), "application/pdf", JPEG),
    _format("D06-2", WRONG_FORMAT, "application/octet-stream", bytes(range(256))),
    _format("D06-3", OK, "application/octet-stream", PDF),
    _compressed("D07", ipp(0x040F), RASTER, method="lzw"),
    _compressed("D08-1", NOT_COMPRESSED, RASTER),
    _compressed("D08-2", NOT_COMPRESSED, GZIPPED[:5]),
    _compressed("D08-3", NOT_COMPRESSED, GZIPPED[: len(GZIPPED) // 2]),
    _compressed("D08-4", NOT_COMPRESSED, GZIPPED[:-6]),
    _compressed("D09-1", NOT_COMPRESSED, GZIPPED[:-8] + bytes(4) + GZIPPED[-4:]),
    _compressed("D09-2", NOT_COMPRESSED, GZIPPED[:-4] + bytes(4)),
    _compressed("D09-3", NOT_COMPRESSED, GZIPPED + b"trailing"),
    _compressed("D10-1", TOO_LARGE, gzipped(b"RaS2" + bytes(64 * MAX_DOCUMENT_OCTETS))),
    _compressed(
        "D10-2",
        TOO_LARGE,
        deflated(b"RaS2" + bytes(64 * MAX_DOCUMENT_OCTETS), raw_stream=True),
        method="deflate",
    ),
    replace(
        _compressed("D10-3", ipp(0x0000, 0x0410), GZIPPED + gzipped(b"") * 20_000), state=State.BY_ANSWER
    ),
    _compressed("D11-1", OK, deflated(RASTER, raw_stream=True), method="deflate"),
    _compressed("D11-2", OK, deflated(RASTER, raw_stream=False), method="deflate"),
    _compressed("D11-3", NOT_COMPRESSED, b"\xff" + RASTER, method="deflate"),
    _compressed("D11-4", OK, GZIPPED),
    _large("D12-1", OK, LARGEST[:-1]),
    _large("D12-2", OK, LARGEST),
    _large("D12-3", TOO_LARGE, LARGEST + b"x", chunks_of=100_000),
)
