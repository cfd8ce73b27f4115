"""Forbidden addresses get no packet at all, counted in a network namespace."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ippserver.testing.tools import require_tool

FORBIDDEN = (
    "http://127.0.0.1/",
    "http://[::1]/",
    "http://localhost/",
    "http://0.0.0.0/",
    "http://[::]/",
    "http://8.8.4.4/",  # the namespace's own address, though public
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://100.64.0.1/",
    "http://[fc00::1]/",
    "http://[fe80::1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://224.0.0.251/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://127.1/",
    "http://１２７.0.0.1/",
    "http://127.0.0.1./",
    "http://127.0.0.1.is.example/",
    "http://1.1.1.1_127.0.0.1.is.example/",
    "http://--1.is.example/",
    "https://10.0.0.1/",
    "ftp://10.0.0.1/document",
    "ftp://127.0.0.1.is.example/document",
    "http://fred:secret@1.1.1.1/",
    "file:///etc/passwd",
    "gopher://1.1.1.1/",
)
PUBLIC = (
    "http://1.1.1.1/",
    "http://[2606:4700::1111]/",
    "ftp://1.1.1.1/document",
    "http://1.1.1.1.is.example/",
)


@pytest.fixture(scope="module")
def sent() -> dict[str, tuple[int, str]]:
    """How many packets each URI caused, and what was answered."""
    require_tool("ip")
    namespace = [require_tool("unshare"), "--net", "--map-root-user"]
    if subprocess.run([*namespace, "true"], capture_output=True).returncode != 0:
        pytest.skip("this host lets nobody make a network namespace")
    program = [sys.executable, str(Path(__file__).with_name("count_packets.py"))]
    result = subprocess.run(
        [*namespace, *program, *FORBIDDEN, *PUBLIC], capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 0, result.stderr
    answer: dict[str, tuple[int, str]] = json.loads(result.stdout)
    return answer


@pytest.mark.parametrize("uri", FORBIDDEN)
def test_no_packet_leaves_for_a_forbidden_address(sent: dict[str, tuple[int, str]], uri: str) -> None:
    packets, error = sent[uri]
    assert packets == 0
    assert error


@pytest.mark.parametrize("uri", PUBLIC)
def test_the_counter_sees_what_is_sent_to_a_public_address(
    sent: dict[str, tuple[int, str]], uri: str
) -> None:
    packets, _ = sent[uri]
    assert packets > 0
