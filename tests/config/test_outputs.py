"""The tables of outputs: what is refused, by key, and what is let through."""

from pathlib import Path
from typing import Any

import pytest

from ippserver.config import ConfigError, load

FORWARD = 'type = "forward", uri = "ipp://p.example.org/ipp/print"'
MAIL = 'type = "mail", host = "m.example.org", sender = "a@b.example", recipients = ["c@d.example"]'
HOOK = 'type = "webhook", url = "https://h.example.org/x"'


def loaded(folder: Path, text: str) -> Any:  # Any: one of the tables, whose fields are read here
    """The only output of a printer."""
    path = folder / "ippserver.toml"
    path.write_text(text)
    return load(path, {}, {}).printers[0].outputs[0]


@pytest.mark.parametrize(
    ("output", "key"),
    [
        ('file-mode = "0999"', "file-mode"),
        ("file-mode = 640", "file-mode"),
        ('routes = { "*/*" = "{id}" }', "routes.*/*.[key]"),
        ('routes = { "image/*" = "{colour}" }', "routes"),
        ("attempts = 0", "attempts"),
        ("retry-seconds = 0.0", "retry-seconds"),
        ('type = "command"', "command"),
        ('type = "command", command = []', "command"),
        ('type = "command", command = "lp"', "command"),
        ('type = "webhook"', "url"),
        ('type = "webhook", url = "ftp://h.example.org/x"', "url"),
        ('type = "webhook", url = "https://"', "url"),
        ('type = "webhook", url = "https://me:pw@h.example.org/x"', "url"),
        (f'{HOOK}, secret = "hunter2"', "secret"),
        (f'{HOOK}, secret = "file:relative"', "secret"),
        (f"{HOOK}, fields = {{ title = '{{colour}}' }}", "fields"),
        ('type = "socket"', "host"),
        ('type = "socket", host = "*"', "host"),
        ('type = "socket", host = "192.0.2.1", port = 0', "port"),
        (f"{MAIL}, subject = '{{colour}}'", "subject"),
        (MAIL.replace("a@b.example", "nobody"), "sender"),
        (MAIL.replace('["c@d.example"]', "[]"), "recipients"),
        (f'{MAIL}, password = "hunter2"', "password"),
        ('type = "forward", uri = "http://p.example.org/"', "uri"),
        ('type = "forward", uri = "ipp://me@p.example.org/ipp/print"', "uri"),
        (f'{FORWARD}, fingerprint = "AB:CD"', "fingerprint"),
        ('format = "auto"', "format"),
        (f'{MAIL}, format = "auto"', "format"),
        (f'{FORWARD}, password = "env:PASSWORD"', "uri"),
        ('format = "png", pages = "together"', "pages"),
        ('format = "original", pages = "each"', "pages"),
        ('format = "gif"', "format"),
        ('format = "png", resolution-dpi = 2401', "resolution-dpi"),
        ('type = "socket", host = "192.0.2.1", format = "jpeg"', "format"),
        ('type = "socket", host = "192.0.2.1", pages = "each"', "pages"),
        (f'{FORWARD}, pages = "each"', "pages"),
        ('type = "discard", format = "png"', "format"),
    ],
)
def test_each_rule_names_its_key_and_no_secret(tmp_path: Path, output: str, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, f"[[printer]]\noutput = [{{{output}}}]")
    (problem,) = caught.value.problems
    assert problem.key == f"printer.0.output.0.{key}"
    assert "hunter2" not in str(caught.value)
    assert "me:pw" not in str(caught.value)


@pytest.mark.parametrize("host", ["http://x", "x:9100", "x/raw", "[2001:db8::1]:9100", "*", ""])
def test_a_host_is_a_name_or_an_address_alone(host: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, f'[[printer]]\noutput = [{{type = "socket", host = "{host}"}}]')
    (problem,) = caught.value.problems
    assert problem.rule == (
        f'"{host}" is no name or address of a host; write it alone, such as "printer.example.org" or'
        ' "192.0.2.9", without scheme and path; the port is a key of its own'
    )


@pytest.mark.parametrize(
    ("host", "known_as"),
    [
        ("x", "x"),
        ("192.0.2.1", "192.0.2.1"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_a_host_may_be_a_name_or_an_address(host: str, known_as: str, tmp_path: Path) -> None:
    assert loaded(tmp_path, f'[[printer]]\noutput = [{{type = "socket", host = "{host}"}}]').host == known_as


def test_behind_tls_a_printer_forwards_in_the_clear_only_where_that_is_allowed(
    tmp_path: Path,
) -> None:
    text = f'[tls]\nmode = "require"\n[[printer]]\noutput = [{{{FORWARD}, allow-clear-text = %s}}]'
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text % "false")
    assert [problem.key for problem in caught.value.problems] == ["printer.0.output.0.uri"]
    assert loaded(tmp_path, text % "true").uri == "ipp://p.example.org/ipp/print"
    assert loaded(tmp_path, (text % "false").replace("ipp:", "ipps:")).uri.startswith("ipps:")


@pytest.mark.parametrize(
    "target",
    [
        'uri = "ipps://p.example.org/ipp/print"',
        'uri = "ipp://localhost/ipp/print"',
        'uri = "ipp://p.example.org/x"\nallow-clear-text = true',
    ],
)
def test_a_password_is_sent_encrypted_or_where_it_is_allowed(tmp_path: Path, target: str) -> None:
    text = f'[[printer]]\n[[printer.output]]\ntype = "forward"\npassword = "env:PASSWORD"\n{target}'
    assert loaded(tmp_path, text).password == "env:PASSWORD"


def test_a_forwarded_document_becomes_what_the_printer_takes_unless_a_format_is_given(tmp_path: Path) -> None:
    assert loaded(tmp_path, f"[[printer]]\noutput = [{{{FORWARD}}}]").format == "auto"
    assert (
        loaded(tmp_path, f'[[printer]]\noutput = [{{{FORWARD}, format = "original"}}]').format == "original"
    )


@pytest.mark.parametrize("output", [FORWARD, MAIL, HOOK, 'type = "socket", host = "192.0.2.1"'])
def test_what_must_be_given_is_enough(tmp_path: Path, output: str) -> None:
    found = loaded(tmp_path, f"[[printer]]\noutput = [{{{output}}}]")
    assert (found.attempts, found.retry_seconds, found.max_retry_seconds) == (20, 5.0, 3600.0)


@pytest.mark.parametrize(
    ("output", "makes_each"),
    [
        ('format = "png"', True),
        ('format = "jpeg", pages = "each"', True),
        ('format = "urf", pages = "each"', True),
        (f'{MAIL}, format = "pdf"', False),
        ('format = "original", pages = "together"', False),
    ],
)
def test_pictures_and_whoever_asks_have_a_file_for_each_page(
    tmp_path: Path, output: str, makes_each: bool
) -> None:
    assert loaded(tmp_path, f"[[printer]]\noutput = [{{{output}}}]").makes_each is makes_each


@pytest.mark.parametrize(
    ("text", "key", "header"),
    [
        ('[[printer.output]]\nfolder = "out"', "printer", "[[printer]]"),
        ('[[printer]]\n[printer.output]\nfolder = "out"', "printer.0.output", "[[printer.output]]"),
    ],
)
def test_a_table_in_place_of_a_list_is_told_how_it_begins(
    text: str, key: str, header: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    assert [(each.key, each.rule) for each in caught.value.problems] == [
        (key, f"must be a list of tables: each begins with {header}")
    ]
