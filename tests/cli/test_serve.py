import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from ippserver.cli import main
from ippserver.cli.print_document import command as print_document
from ippserver.runtime.clock import SystemClock
from ippserver.web.certificate import SelfSigned
from tests import minimal

END_SECONDS = 60.0


@contextmanager
def serving(folder: Path, *options: str | Path) -> Iterator["subprocess.Popen[str]"]:
    """A server with its data in `folder`, ended at the end of the context."""
    command = [sys.executable, "-m", "ippserver", "serve", *map(str, options)]
    environ = {**os.environ, "HOME": str(folder), "IPPSERVER__SERVER__DATA_DIR": str(folder / "data")}
    with subprocess.Popen(
        command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            yield server
        finally:
            server.kill()


def first_line(server: "subprocess.Popen[str]") -> str:
    assert server.stdout is not None
    line = server.stdout.readline().rstrip("\n")
    assert line, server.communicate(timeout=END_SECONDS)[1]
    return line


def stop(server: "subprocess.Popen[str]") -> int:
    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=END_SECONDS)
    return server.returncode


def print_to(uri: str, folder: Path) -> None:
    document = folder / "page.pdf"
    document.write_bytes(minimal.PDF)
    done = CliRunner().invoke(print_document, [uri, str(document), "--wait"])
    assert done.exit_code == 0, done.output


def test_it_says_where_it_is_and_where_it_prints_to(tmp_path: Path) -> None:
    with serving(tmp_path, "--listen", "127.0.0.1:0", "--name", "office") as server:
        line = first_line(server)
        assert re.fullmatch(rf"office: ipp://127\.0\.0\.1:\d+/ipp/print prints to {tmp_path}/prints", line)
        assert stop(server) == 0


def test_each_printer_has_its_line(tmp_path: Path) -> None:
    config = tmp_path / "two.toml"
    several = f'[{{folder = "{tmp_path}/c"}}, {{type = "socket", host = "192.0.2.9", name = "labels"}}]'
    config.write_text(
        '[[printer]]\nname = "a"\n'
        '[[printer]]\nname = "b"\noutput = [{type = "discard"}]\n'
        f'[[printer]]\nname = "c"\noutput = {several}\n'
    )
    with serving(tmp_path, "--config", config, "--listen", "[::1]:0", "--save", tmp_path / "out") as server:
        assert re.fullmatch(rf"a: ipp://\[::1\]:\d+/ipp/print prints to {tmp_path}/out", first_line(server))
        assert re.fullmatch(r"b: ipp://\[::1\]:\d+/ipp/print/b discards what it prints", first_line(server))
        assert re.fullmatch(rf"c: .* prints to {tmp_path}/c, labels", first_line(server))


def test_on_all_addresses_it_is_named_by_its_host(tmp_path: Path) -> None:
    with serving(tmp_path, "--port", "0", "--no-dns-sd") as server:
        assert first_line(server).startswith(f"ippserver: ipp://{socket.gethostname()}:")


def test_it_prints_and_keeps_its_history(tmp_path: Path) -> None:
    with serving(tmp_path, "--listen", "127.0.0.1:0", "--save", "out") as server:
        print_to(first_line(server).split()[1], tmp_path)
        assert stop(server) == 0
    assert (tmp_path / "out" / "1-page.pdf").read_bytes() == minimal.PDF
    assert (tmp_path / "data" / "store" / "ippserver.sqlite3").exists()


@pytest.mark.parametrize(
    ("wanted", "name"), [("png", "1-page.png"), ("original", "1-page.pdf"), ("urf", "1-page.urf")]
)
def test_it_saves_what_it_is_told_to(tmp_path: Path, wanted: str, name: str) -> None:
    saving = ("--save", "out", "--save-as", wanted)
    with serving(tmp_path, "--listen", "127.0.0.1:0", *saving) as server:
        print_to(first_line(server).split()[1], tmp_path)
        assert stop(server) == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == [name]


def test_what_it_cannot_save_as_is_told_with_what_it_can(tmp_path: Path) -> None:
    with serving(tmp_path, "--listen", "127.0.0.1:0", "--save-as", "gif") as server:
        said, complaint = server.communicate(timeout=END_SECONDS)
    assert (server.returncode, said) == (2, "")
    assert complaint.startswith("ippserver: command line: printer.0.output.0.format: must be 'original', ")


