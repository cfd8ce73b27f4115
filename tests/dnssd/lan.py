"""A network of two hosts: network namespaces that are joined by a cable, and avahi-daemon on them."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex

from ippserver.testing.tools import absent, require_tool

TOOLS = (
    "ip",
    "tc",
    "ss",
    "unshare",
    "nsenter",
    "dbus-daemon",
    "avahi-daemon",
    "avahi-browse",
    "ippfind",
    "ipptool",
    "openssl",
)
PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 10
_LOOK_AGAIN_SECONDS = 0.1

_DBUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=/run/dbus/system_bus_socket</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/><allow user="*"/></policy></busconfig>
"""
_AVAHI = "[server]\nhost-name={name}\nuse-ipv6=no\n[publish]\npublish-workstation=no\npublish-hinfo=no\n"
_START = """
mount -t tmpfs tmpfs /run
mkdir /run/dbus /run/avahi-daemon
exec dbus-daemon --config-file={folder}/dbus.conf --nofork --nopidfile --print-address >/run/d-bus-address
"""


@dataclass
class Host:
    """One end of the cable."""

    namespace: str
    address: str
    inside: int | None = None
    """A process within the mounts of its avahi, where that runs."""
    folder: Path = Path()
    """Of avahi's configuration."""

    def command(self, *command: str) -> list[str]:
        """`command` as it runs on this host."""
        if self.inside is None:
            return ["ip", "netns", "exec", self.namespace, *command]
        return ["nsenter", f"--target={self.inside}", "--mount", "--net", *command]

    def run(self, *command: str) -> str:
        """What `command` says there."""
        return self.run_all(command)[0]

    def run_all(self, *commands: Sequence[str]) -> list[str]:
        """What each of `commands` says there; they run at the same time."""
        running = [
            subprocess.Popen(self.command(*command), stdout=subprocess.PIPE, text=True)
            for command in commands
        ]
        return [each.communicate(timeout=PATIENCE_SECONDS)[0] for each in running]

    def browse(self, kind: str = "--all") -> list["Found"]:
        """The services of that type, or of every one, that can be resolved from here."""
        # avahi-browse 0.8 never ends if a service goes while it is being resolved.
        browse = ("timeout", str(_LOOK_SECONDS), "avahi-browse", "--resolve")
        lines = self.run(*browse, "--terminate", "--parsable", "--no-db-lookup", kind)
        return [_found(line) for line in lines.splitlines() if line.startswith("=")]

    def until_found(self, name: str, *kinds: str) -> dict[str, "Found"]:
        """The services of that name by their types, once all of `kinds` can be resolved from here."""
        found: dict[str, Found] = {}

        def are_found() -> bool:
            seen = self.browse(*kinds) if len(kinds) == 1 else self.browse()
            found.update({each.kind: each for each in seen if each.name == name})
            return found.keys() >= set(kinds)  # one look may end before all have answered

        until(are_found, f"{name} is found as {', '.join(kinds)}")
        return found

    def names(self, kind: str) -> set[str]:
        """The names of the services of that type that can be resolved from here."""
        return {found.name for found in self.browse(kind)}

    def start_avahi(self) -> None:
        """Starts the avahi-daemon, as soon as the one before it is gone."""
        options = ("-f", f"{self.folder}/avahi.conf", "--no-drop-root", "--no-chroot", "--no-rlimits")
        command = self.command("avahi-daemon", "-D", *options)
        until(lambda: subprocess.run(command, check=False).returncode == 0, "avahi-daemon runs")

    def listed(self, kind: str) -> set[str]:
        """The names of the services of that type that somebody on the network is said to have."""
        lines = self.run("avahi-browse", "--terminate", "--parsable", kind).splitlines()
        names = {line.split(";")[3] for line in lines if line.startswith("+")}
        return {
            _plain(name) for name in names - {line.split(";")[3] for line in lines if line.startswith("-")}
        }

    @contextmanager
    def avahi(self, folder: Path) -> Iterator[None]:
        """With an avahi-daemon of its own, and a D-Bus."""
        (folder / "dbus.conf").write_text(_DBUS)
        (folder / "avahi.conf").write_text(_AVAHI.format(name=self.namespace))
        script = _START.format(folder=folder)
        command = self.command("unshare", "--mount", "--kill-child", "--fork", "sh", "-c", script)
        with (
            (folder / "log").open("wb") as log,
            subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True) as avahi,
        ):
            try:
                self.inside = _child(avahi.pid)
                self.folder = folder
                self.start_avahi()
                yield
            finally:
                self.inside = None
                os.killpg(avahi.pid, signal.SIGKILL)


@dataclass
class Found:
    """A service that was resolved."""

    name: str
    kind: str
    host: str
    address: str
    port: int
    txt: dict[str, str] = field(default_factory=dict)


