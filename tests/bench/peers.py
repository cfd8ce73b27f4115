"""The print servers measured side by side: ours, cupsd and ippeveprinter, each in a child process."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ippserver.testing.ippeveprinter import ippeveprinter_process
from ippserver.testing.ports import free_port

START_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Peer:
    """A print server that runs, and where its printer is."""

    name: str
    port: int
    path: str
    pid: int

    @property
    def uri(self) -> str:
        """The URI of its printer."""
        return f"ipp://localhost:{self.port}{self.path}"

    def rss_octets(self) -> int:
        """What it holds in memory now."""
        return self._status("VmRSS")

    def peak_octets(self) -> int:
        """The most that it has held since `forget_peak`."""
        return self._status("VmHWM")

    def forget_peak(self) -> None:
        """Starts `peak_octets` anew."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def _status(self, key: str) -> int:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(f"{key}:"):
                return int(line.split()[1]) * 1024
        raise LookupError(key)


@contextmanager
def ours(folder: Path) -> Iterator[Peer]:
    """`ippserver serve` with the store and the spool that users have, documents discarded after delivery."""
    port = free_port()
    config = folder / "ippserver.toml"
    config.write_text(
        f'[server]\nlisten = ["127.0.0.1:{port}"]\ndata-dir = "{folder}/data"\nlog-level = "warning"\n'
        "[limits]\nmax-connections-per-address = 1000\nmax-jobs = 1000000\n"
        '[[printer]]\nminimum-processing-seconds = 0\n[[printer.output]]\ntype = "discard"\n'
    )
    command = [sys.executable, "-m", "ippserver", "serve", "--access", "open", "--config", str(config)]
    with child(command, port, folder / "ippserver.log") as pid:
        yield Peer("ippserver", port, "/ipp/print", pid)


@contextmanager
def cupsd(folder: Path) -> Iterator[Peer]:
    """A private cupsd with one raw queue to the null device."""
    port = free_port()
    for part in ("root", "spool/tmp", "cache", "state", "log"):
        (folder / part).mkdir(parents=True)
    (folder / "cupsd.conf").write_text(_CUPSD_CONF.format(port=port))
    (folder / "cups-files.conf").write_text(_CUPS_FILES_CONF.format(folder=folder))
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        shutil.chown(path, "lp", "lp")
    shutil.chown(folder / "root", "root")
    command = ["cupsd", "-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "cups-files.conf")]
    with child(command, port, folder / "cupsd.log") as pid:
        add = [
            "lpadmin",
            "-h",
            f"127.0.0.1:{port}",
            "-p",
            "bench",
            "-E",
            "-v",
            "file:///dev/null",
            "-m",
            "raw",
        ]
        subprocess.run(add, check=True, capture_output=True)
        yield Peer("cupsd", port, "/printers/bench", pid)


@contextmanager
def ippeveprinter(folder: Path) -> Iterator[Peer]:
    """Debian's ippeveprinter, which keeps no documents."""
    with ippeveprinter_process(folder, "application/octet-stream,application/pdf") as (port, pid):
        yield Peer("ippeveprinter", port, "/ipp/print", pid)


PEERS: Final[dict[str, Callable[[Path], AbstractContextManager[Peer]]]] = {
    "ippserver": ours,
    "cupsd": cupsd,
    "ippeveprinter": ippeveprinter,
}


def why_absent(name: str) -> str | None:
    """Why a peer cannot run here, or None."""
    if name == "cupsd" and os.geteuid() != 0:
        return "cupsd needs root, to run its queues as another user"
    if name != "ippserver" and shutil.which(name) is None:
        return f"{name} is not installed"
    return None


@contextmanager
def child(command: list[str], port: int, log: Path) -> Iterator[int]:
    """Runs `command` until it listens on `port`; answers its pid, and ends it."""
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            _await_port(process, port, log)
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _await_port(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1.0).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{process.args!r} does not serve: {log.read_text()}") from None
            time.sleep(0.02)
        else:
            return


_CUPSD_CONF: Final = """
LogLevel error
Listen 127.0.0.1:{port}
Browsing Off
WebInterface No
MaxClients 1000
MaxClientsPerHost 1000
MaxJobs 0
PreserveJobHistory No
PreserveJobFiles No
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues none
  <Limit All>
    Order deny,allow
    Allow all
  </Limit>
</Policy>
"""

_CUPS_FILES_CONF: Final = """
FileDevice Yes
Sandboxing Relaxed
User lp
Group lp
SystemGroup root
ServerRoot {folder}/root
RequestRoot {folder}/spool
CacheDir {folder}/cache
StateDir {folder}/state
TempDir {folder}/spool/tmp
ErrorLog {folder}/log/error_log
AccessLog {folder}/log/access_log
PageLog {folder}/log/page_log
ServerKeychain {folder}/root/ssl
"""
