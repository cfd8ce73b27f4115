"""Group H: header and envelope."""

from dataclasses import replace
from typing import Final

from ippserver.testing.wire import field, header
from tests.hostile.build import (
    GET_JOBS,
    GET_PRINTER_ATTRIBUTES,
    RASTER,
    message,
)
from tests.hostile.case import BAD, OK, Case, Http, body, ipp

NOT_SUPPORTED: Final = ipp(0x0501)
WRONG_VERSION: Final = ipp(0x0503)


def _version(id: str, asked: tuple[int, int], answered: tuple[int, int], *, served: bool) -> Case:
    case = body(id, OK if served else WRONG_VERSION, message(version=asked, document=RASTER))
    return replace(case, version=answered)


CASES: Final = (
    body("H01", Http(400), b""),
    replace(body("H02", BAD, b"\x02\x00\x00\x02\x00\x00\x00"), request_id=0),
    replace(body("H02-1", BAD, b"\x02"), request_id=0),
    body("H03", BAD, header()),
    _version("H04-1", (0, 0), (1, 0), served=False),
    _version("H04-2", (3, 0), (2, 2), served=False),
    _version("H04-3", (0x7F, 0x7F), (2, 2), served=False),
    _version("H04-4", (0xFF, 0xFF), (2, 2), served=False),
    *(
        _version(f"H05-{major}.{minor}", (major, minor), (major, minor), served=True)
        for major, minor in ((1, 0), (1, 1), (2, 0), (2, 1), (2, 2))
    ),
    _version("H06-1.9", (1, 9), (1, 1), served=True),
    _version("H06-2.9", (2, 9), (2, 2), served=True),
    *(
        body(f"H07-{operation:04x}", NOT_SUPPORTED, message(operation=operation, document=RASTER))
        for operation in (0x0000, 0x0001, 0x4000, 0x7FFF, 0xFFFF)
    ),
    *(
        replace(body(f"H08-{number}", BAD, message(request_id=number, document=RASTER)), request_id=number)
        for number in (0, -1, -(2**31))
    ),
    body("H09", NOT_SUPPORTED, message(operation=0x0000, target=field(0x41, "status-message", "fine"))),
    body("H10", BAD, message(operation=GET_JOBS, document=message(operation=GET_PRINTER_ATTRIBUTES))),
)
