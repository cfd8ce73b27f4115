"""Our server beside Debian's cupsd and ippeveprinter, in one run: figures, and ratios of ours to theirs.

    python tests/bench/bench_server.py [--short]

Each figure is the median of several rounds in which the servers take turns, so that a machine that changes
its speed changes it for all. Ours syncs each document and commits each job before it answers; the others do
not. What a peer cannot do (ippeveprinter takes one job at a time) is left out; a peer that breaks down
(ippeveprinter does, now and then, when its clients leave) is started again, and that is told.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

REPOSITORY: Final = Path(__file__).parents[2]
sys.path.insert(0, str(REPOSITORY))

from tests.bench.peers import PEERS, Peer, why_absent  # noqa: E402  # a script finds the tests only now

CONNECTIONS: Final = "16"
ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured: its name, unit, the peers that can do it, and how to measure it once."""

    name: str
    unit: str
    peers: tuple[str, ...]
    measure: Callable[[Peer], float]
    more_is_better: bool = True


class BrokenDown(Exception):
    """A server does not answer as it should; the text is what the load generator said of it."""


class Measured:
    """A server that is measured, and started again where a peer breaks down."""

    def __init__(self, start: Callable[[Path], AbstractContextManager[Peer]], folder: Path) -> None:
        self._start = start
        self._folder = folder
        self._running = ExitStack()
        self._starts = 0
        self.peer = self._started()

    def figure(self, measure: Callable[[Peer], float]) -> float | None:
        """What `measure` finds; None for a peer that broke down each time.

        Raises:
            BrokenDown: It is ours, which has to be mended.
        """
        for _ in range(ATTEMPTS):
            try:
                return measure(self.peer)
            except (BrokenDown, LookupError, OSError) as problem:
                if self.peer.name == "ippserver":
                    raise
                print(f"{self.peer.name} broke down and is started again: {str(problem).splitlines()[-1]}")
                self.close()
                self.peer = self._started()
        return None

    def close(self) -> None:
        """Ends it."""
        self._running.close()

    def _started(self) -> Peer:
        self._starts += 1
        folder = self._folder / str(self._starts)
        folder.mkdir(parents=True)
        return self._running.enter_context(self._start(folder))


def load(*arguments: str) -> dict[str, float]:
    """One run of the load generator."""
    command = [sys.executable, "-m", "tests.bench.load", *arguments]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    if done.returncode:
        raise BrokenDown(done.stderr.strip())
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def figures(seconds: float, mebibytes: int) -> list[Figure]:
    """What is measured, for runs of `seconds` and documents of `mebibytes`."""

    def requests(peer: Peer) -> float:
        run = load("requests", str(peer.port), peer.path, "attributes", CONNECTIONS, str(seconds))
        return run["accepted_per_second"]

    def questions(peer: Peer) -> float:
        run = load("requests", str(peer.port), peer.path, "questions", CONNECTIONS, str(seconds))
        return run["accepted_per_second"]

    def jobs(peer: Peer) -> float:
        run = load("requests", str(peer.port), peer.path, "print", CONNECTIONS, str(seconds))
        return run["accepted_per_second"]

    def upload(peer: Peer) -> float:
        return load("upload", str(peer.port), peer.path, str(mebibytes))["mebibytes_per_second"]

    def growth(peer: Peer) -> float:
        peer.forget_peak()
        before = peer.rss_octets()
        upload(peer)
        return (peer.peak_octets() - before) / 2**20

    everyone, spoolers = tuple(PEERS), ("ippserver", "cupsd")
    return [
        Figure("Get-Printer-Attributes (all), the same again", "requests/s", everyone, requests),
        Figure("Get-Printer-Attributes (all), each one new", "requests/s", everyone, questions),
        Figure("Print-Job of 20 kB", "accepted jobs/s", spoolers, jobs),
        Figure(f"Print-Job of {mebibytes} MiB, chunked", "MiB/s", everyone, upload),
        Figure(f"memory growth at {mebibytes} MiB", "MiB", everyone, growth, more_is_better=False),
        Figure("memory", "MiB", everyone, lambda peer: peer.rss_octets() / 2**20, more_is_better=False),
    ]


def table(figure: Figure, runs: dict[str, list[float]]) -> None:
    """Prints the medians of one figure, and the ratios."""
    print(f"\n{figure.name} ({figure.unit}, {'more' if figure.more_is_better else 'less'} is better)")
    own = median(runs["ippserver"])
    for name, values in runs.items():
        if not values:
            continue
        ratio = (
            "" if name == "ippserver" or not median(values) else f"   ours/{name} {own / median(values):.2f}"
        )
        print(
            f"  {name:<15} {median(values):>10.1f}   ({min(values):.1f} to {max(values):.1f}){ratio}",
            flush=True,
        )


def main() -> None:
    """Runs every peer and measures them in turns."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="small numbers, to see that it works")
    options = parser.parse_args()
    rounds, seconds, mebibytes = (1, 0.5, 32) if options.short else (5, 3.0, 512)
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="ippserver-bench-")))
        folder.chmod(0o755)
        servers: dict[str, Measured] = {}
        for name, start in PEERS.items():
            reason = why_absent(name)
            if reason is not None:
                print(f"without {name}: {reason}")
                continue
            servers[name] = Measured(start, folder / name)
            running.callback(servers[name].close)
        for figure in figures(seconds, mebibytes):
            able = [name for name in servers if name in figure.peers]
            runs: dict[str, list[float]] = {name: [] for name in able}
            for _ in range(rounds):
                for name in able:
                    found = servers[name].figure(figure.measure)
                    runs[name] += [] if found is None else [found]
            table(figure, runs)


if __name__ == "__main__":
    main()
