"""Request-targets: which path, query and host they name."""

import pytest

from ippserver.web.refusal import Refusal
from ippserver.web.target import Target, parse_target


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/ipp/print", Target("/ipp/print")),
        ("/%69pp/print", Target("/ipp/print")),
        ("/ipp%2fprint", Target("/ipp%2Fprint")),
        ("/x/../ipp/print", Target("/x/../ipp/print")),
        ("/x/%2e%2e/ipp", Target("/x/../ipp")),
        ("//ipp//print", Target("//ipp//print")),
        ("/ipp/print/", Target("/ipp/print/")),
        ("/ipp/print?tray=1", Target("/ipp/print", "tray=1")),
        ("/ipp/print?%74ray=1", Target("/ipp/print", "tray=1")),
        ("http://localhost:631/ipp/print", Target("/ipp/print", "", "localhost:631")),
        ("ipp://localhost/ipp/print?a", Target("/ipp/print", "a", "localhost")),
        ("HTTP://[::1]:8631", Target("/", "", "[::1]:8631")),
    ],
)
def test_a_target_is_brought_into_normal_form(text: str, expected: Target) -> None:
    assert parse_target(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "ipp/print",
        "/a%00b",
        "/a%zz",
        "/a%",
        "/a\\b",
        "/a#b",
        "/a b",
        "/\xe9",
        "/\udce9",
        "http:///ipp/print",
        "http://user@localhost/ipp/print",
        "ftp://localhost/ipp/print",
        "http://localhost:0/",
        "http://localhost:65536/",
        "http://[::1/",
        "localhost:631",
    ],
)
def test_what_is_no_target_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refusal:
        parse_target(text)
    assert refusal.value.status == 400


def test_a_target_longer_than_any_printer_uri_names_nothing() -> None:
    with pytest.raises(Refusal) as refusal:
        parse_target("/" + "a" * 2000)
    assert refusal.value.status == 404
