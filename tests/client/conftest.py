"""A printer that is not ours: Debian's ippeveprinter on a loopback port."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ippserver.testing.tools import require_tool

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>
"""
START_SECONDS = 10.0


@pytest.fixture(scope="session")
def ippeveprinter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URI of a running ippeveprinter that takes PDF and keeps nothing."""
    program = require_tool("ippeveprinter")
    bus = require_tool("dbus-daemon")  # without a bus it refuses to start, even with DNS-SD off
    folder = tmp_path_factory.mktemp("ippeveprinter")
    port = _free_port()
    command = [program, "-r", "off", "-p", str(port), "-d", str(folder), "-n", "localhost"]
    command += ["-c", require_tool("true")]  # instead of pretending to print for up to 15 seconds
    command += ["-f", "application/pdf,image/jpeg,image/pwg-raster", "Test"]
    with ExitStack() as resources:
        log = resources.enter_context((folder / "log").open("wb"))
        address = _start_bus(bus, folder, resources, log.fileno())
        environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": address}
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
        resources.callback(_end, process)
        _wait_for_port(port, process)
        yield f"ipp://localhost:{port}/ipp/print"


def _start_bus(program: str, folder: Path, resources: ExitStack, log: int) -> str:
    path = folder / "bus"
    configuration = folder / "bus.conf"
    configuration.write_text(BUS.format(socket=path))
    process = subprocess.Popen(
        [program, f"--config-file={configuration}", "--nofork"], stdout=log, stderr=log
    )
    resources.callback(_end, process)
    deadline = time.monotonic() + START_SECONDS
    while not path.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    return f"unix:path={path}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for_port(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("localhost", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    pytest.fail("ippeveprinter did not start")


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
