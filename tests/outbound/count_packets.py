"""Run as a program in a network namespace of its own: which URIs make the fetcher send a packet.

All routes lead to the loopback device there, so that its counter sees every packet, whatever its address.
Prints a JSON object of URI to [packets sent, error]. Reads the URIs to try from its arguments.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ippserver.interfaces import FetchError
from ippserver.outbound.fetcher import FetchSettings, GuardedFetcher

OWN_PUBLIC_ADDRESS = "8.8.4.4"
_LOOK_SECONDS = 0.01
ROUTES = (
    "link set lo up",
    f"address add {OWN_PUBLIC_ADDRESS}/32 dev lo",
    "route add default dev lo",
    "-6 route add default dev lo",
)


async def lookup(host: str, port: int) -> Sequence[str]:
    """Names of the pattern `TEXT.is.example`: the addresses that TEXT has, underscores between them."""
    return [text.replace("-", ":") for text in host.removesuffix(".is.example").split("_")]


async def attempt(uri: str) -> tuple[int, str]:
    """How many packets were sent until the first was seen or all was over, and what it failed by then."""
    before = _packets()
    fetching = asyncio.ensure_future(_failure(uri))
    while not fetching.done() and _packets() == before:
        await asyncio.wait([fetching], timeout=_LOOK_SECONDS)
    fetching.cancel()
    await asyncio.wait([fetching])
    return _packets() - before, "" if fetching.cancelled() else fetching.result()


async def _failure(uri: str) -> str:
    try:
        async with GuardedFetcher(FetchSettings(), lookup=lookup).fetch(uri) as document:
            [_ async for _ in document]
    except FetchError as error:
        return str(error)
    return ""


def _packets() -> int:
    [line] = [line for line in Path("/proc/net/dev").read_text().splitlines() if "lo:" in line]
    return int(line.split(":")[1].split()[9])


async def main() -> None:
    print(json.dumps({uri: await attempt(uri) for uri in sys.argv[1:]}))


if __name__ == "__main__":
    for route in ROUTES:
        subprocess.run(["ip", *route.split()], check=True)
    asyncio.run(main())
