"""Group U: URIs."""

from collections.abc import Callable
from typing import Final

from ippserver.testing.wire import field
from tests.hostile.build import GET_JOB_ATTRIBUTES, INTEGER, PRINTER_URI, TARGET, URI, http, integer, message
from tests.hostile.case import (
    BAD,
    NOT_FOUND,
    OK,
    TOO_LONG,
    Case,
    Expected,
    Scene,
    State,
    ipp,
    printing,
)

OTHER: Final = "/ipp/print/other"
"""The path of a second printer."""


def _target(id: str, expect: Expected, uri: str, *, state: State | None = None) -> Case:
    return printing(id, expect, target=field(URI, "printer-uri", uri), state=state)


def _about_job(id: str, expect: Expected, target: Callable[[int], bytes]) -> Case:
    def octets(scene: Scene) -> bytes:
        return http(message(operation=GET_JOB_ATTRIBUTES, target=target(scene.job_id)))

    return Case(id=id, octets=octets, expect=expect, state=State.UNCHANGED, needs_job="incoming")


def _job_uri(uri: str) -> bytes:
    return field(URI, "job-uri", uri)


def _job_id(number: int) -> bytes:
    return field(INTEGER, "job-id", integer(number))


EITHER: Final = ipp(0x0000, 0x0400)

CASES: Final = (
    _target("U01-1", TOO_LONG, TARGET + "a" * (1024 - len(TARGET))),
    _target("U01-2", TOO_LONG, TARGET + "a" * (32767 - len(TARGET))),
    _target("U02-1", BAD, "/ipp/print"),
    _target("U02-2", BAD, "ipp:"),
    _target("U02-3", BAD, ""),
    _target("U03", OK, "ipp://evil.example/ipp/print"),
    _target("U04", OK, f"ipp://localhost{OTHER}"),
    *(
        _target(f"U05-{scheme}", OK, f"{scheme}://localhost/ipp/print")
        for scheme in ("http", "https", "ipps")
    ),
    _target("U05-file", BAD, "file:///ipp/print"),
    _target("U05-javascript", BAD, "javascript:alert(1)"),
    _target("U06-user", EITHER, "ipp://alice:hunter2@localhost/ipp/print", state=State.BY_ANSWER),
    *(
        _target(f"U06-port-{number}", BAD, f"ipp://localhost:{port}/ipp/print")
        for number, port in enumerate(("0", "65536", "-1", "abc"), 1)
    ),
    _target("U07-1", NOT_FOUND, "ipp://localhost/x/%2e%2e/ipp/print"),
    _target("U07-2", NOT_FOUND, "ipp://localhost//ipp//print"),
    _target("U07-3", NOT_FOUND, "ipp://localhost/ipp/print?x=1"),
    _target("U07-4", NOT_FOUND, "ipp://localhost/ipp/print#x"),
    _target("U07-5", BAD, "ipp://localhost/ipp/print%00"),
    _target("U07-6", BAD, "ipp://localhost/ipp/print%zz"),
    _target("U07-7", BAD, "ipp://localhost/ipp\\print"),
    _about_job("U08-1", NOT_FOUND, lambda job: _job_uri(f"ipp://localhost{OTHER}/{job}")),
    _about_job(
        "U08-2", NOT_FOUND, lambda job: field(URI, "printer-uri", f"ipp://localhost{OTHER}") + _job_id(job)
    ),
    _about_job("U08-3", OK, lambda job: _job_uri(f"{TARGET}/{job}")),
    _about_job("U08-4", OK, lambda job: PRINTER_URI + _job_id(job)),
    _about_job("U10-1", BAD, lambda job: PRINTER_URI + _job_uri(f"{TARGET}/{job}")),
    _about_job("U10-2", BAD, lambda job: _job_uri(f"{TARGET}/{job}") + _job_id(job)),
    *(
        _target(f"U09-{number}", EITHER, f"ipp://{host}/ipp/print", state=State.BY_ANSWER)
        for number, host in enumerate(
            ("[fe80::1%25eth0]", "[fe80::1%eth0]", "[::1", f"[{'0' * 300}::1]", "[::ffff:1.2.3.4]", "[]"), 1
        )
    ),
)
