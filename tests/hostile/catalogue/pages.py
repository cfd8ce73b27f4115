"""Group W: what a browser is sent to do, as far as one request and one answer tell it."""

from collections.abc import Mapping
from typing import Final

from tests.hostile.build import RASTER, http, message
from tests.hostile.case import OK, Case, Expected, Http, State

BODY: Final = message(document=RASTER)
XML: Final = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


def _get(id: str, expect: Expected, target: str, fields: Mapping[str, str] | None = None) -> Case:
    return Case(id=id, octets=http(b"", method="GET", target=target, fields=fields), expect=expect)


def _post(id: str, expect: Expected, fields: Mapping[str, str], body: bytes = BODY) -> Case:
    state = State.JOB if expect == OK else State.NOTHING
    return Case(id=id, octets=http(body, fields=fields), expect=expect, state=state)


CASES: Final = (
    _get("W01-1", Http(400), "/<script>alert(1)</script>"),
    _get("W01-2", Http(404), "/%3Cscript%3E"),
    _get("W01-3", Http(404), "/ipp/print?x=javascript:alert(1)"),
    _get("W01-4", Http(404), "/{{7*7}}".replace("{", "%7B").replace("}", "%7D")),
    _get("W01-5", Http(200), "/ipp/print", {"Accept-Language": '"><img src=x onerror=alert(1)>'}),
    _post("W02", Http(415), {"Content-Type": "text/xml"}, XML),
    _post("W04-1", Http(403), {"Origin": "http://evil.example"}),
    _post("W04-2", Http(403), {"Origin": "null"}),
    _post("W04-3", Http(403), {"Sec-Fetch-Site": "cross-site"}),
    _post("W04-4", OK, {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}),
    _post("W05", Http(415), {"Content-Type": "text/plain"}),
    Case(
        id="W08",
        octets=http(
            b"",
            method="OPTIONS",
            fields={"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"},
        ),
        expect=Http(200),
    ),
    *(
        _get(f"W11-{number}", Http(404), target)
        for number, target in enumerate(
            (
                "/static/../canary",
                "/static/%2e%2e/canary",
                "/static/..%2fcanary",
                "/static//etc/passwd",
                "/icons/../static/page.css",
                "/icons/draw.py",
                "/strings/",
                "/templates/printer.html",
            ),
            1,
        )
    ),
)