def test_an_ephemeral_server_leaves_nothing(tmp_path: Path) -> None:
    with serving(tmp_path, "--ephemeral", "--listen", "127.0.0.1:0") as server:
        line = first_line(server)
        print_to(line.split()[1], tmp_path)
        folder = Path(line.rpartition(" prints to ")[2])
        assert [path.name for path in folder.iterdir()] == ["1-page.pdf"]
        assert stop(server) == 0
    assert not folder.exists()
    assert not (tmp_path / "data").exists()


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with serving(tmp_path, "--listen", address, "--log-level", "error") as server:
            said, complaint = server.communicate(timeout=END_SECONDS)
    assert (server.returncode, said) == (1, "")
    assert complaint.count("\n") == 1
    assert complaint.startswith("ippserver: ")
    assert str(taken) not in complaint
    assert address.rpartition(":")[2] in complaint


def test_a_port_that_needs_rights_is_one_line_with_the_remedy(tmp_path: Path) -> None:
    if os.geteuid() == 0 or int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text()) <= 631:
        pytest.skip("whoever runs this may bind port 631")
    with serving(tmp_path, "--listen", "127.0.0.1:631", "--log-level", "error") as server:
        said, complaint = server.communicate(timeout=END_SECONDS)
    assert (server.returncode, said, complaint.count("\n")) == (1, "", 1)
    assert "--port 8631" in complaint


def test_a_printer_that_demands_tls_is_named_by_ipps(tmp_path: Path) -> None:
    config = tmp_path / "strict.toml"
    config.write_text('[tls]\nmode = "require"\n')
    with serving(tmp_path, "--config", config, "--listen", "127.0.0.1:0") as server:
        assert first_line(server).startswith("ippserver: ipps://127.0.0.1:")
        assert stop(server) == 0


def test_a_certificate_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    config = tmp_path / "own.toml"
    config.write_text('[tls]\ncertificate = "no.pem"\nkey = "no.key"\n')
    with serving(tmp_path, "--config", config, "--listen", "127.0.0.1:0", "--log-level", "error") as server:
        said, complaint = server.communicate(timeout=END_SECONDS)
    assert (server.returncode, said) == (1, "")
    assert complaint == f"ippserver: {tmp_path}/no.pem: No such file or directory\n"


def test_sighup_loads_the_certificate_anew_and_nothing_ends(tmp_path: Path) -> None:
    with serving(tmp_path, "--listen", "127.0.0.1:0") as server:
        uri = first_line(server).split()[1].replace("ipp:", "ipps:")
        port = int(uri.split(":")[2].partition("/")[0])
        pair = SelfSigned(tmp_path / "other", tuple, SystemClock())
        pair.prepare()
        expected = pair.pair.certificate.read_text().partition("\n-----BEGIN")[2]
        tls = tmp_path / "data" / "tls"
        (tls / "certificate.pem").write_text(f"-----BEGIN{expected}")  # without the note that it is ours
        pair.pair.key.replace(tls / "key.pem")
        server.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + END_SECONDS
        while not ssl.get_server_certificate(("127.0.0.1", port)).endswith(expected):
            assert time.monotonic() < deadline, "the certificate stays as it was"
            time.sleep(0.01)
        assert stop(server) == 0


def test_mistakes_in_the_configuration_are_told_before_anything_starts(tmp_path: Path) -> None:
    config = tmp_path / "wrong.toml"
    config.write_text("[limits]\nmax-jobs = 0\nmax-connections = 0\n")
    with serving(tmp_path, "--config", config) as server:
        said, complaint = server.communicate(timeout=END_SECONDS)
    assert (server.returncode, said) == (2, "")
    assert complaint.splitlines() == [
        f"ippserver: {config}: limits.max-connections: must be at least 1",
        f"ippserver: {config}: limits.max-jobs: must be at least 1",
    ]
    assert not (tmp_path / "data").exists()


def test_open_access_beyond_loopback_is_warned_of(tmp_path: Path) -> None:
    with serving(tmp_path, "--port", "0", "--access", "open", "--log-level", "error") as server:
        first_line(server)
        server.send_signal(signal.SIGTERM)
        complaint = server.communicate(timeout=END_SECONDS)[1]
    assert complaint.startswith('ippserver: warning: access.preset: "open"')


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--listen", "127.0.0.1:0", "--port", "1"], "give either --listen or --port"),
        (["--port", "65536"], "--port"),
        (["--access", "office"], '"office" needs authentication'),
        (["--log-level", "loud"], "--log-level"),
    ],
)
def test_wrong_options_are_usage_errors(options: list[str], complaint: str) -> None:
    done = CliRunner().invoke(main, ["serve", *options])
    assert done.exit_code == 2
    assert complaint in done.output
