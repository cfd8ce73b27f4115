"""URIs of Printers and Jobs: grammar, comparison, HTTP form, and paths."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.model.uris import (
    AmbiguousPath,
    InvalidUri,
    Paths,
    Target,
    UriTooLong,
    from_http,
    job_uri,
    normal_path,
    parse,
    same,
    split_job_uri,
    to_http,
    warnings,
)

WELL_FORMED = (
    # RFC 3510 4.6.1
    "ipp://example.com",
    "ipp://example.com/printer",
    "ipp://example.com/printer/tiger",
    "ipp://example.com/printer/fox",
    "ipp://example.com/printer/tiger/bob",
    "ipp://example.com/printer/tiger/ira",
    "ipp://example.com/~smith/printer",
    "ipp://example.com:631/~smith/printer",
    # RFC 3510 4.6.2
    "ipp://example.com/printer/123",
    "ipp://example.com/printer/tiger/job123",
    # RFC 7472 4.5
    "ipps://example.com/",
    "ipps://example.com/ipp",
    "ipps://example.com/ipp/faxout",
    "ipps://example.com/ipp/print",
    "ipps://example.com/ipp/scan",
    "ipps://example.com/ipp/print/bob",
    "ipps://example.com/ipp/print/ira",
    "ipps://example.com:631/ipp/print",
)


@pytest.mark.parametrize("text", WELL_FORMED)
def test_every_example_of_the_standards_is_accepted_and_written_back(text: str) -> None:
    uri = parse(text)
    assert uri.port == 631
    assert str(uri) == (f"{text}/" if text.count("/") == 2 else text)


EQUAL = (
    # RFC 3510 4.6.1: "The second and third IPP URLs above are equivalent"
    ("ipp://example.com/~smith/printer", "ipp://example.com:631/~smith/printer"),
    # RFC 7472 4.5: likewise
    ("ipps://example.com/ipp/print", "ipps://example.com:631/ipp/print"),
    # RFC 2616 3.2.3 (RFC 9110 4.2.3), as ipp:
    ("ipp://example.com:631/~smith/home.html", "ipp://EXAMPLE.com/%7Esmith/home.html"),
    ("ipp://example.com:631/~smith/home.html", "ipp://EXAMPLE.com:/%7esmith/home.html"),
    ("http://example.com:80/~smith/home.html", "http://EXAMPLE.com/%7Esmith/home.html"),
    ("http://EXAMPLE.com:/%7esmith/home.html", "http://EXAMPLE.com/%7Esmith/home.html"),
    ("IPP://example.com/%7esmith/printer", "ipp://example.com/~smith/printer"),
    ("ipp://example.com", "ipp://example.com/"),
    ("ipp://example.com:", "ipp://example.com:00631/"),
    ("ipp://example.com/a%2fb", "ipp://example.com/a%2Fb"),
    ("ipp://ex%61mple.com/p", "ipp://example.com/p"),
    ("ipp://[FE80::1]/p", "ipp://[fe80::1]:631/p"),
    ("ipp://example.com/p?%41=1", "ipp://example.com/p?A=1"),
)

DIFFERENT = (
    # RFC 3510 4.6.1 and RFC 7472 4.5: "each would reference a logically different IPP Printer"
    *itertools.combinations(WELL_FORMED[:6], 2),
    *itertools.combinations(WELL_FORMED[10:17], 2),
    ("ipp://h/Printer", "ipp://h/printer"),
    ("ipp://h/p", "ipp://h:80/p"),
    ("ipp://h/p", "ipps://h/p"),
    ("ipp://h/p", "ipp://h/p/"),
    ("ipp://h/p", "ipp://h/p?q"),
    ("ipp://h/p", "ipp://h/p?"),
    ("ipp://h/p?a", "ipp://h/p?A"),
    ("ipp://h/a/b", "ipp://h/a%2Fb"),
    ("ipp://h/p", "ipp://g/p"),
    ("http://h/p", "ipp://h/p"),
)


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_uris_that_the_standards_call_equal_are_the_same(one: str, other: str) -> None:
    assert same(one, other)
    assert hash(parse(one)) == hash(parse(other))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_uris_of_different_resources_are_not_the_same(one: str, other: str) -> None:
    assert not same(one, other)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("ipp:", "no host"),
        ("ipp:/printer", "no host"),
        ("ipp:///printer", "no host"),
        ("ipp://:631/printer", "no host"),
        ("printer", "relative"),
        ("/printer", "relative"),
        ("//example.com/printer", "relative"),
        ("1pp://example.com/", "relative"),
        ("ipp://example.com/printer#top", "fragment"),
        ("ipp://example.com/%zz", "percent"),
        ("ipp://example.com/%4", "percent"),
        ("ipp://example.com/%", "percent"),
        ("ipp://example.com/%00", "NUL"),
        ("ipp://example.com/p?%00", "NUL"),
        ("ipp://example.com/\x00", "control"),
        ("ipp://example.com\\printer", "backslash"),
        ("ipp://example.com/a b", "space"),
        (" ipp://example.com/", "space"),
        ("ipp://example.com/\n", "control"),
        ("ipp://example.com/\x7f", "control"),
        ("ipp://example.com/drück", "US-ASCII"),
        ("ipp://example.com/\ud800", "US-ASCII"),
        ("ipp://example.com:６３１/", "US-ASCII"),
        ("ipp://example.com:0/", "port"),
        ("ipp://example.com:65536/", "port"),
        ("ipp://example.com:-1/", "port"),
        ("ipp://example.com:abc/", "port"),
        ("ipp://example.com:+1", "port"),
        ("ipp://example.com:1:2/", "port"),
        ("ipp://[::1]:x/", "port"),
        ("ipp://example.com?query", "query without a path"),
        ("ipp://[::1", "bracket"),
        ("ipp://[::1/printer", "bracket"),
        ("ipp://[]/", "IPv6"),
        ("ipp://[::g]/", "IPv6"),
        ("ipp://[1.2.3.4]/", "IPv6"),
        (f"ipp://[{'1:' * 150}]/", "IPv6"),
        ("ipp://[fe80::1%25]/", "zone"),
        ("ipp://[fe80::1%25a%25%]/", "zone"),
        ("ipp://[fe80::1%25a+b]/", "zone"),
        ("ipp://[fe80::1%AAeth0]/", "zone"),
        ("ipp://[v1.]/", "IPv6"),
        ("ipp://::1/", "port"),
        ("ipp://example.com/<p>", "forbidden"),
        ("ipp://example.com/[p]", "forbidden"),
        ("file:///etc/passwd", "scheme"),
        ("file://localhost/etc/passwd", "scheme"),
        ("ftp://example.com/", "scheme"),
        ("javascript:alert(1)", "no host"),
    ],
)
def test_what_is_no_uri_of_ours_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidUri) as caught:
        parse(text)
    assert reason in caught.value.reason
    assert not isinstance(caught.value, UriTooLong)


def test_a_uri_of_1023_octets_is_accepted_and_one_of_1024_is_too_long() -> None:
    longest = "ipp://example.com/".ljust(1023, "x")
    assert len(parse(longest).path) == 1023 - len("ipp://example.com")
    with pytest.raises(UriTooLong):
        parse(longest + "x")


def test_length_is_counted_in_octets() -> None:
    with pytest.raises(UriTooLong):
        parse("ipp://example.com/" + "é" * 600)


@pytest.mark.parametrize(
    ("text", "host", "address"),
    [
        ("ipp://Example.COM/", "example.com", False),
        ("ipp://192.0.2.1/", "192.0.2.1", True),
        ("ipp://256.0.2.1/", "256.0.2.1", False),
        ("ipp://[2001:DB8::1]/", "2001:db8::1", True),
        ("ipp://[::ffff:1.2.3.4]/", "::ffff:1.2.3.4", True),
        ("ipp://[fe80::1%25eth0]/", "fe80::1%25eth0", True),
        ("ipp://[v1.fe80::1+eth0]/", "v1.fe80::1+eth0", True),
    ],
)
def test_a_host_is_lower_case_and_known_as_name_or_address(text: str, host: str, address: bool) -> None:
    uri = parse(text)
    assert (uri.host, uri.is_address) == (host, address)


def test_user_info_is_reported_and_never_written_back() -> None:
    uri = parse("ipp://fred:secret@example.com:8631/p")
    assert uri.userinfo == "fred:secret"
    assert str(uri) == "ipp://example.com:8631/p"


def test_dot_segments_are_kept_so_that_they_match_no_printer() -> None:
    assert parse("ipp://h/%2e%2e/p/./q").path == "/../p/./q"


@pytest.mark.parametrize(
    ("uri", "http"),
    [
        # RFC 8010 5
        ("ipp://printer.example.com/ipp/print/myqueue", "http://printer.example.com:631/ipp/print/myqueue"),
        # RFC 7472 3
        ("ipps://example.com/ipp/print", "https://example.com:631/ipp/print"),
        ("ipps://example.com:443/ipp/print", "https://example.com:443/ipp/print"),
        ("ipp://example.com", "http://example.com:631/"),
        ("ipp://example.com/p?a=b", "http://example.com:631/p?a=b"),
        ("ipp://[::1]:8631/p", "http://[::1]:8631/p"),
        ("ipp://fred:secret@example.com/", "http://example.com:631/"),
        ("http://example.com/p", "http://example.com:80/p"),
    ],
)
def test_the_http_form_has_the_port_spelled_out(uri: str, http: str) -> None:
    assert to_http(parse(uri)) == http


@pytest.mark.parametrize(
    ("http", "uri"),
    [
        ("http://example.com:631/p", "ipp://example.com/p"),
        ("https://example.com:631/p?q", "ipps://example.com/p?q"),
        ("http://example.com/p", "ipp://example.com:80/p"),
        ("https://[::1]/p", "ipps://[::1]:443/p"),
        ("ipp://example.com:8631/p", "ipp://example.com:8631/p"),
    ],
)
def test_the_way_back_from_http_keeps_the_port_that_answers(http: str, uri: str) -> None:
    assert from_http(parse(http)) == uri


@pytest.mark.parametrize(
    ("printer", "expected"),
    [
        ("ipp://example.com", "ipp://example.com/7"),
        ("ipp://example.com/", "ipp://example.com/7"),
        ("ipp://example.com/printer", "ipp://example.com/printer/7"),
        ("ipps://example.com:631/ipp/print/", "ipps://example.com:631/ipp/print//7"),
        ("ipp://example.com/printer?floor=2/3", "ipp://example.com/printer/7"),
    ],
)
def test_a_job_uri_is_the_printers_plus_one_component(printer: str, expected: str) -> None:
    assert job_uri(printer, 7) == expected


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("ipp://h/5", ("/", 5)),
        ("ipp://h/ipp/print/123", ("/ipp/print", 123)),
        ("ipp://h/ipp/print/%31%32", ("/ipp/print", 12)),
        ("ipp://h/ipp/print//9", ("/ipp/print/", 9)),
        ("ipp://h/p/2147483647", ("/p", 2**31 - 1)),
        ("ipp://h/p/2147483648", None),
        ("ipp://h/p/" + "9" * 900, None),
        ("ipp://h//5", None),
        ("ipp://h/", None),
        ("ipp://h/p/", None),
        ("ipp://h/p/0", None),
        ("ipp://h/p/01", None),
        ("ipp://h/p/+1", None),
        ("ipp://h/p/-1", None),
        ("ipp://h/p/1_0", None),
        ("ipp://h/p/%201", None),
        ("ipp://h/p/%EF%BC%91", None),
        ("ipp://h/p/job1", None),
        ("ipp://h/p/1?x", None),
    ],
)
def test_only_the_decimal_form_we_write_is_a_job_id(text: str, split: tuple[str, int] | None) -> None:
    assert split_job_uri(parse(text)) == split


SEGMENTS = st.text("abc~-._XYZ019", max_size=6)


@given(st.lists(SEGMENTS, max_size=4), st.integers(1, 2**31 - 1))
def test_a_job_uri_splits_into_the_printer_and_job_it_was_made_from(segments: list[str], job_id: int) -> None:
    printer = "ipp://example.com/" + "/".join(segments)
    assert split_job_uri(parse(job_uri(printer, job_id))) == (parse(printer).path, job_id)


@given(st.text(max_size=40) | st.text("ipsh:/?#[]@%0aF.-~\\\x00 é", max_size=60).map("ipp://".__add__))
def test_any_text_is_a_uri_or_an_invalid_uri(text: str) -> None:
    try:
        uri = parse(text)
    except InvalidUri:
        return
    assert parse(str(uri)) == replace(uri, userinfo=None)
    assert parse(to_http(uri)).port == uri.port


def test_the_rfc_3510_printers_are_each_a_printer_of_its_own() -> None:
    paths = Paths(["/", "/printer", "/printer/tiger", "/printer/tiger/bob"])
    assert paths.resolve("/") == Target("/")
    assert paths.resolve("/printer") == Target("/printer")
    assert paths.resolve("/printer/tiger/bob") == Target("/printer/tiger/bob")
    assert paths.resolve("/4") == Target("/", 4)
    assert paths.resolve("/printer/tiger/4") == Target("/printer/tiger", 4)
    assert paths.resolve("/printer/fox") is None
    assert paths.resolve("/printer/fox/4") is None
    assert list(paths) == ["/", "/printer", "/printer/tiger", "/printer/tiger/bob"]


def test_a_query_is_part_of_a_printers_identity_and_not_of_its_jobs() -> None:
    paths = Paths(["/plain", "/print?floor=%32"])
    assert paths.resolve("/print", "floor=2") == Target("/print?floor=2")
    assert paths.resolve("/print") is None
    assert paths.resolve("/plain", "floor=2") is None
    assert paths.resolve("/plain", "") == Target("/plain")
    assert paths.resolve("/print/5") == Target("/print?floor=2", 5)
    assert paths.resolve("/print/5", "floor=2") is None


@pytest.mark.parametrize(
    ("printers", "reason"),
    [
        (["/ipp/print", "/ipp/print/5"], "/ipp/print/5 could be a job"),
        (["/ipp/print/007", "/ipp/print"], "/ipp/print/007 could be a job"),
        (["/", "/5"], "/5 could be a job"),
        (["/ipp/print", "/ipp/%70rint"], "share the path /ipp/print"),
        (["/ipp/print?a", "/ipp/print?b"], "share the path /ipp/print"),
    ],
)
def test_a_configuration_that_could_be_misread_is_refused(printers: list[str], reason: str) -> None:
    with pytest.raises(AmbiguousPath, match=reason):
        Paths(printers)


def test_digits_below_no_printer_are_a_path_like_any_other() -> None:
    assert Paths(["/floor/5", "/ipp/print"]).resolve("/floor/5") == Target("/floor/5")


@pytest.mark.parametrize(
    "path", ["", "ipp/print", "/a b", "/%zz", "/%00", "/a#b", "/a\\b", "/../p", "/%2e/p", "/p?<"]
)
def test_a_printer_has_an_absolute_path_that_clients_can_send(path: str) -> None:
    with pytest.raises(InvalidUri):
        Paths([path])


def test_a_path_is_normalised_but_not_resolved() -> None:
    assert normal_path("/%69pp%2fprint/../x") == "/ipp%2Fprint/../x"


@pytest.mark.parametrize(
    ("uri", "count"),
    [
        ("ipp://printer.example.com/ipp/print", 0),
        ("ipp://192.0.2.1/ipp/print", 1),
        ("ipps://[2001:db8::1]/ipp/print", 1),
        ("ipp://example.com/".ljust(255, "x"), 0),
        ("ipp://example.com/".ljust(256, "x"), 1),
        ("ipp://192.0.2.1/".ljust(256, "x"), 2),
    ],
)
def test_addresses_and_long_uris_are_warned_of(uri: str, count: int) -> None:
    assert len(warnings(uri)) == count
