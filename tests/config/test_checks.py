from pathlib import Path

import pytest

from ippserver.config import ConfigError, load, warnings


def warned(**server: object) -> str:
    return "\n".join(
        warnings(load(None, {}, {"server": {key.replace("_", "-"): value for key, value in server.items()}}))
    )


def test_the_defaults_warn_of_nothing() -> None:
    assert warned() == ""


def test_an_address_among_the_host_names_is_warned_of() -> None:
    assert "ipp://192.0.2.1:631/ipp/print: the host is an IP address" in warned(host_names=["192.0.2.1"])
    assert "IP address" in warned(host_names=["2001:db8::1"])
    assert warned(host_names=["print.example"]) == ""


def test_a_port_that_the_system_chooses_stands_in_no_uri() -> None:
    assert "ipp://192.0.2.1:631/ipp/print: " in warned(host_names=["192.0.2.1"], listen=["127.0.0.1:0"])


def test_a_path_that_is_another_printers_job_is_told_of_that_printer_only() -> None:
    printers = [{"name": name, "path": path} for name, path in (("a", "/p"), ("b", "/p/5"), ("c", "/q"))]
    with pytest.raises(ConfigError) as caught:
        load(None, {}, {"printer": printers})
    assert [problem.key for problem in caught.value.problems] == ["printer.1.path"]


def test_a_uri_above_255_octets_is_warned_of() -> None:
    long = {"server": {"host-names": ["print.example"]}, "printer": [{"path": "/" + "a" * 240}]}
    (warning,) = warnings(load(None, {}, long))
    assert "longer than 255 octets" in warning


def test_a_path_that_the_network_cannot_be_told_is_warned_of() -> None:
    for length, told in ((253, ""), (254, "dns-sd.enabled: x: the network is not told of it")):
        printer = {"name": "x", "path": "/".ljust(length, "a")}
        assert told in "\n".join(warnings(load(None, {}, {"printer": [printer]})))
        assert warnings(load(None, {}, {"printer": [printer], "dns-sd": {"enabled": False}})) == ()


def test_any_host_name_is_warned_of() -> None:
    assert "host-names" in warned(host_names=["*"])


@pytest.mark.parametrize(
    ("listen", "expected"),
    [
        (["127.0.0.1:631", "[::1]:0", "localhost:5"], 0),
        (["127.0.0.1:631", "0.0.0.0:0"], 1),
        (["[::]:631"], 1),
    ],
)
def test_open_access_beyond_loopback_is_warned_of(listen: list[str], expected: int) -> None:
    settings = load(None, {}, {"server": {"listen": listen}, "access": {"preset": "open"}})
    assert len(warnings(settings)) == expected


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ({"by-reference": True}, ["by-reference"]),
        ({"allowed-hosts": ["files.example"]}, ["allowed-hosts"]),
        ({"by-reference": True, "allowed-hosts": ["192.0.2.0/24"]}, []),
    ],
)
def test_half_a_configuration_of_printing_by_reference_is_warned_of(
    documents: dict[str, object], expected: list[str]
) -> None:
    found = warnings(load(None, {}, {"documents": documents}))
    assert [warning.partition(":")[0] for warning in found] == [f"documents.{key}" for key in expected]


def test_a_lease_cannot_be_longer_than_the_longest() -> None:
    with pytest.raises(ConfigError) as caught:
        load(None, {}, {"notifications": {"lease-seconds": 10, "max-lease-seconds": 9}})
    assert [problem.key for problem in caught.value.problems] == ["notifications.lease-seconds"]


@pytest.mark.parametrize(
    ("key", "value"), [("event-life-seconds", 14), ("max-lease-seconds", 67_108_864), ("max-waiting", 0)]
)
def test_what_the_standard_does_not_allow_of_notifications_is_refused(key: str, value: int) -> None:
    with pytest.raises(ConfigError) as caught:
        load(None, {}, {"notifications": {key: value}})
    assert [problem.key for problem in caught.value.problems] == [f"notifications.{key}"]


def test_postscript_without_ghostscript_is_warned_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = load(None, {}, {"documents": {"postscript": True}})
    monkeypatch.setenv("PATH", str(tmp_path))
    (warning,) = warnings(settings)
    assert warning.startswith("documents.postscript: PostScript is not taken, since Ghostscript (gs) is not")


_ELSEWHERE = "documents leave unencrypted for h.example.org, while tls.mode insists on TLS"
_MAIL = {"type": "mail", "sender": "a@b.example", "recipients": ["c@d.example"], "host": "h.example.org"}


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ({"type": "webhook", "url": "http://h.example.org:8080/x"}, [f"url: {_ELSEWHERE}"]),
        ({"type": "webhook", "url": "https://h.example.org/x"}, []),
        ({"type": "webhook", "url": "http://localhost:8080/x"}, []),
        ({"type": "webhook", "url": "http://[::1]/x"}, []),
        ({"type": "socket", "host": "h.example.org"}, [f"host: {_ELSEWHERE}"]),
        ({"type": "socket", "host": "127.0.0.1"}, []),
        ({**_MAIL, "tls": "off"}, [f"tls: {_ELSEWHERE}"]),
        ({**_MAIL, "tls": "off", "host": "localhost"}, []),
        (_MAIL, []),
        ({"type": "folder"}, []),
    ],
)
def test_documents_that_came_encrypted_and_leave_in_the_clear_are_warned_of(
    output: dict[str, object], expected: list[str]
) -> None:
    printers = [{"output": [output]}]
    found = warnings(load(None, {}, {"tls": {"mode": "require"}, "printer": printers}))
    assert list(found) == [f"printer.0.output.0.{each}" for each in expected]
    assert warnings(load(None, {}, {"printer": printers})) == ()
