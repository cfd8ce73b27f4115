"""Debian's ippeveprinter on a loopback port: a printer that is not ours, to hold ours against."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import pytest

from ippserver.testing.ports import free_port
from ippserver.testing.tools import require_tool

FORMATS: Final = "application/pdf,image/jpeg,image/pwg-raster"
BUS: Final = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>
"""
START_SECONDS: Final = 60.0


@contextmanager
def running_ippeveprinter(folder: Path) -> Iterator[str]:
    """The URI of an ippeveprinter that takes PDF, JPEG and PWG raster, and needs no time to print.

    `folder` gets its files and log. Skips the test where it is not installed (see `require_tool`).
    """
    for tool in ("ippeveprinter", "dbus-daemon", "true"):
        require_tool(tool)
    with ippeveprinter_process(folder) as (port, _):
        yield f"ipp://localhost:{port}/ipp/print"


@contextmanager
def ippeveprinter_process(folder: Path, formats: str = FORMATS) -> Iterator[tuple[int, int]]:
    """Port and pid of such an ippeveprinter; its printer is at /ipp/print."""
    port = free_port()
    command = [
        require_tool("ippeveprinter"),
        "-r",
        "off",
        "-p",
        str(port),
        "-d",
        str(folder),
        "-n",
        "localhost",
    ]
    command += ["-c", str(shutil.which("true"))]  # instead of pretending to print for up to 15 seconds
    command += ["-f", formats, "Test"]
    with ExitStack() as resources:
        log = resources.enter_context((folder / "log").open("wb"))
        # Without a bus it refuses to start, even with DNS-SD off.
        address = _start_bus("dbus-daemon", folder, resources, log.fileno())
        environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": address}
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
        resources.callback(_end, process)
        _wait_for_port(port, process)
        yield port, process.pid


def _start_bus(program: str, folder: Path, resources: ExitStack, log: int) -> str:
    path = folder / "bus"
    configuration = folder / "bus.conf"
    configuration.write_text(BUS.format(socket=path))
    said = folder / "bus.address"
    with said.open("wb") as address:
        command = [program, f"--config-file={configuration}", "--nofork", "--print-address"]
        process = subprocess.Popen(command, stdout=address, stderr=log)
    resources.callback(_end, process)
    deadline = time.monotonic() + START_SECONDS
    while not said.read_text() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)  # its socket is there before it listens
    return f"unix:path={path}"


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
