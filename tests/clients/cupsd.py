"""CUPS's daemon for a test alone, and the programs that talk to it."""

import os
import pwd
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ippserver.testing.ports import free_port
from ippserver.testing.tools import require_tool

Run = Callable[..., str]

START_SECONDS = 60.0
POLL_SECONDS = 0.05

CUPSD_CONF = """
Listen 127.0.0.1:{port}
ServerName localhost
LogLevel info
Browsing Off
WebInterface No
DefaultAuthType None
PreserveJobFiles No
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""

CUPS_FILES_CONF = """
User {user}
Group {group}
SystemGroup root
ServerRoot {folder}/etc
CacheDir {folder}/cache
StateDir {folder}/state
RequestRoot {folder}/spool
TempDir {folder}/spool/tmp
AccessLog {folder}/log/access
ErrorLog {folder}/log/error
PageLog {folder}/log/page
Printcap {folder}/printcap
Sandboxing Relaxed
CreateSelfSignedCerts No
SyncOnClose No
"""


@dataclass(frozen=True)
class Cups:
    """A cupsd of the test's own, and the programs that talk to it."""

    server: str
    folder: Path
    run_program: Run

    def run(self, program: str, *arguments: str | Path) -> str:
        """Runs a program of CUPS against this daemon."""
        environ = {**os.environ, "CUPS_SERVER": self.server, "HOME": str(self.folder), "LANG": "C.UTF-8"}
        return self.run_program(require_tool(program), *arguments, environ=environ)

    def add_queue(self, uri: str, model: str = "everywhere") -> None:
        """Makes the queue `virtual`, and returns once it can print.

        A queue `everywhere` takes jobs at once, though cupsd is still asking the printer what it can do; a
        job that comes before the answer is aborted, since nothing is known into which it could be converted.
        """
        self.run("lpadmin", "-p", "virtual", "-E", "-v", uri, "-m", model)
        deadline = time.monotonic() + START_SECONDS
        while model == "everywhere" and 'Printer "virtual" is now available.' not in self.log:
            assert time.monotonic() < deadline, f"the queue does not get ready:\n{self.log}"
            time.sleep(POLL_SECONDS)

    @property
    def log(self) -> str:
        """What the daemon has logged."""
        return (self.folder / "log" / "error").read_text(errors="replace")


@contextmanager
def daemon(run: Run) -> Iterator[Cups]:
    """A cupsd on a free port of loopback, until the context ends; `run` runs the programs."""
    cupsd = require_tool("cupsd")
    # The account which CUPS's programs run as must reach the folder: pytest's own are closed to it.
    with tempfile.TemporaryDirectory(prefix="cups-") as name:
        folder = Path(name)
        for part in ("etc/ppd", "cache", "state", "spool/tmp", "log"):
            (folder / part).mkdir(parents=True)
        account = pwd.getpwnam("lp") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        if os.geteuid() == 0:
            _give_to(account, folder)
        port = free_port()
        (folder / "etc/cupsd.conf").write_text(CUPSD_CONF.format(port=port))
        files = CUPS_FILES_CONF.format(folder=folder, user=account.pw_name, group=account.pw_gid)
        (folder / "etc/cups-files.conf").write_text(files)
        command = (cupsd, "-f", "-c", folder / "etc/cupsd.conf", "-s", folder / "etc/cups-files.conf")
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                _wait_for_port(port, process)
                yield Cups(f"127.0.0.1:{port}", folder, run)
            finally:
                process.terminate()
                process.communicate(timeout=START_SECONDS)


def _give_to(account: pwd.struct_passwd, folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, 0, account.pw_gid)
        path.chmod(0o770)
    folder.chmod(0o755)
    (folder / "etc").chmod(0o755)


def _wait_for_port(port: int, daemon: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        if daemon.poll() is not None:
            pytest.fail(f"cupsd ended: {daemon.communicate()[1]}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline, "cupsd does not listen"
        else:
            return