def _found(line: str) -> Found:
    _, _, _, name, kind, _, host, address, port, txt = line.split(";", 9)
    strings = txt.removeprefix('"').removesuffix('"').split('" "')
    pairs = (string.partition("=") for string in strings if string)
    return Found(_plain(name), kind, host, address, int(port), {key: value for key, _, value in pairs})


def _plain(escaped: str) -> str:
    octets = bytearray()
    rest = escaped
    while rest:
        if rest[0] != "\\":
            octets += rest[0].encode()
            rest = rest[1:]
        elif rest[1:4].isdigit():
            octets.append(int(rest[1:4]))
            rest = rest[4:]
        else:
            octets += rest[1].encode()
            rest = rest[2:]
    return octets.decode()


def _child(pid: int) -> int:
    """The D-Bus that unshare made, as soon as it is listening within mounts of its own."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    until(lambda: children.read_text().split() != [], "the namespace is there")
    child = int(children.read_text().split()[0])
    address = Path(f"/proc/{child}/root/run/d-bus-address")
    until(lambda: address.exists() and address.read_text().endswith("\n"), "its D-Bus is there")
    return child


def until(holds: Callable[[], bool], what: str) -> None:
    """Returns as soon as it holds that `what`."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"not within {PATIENCE_SECONDS:g} s: {what}"
        time.sleep(_LOOK_AGAIN_SECONDS)


@dataclass
class Lan:
    """Two hosts, `server` and `client`."""

    server: Host
    client: Host

    @contextmanager
    def serving(
        self, folder: Path, *options: str, on: str = "server", settings: Mapping[str, object] | None = None
    ) -> Iterator["Serving"]:
        """A server on one of the hosts, with its data in `folder`; killed at the end, if it still runs."""
        environ = {f"IPPSERVER__DNS_SD__{key.upper()}": str(value) for key, value in (settings or {}).items()}
        command = [
            sys.executable,
            "-m",
            "ippserver",
            "serve",
            "--access",
            "open",
            "--data-dir",
            f"{folder}/data",
        ]
        folder.mkdir(exist_ok=True)
        with (
            (folder / "log").open("ab") as log,
            subprocess.Popen(
                {"server": self.server, "client": self.client}[on].command(
                    *command, "--save", f"{folder}/prints", *options
                ),
                env={**os.environ, **environ},
                stdout=log,
                stderr=log,
            ) as process,
        ):
            try:
                yield Serving(process, folder / "log")
            finally:
                process.kill()

    @contextmanager
    def cut(self) -> Iterator[None]:
        """With the cable cut in the middle, which neither of its ends notices."""
        for host in (self.server, self.client):
            _tc(host, "add", "tbf", "rate", "8bit", "burst", "1", "latency", "1ms")  # nothing fits through
        try:
            yield
        finally:
            for host in (self.server, self.client):
                _tc(host, "delete")


@dataclass
class Serving:
    """A server that runs."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def until_seen_as(self, name: str) -> None:
        """Returns when the network has been told of its printer under that name."""
        until(lambda: f"sees /ipp/print as {name}\n" in self.log.read_text(), f"it is seen as {name}")

    def stop(self) -> None:
        """Has it end in good order."""
        self.process.terminate()
        assert self.process.wait(PATIENCE_SECONDS) == 0


@contextmanager
def lan() -> Iterator[Lan]:
    """Two hosts and the cable, as long as the context lasts; skips the test where that cannot be had."""
    for tool in TOOLS:
        require_tool(tool)
    if os.geteuid() != 0:
        absent("network namespaces need root")
    ends = [f"ipp{token_hex(4)}{end}" for end in "sc"]
    with ExitStack() as stack:
        for end in ends:
            _ip("netns", "add", end)
            stack.callback(_ip, "netns", "delete", end)
        _ip("link", "add", "lan0", "netns", ends[0], "type", "veth", "peer", "name", "lan0", "netns", ends[1])
        hosts = [Host(end, f"10.77.0.{number}") for number, end in enumerate(ends, 1)]
        for host in hosts:
            _ip("-n", host.namespace, "address", "add", f"{host.address}/24", "dev", "lan0")
            _ip("-n", host.namespace, "link", "set", "lo", "up")
            _ip("-n", host.namespace, "link", "set", "lan0", "up")
        folder = Path(tempfile.mkdtemp(prefix="ippserver-lan-"))
        stack.callback(shutil.rmtree, folder)
        stack.enter_context(hosts[1].avahi(folder))
        yield Lan(*hosts)


def _tc(host: Host, action: str, *arguments: str) -> None:
    _make("ip", "netns", "exec", host.namespace, "tc", "qdisc", action, "dev", "lan0", "root", *arguments)


def _ip(*arguments: str) -> None:
    _make("ip", *arguments)


def _make(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        absent(f"this network cannot be made here: {done.stderr.strip()}")
