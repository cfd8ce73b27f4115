"""Our server beside Debian's cupsd and ippeveprinter, in one run: figures, and ratios of ours to theirs.

    python tests/bench/bench_server.py [--short]

Each figure is the median of several rounds in which the servers take turns, so that a machine that changes
its speed changes it for all. Ours syncs each document and commits each job before it answers; the others do
not. What a peer cannot do (ippeveprinter takes one job at a time) is left out.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

REPOSITORY: Final = Path(__file__).parents[2]
sys.path.insert(0, str(REPOSITORY))

from tests.bench.peers import PEERS, Peer, why_absent  # noqa: E402  # a script finds the tests only now

CONNECTIONS: Final = "16"


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured: its name, unit, the peers that can do it, and how to measure it once."""

    name: str
    unit: str
    peers: tuple[str, ...]
    measure: Callable[[Peer], float]
    more_is_better: bool = True


def load(*arguments: str) -> dict[str, float]:
    """One run of the load generator."""
    command = [sys.executable, "-m", "tests.bench.load", *arguments]
    done = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True)
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
        peers = {}
        for name, start in PEERS.items():
            reason = why_absent(name)
            if reason is not None:
                print(f"without {name}: {reason}")
                continue
            (folder / name).mkdir()
            peers[name] = running.enter_context(start(folder / name))
        for figure in figures(seconds, mebibytes):
            able = [peer for name, peer in peers.items() if name in figure.peers]
            runs: dict[str, list[float]] = {peer.name: [] for peer in able}
            for _ in range(rounds):
                for peer in able:
                    runs[peer.name].append(figure.measure(peer))
            table(figure, runs)


if __name__ == "__main__":
    main()
