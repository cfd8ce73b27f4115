"""Ports that no two programs are told."""

import socket
from pathlib import Path

import pytest

from ippserver.testing import ports
from ippserver.testing.ports import closed_port, free_port


def test_a_free_port_can_be_listened_on_and_is_none_that_the_kernel_gives_to_others() -> None:
    port = free_port()
    assert port < ports._first_chosen()
    with socket.create_server(("127.0.0.1", port)) as listening:
        assert listening.getsockname()[1] == port


def test_what_somebody_has_is_not_free(monkeypatch: pytest.MonkeyPatch) -> None:
    taken, other = free_port(), free_port()
    monkeypatch.setattr("random.sample", lambda own, count: [taken, other])
    with socket.create_server(("127.0.0.1", taken)):
        assert free_port() == other


def test_no_two_workers_get_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for worker in ("gw0", "gw1", "gw2"):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
        found.append({free_port() for _ in range(50)})
    first, second, third = found
    assert not first & second | second & third | first & third


@pytest.mark.parametrize("text", ["1024 65535", None])
def test_where_it_is_not_known_what_the_kernel_gives_to_others_there_is_one_still(
    text: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if text is not None:
        (tmp_path / "range").write_text(text)
    monkeypatch.setattr(ports, "_CHOSEN_FROM", tmp_path / "range")
    assert free_port() > 1023


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_nobody_listens_at_a_closed_port_and_nobody_can(host: str) -> None:
    with closed_port() as port:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((host, port))
        with pytest.raises(OSError, match="in use"), socket.create_server(("127.0.0.1", port)):
            pass
