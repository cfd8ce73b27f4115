"""A D-Bus of a test's own, and what speaks on it as an avahi-daemon that does as the test wants."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from ippserver.testing.tools import require_tool

SERVER = "org.freedesktop.Avahi.Server"
GROUP = "org.freedesktop.Avahi.EntryGroup"
PATIENCE_SECONDS = 60.0
RUNNING, COLLIDING = 2, 3
ESTABLISHED, COLLISION, FAILURE = 2, 3, 4

_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
"""


@asynccontextmanager
async def d_bus(folder: Path) -> AsyncIterator[str]:
    """A bus; answers its address."""
    program = require_tool("dbus-daemon")
    where, configuration = folder / "bus", folder / "bus.conf"
    configuration.write_text(_CONFIGURATION.format(socket=where))
    child = await asyncio.create_subprocess_exec(
        program, f"--config-file={configuration}", "--nofork", stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await until(lambda: _is_listened_on(where))
        yield f"unix:path={where}"
    finally:
        child.terminate()
        await child.wait()
        where.unlink(missing_ok=True)


def _is_listened_on(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


async def until(holds: Callable[[], bool]) -> None:
    """Returns as soon as it holds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():  # noqa: ASYNC110 - there is nothing to wait on
            await asyncio.sleep(0.01)


class Avahi:
    """Keeps what it is told to publish."""

    def __init__(self) -> None:
        self.groups: dict[str, list[list[Any]]] = {}
        """What was added to each group, by the group's path."""
        self.published: list[str] = []
        self.calls: list[str] = []
        self.errors: dict[str, list[str]] = {}
        """What the next calls of a method are refused with."""
        self.outcomes: list[int] = []
        """The states that the next groups get; then they are established."""
        self.state = RUNNING
        self._bus: MessageBus | None = None
        self._made = 0

    @asynccontextmanager
    async def on(self, address: str) -> AsyncIterator[None]:
        """Speaks on the bus at that address."""
        self._bus = await MessageBus(bus_address=address).connect()
        self._bus.add_message_handler(self._answer)
        await self._bus.request_name("org.freedesktop.Avahi")
        try:
            yield
        finally:
            self._bus.disconnect()
            self.groups.clear()
            self.published.clear()

    def names(self, kind: str = "_ipp._tcp") -> list[str]:
        """The names of the published services of that type."""
        added = (each for group in self.published for each in self.groups[group])
        return [each[3] for each in added if each[4] == kind]

    def txt(self) -> list[bytes]:
        """The keys of the one `_ipp._tcp` service."""
        (found,) = (each[8] for each in self.groups[self.published[-1]] if each[4] == "_ipp._tcp")
        return list(found)

    def say(self, group: str, state: int) -> None:
        """Tells of a state of a group."""
        self._signal(group, GROUP, state)

    def say_of_itself(self, state: int) -> None:
        """Tells of its own state."""
        self.state = state
        self._signal("/", SERVER, state)

    def _signal(self, path: str, interface: str, state: int) -> None:
        assert self._bus is not None
        self._bus.send(Message.new_signal(path, interface, "StateChanged", "is", [state, ""]))

    def _answer(self, call: Message) -> Message | None:
        if call.message_type is not MessageType.METHOD_CALL or call.interface not in (SERVER, GROUP):
            return None
        self.calls.append(str(call.member))
        errors = self.errors.get(str(call.member))
        if errors:
            return Message.new_error(call, f"org.freedesktop.Avahi.{errors.pop(0)}", "no")
        signature, body = self._done(call)
        return Message.new_method_return(call, signature, body)

    def _done(self, call: Message) -> tuple[str, list[Any]]:
        group = str(call.path)
        match call.member:
            case "GetState":
                return "i", [self.state]
            case "GetHostNameFqdn":
                return "s", ["host.local"]
            case "EntryGroupNew":
                self._made += 1
                path = f"/Client0/EntryGroup{self._made}"
                self.groups[path] = []
                return "o", [path]
            case "AddService" | "AddAddress":
                self.groups[group].append(list(call.body))
            case "UpdateServiceTxt":
                for each in self.groups[group]:
                    if each[4] == call.body[4]:
                        each[8] = call.body[6]
            case "Commit":
                self.published.append(group)
                self.say(group, self.outcomes.pop(0) if self.outcomes else ESTABLISHED)
            case "Free":
                del self.groups[group]
                if group in self.published:
                    self.published.remove(group)
        return "", []
