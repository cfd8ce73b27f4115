"""Does random operations to a server and to a simple model of one, and fails where the two differ.

    python -m tests.machine.run --operations 100000

Between operations outputs end or jam, time passes, the store and the spool fail, the server is stopped or
crashes and starts again. The seed is printed, and repeats everything. A history that fails is made as short
as it gets.
"""

import argparse
import logging
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tests.machine.histories import Deviation, live, shortest
from tests.machine.resources import Held
from tests.machine.steps import Step, history

_WARM: Final = 2000
"""Steps until everything that grows to its bounds has done so."""
_MAY_GROW_OCTETS: Final = 64 * 2**20
_TELL_EVERY: Final = 10_000
_CLOSELY_EVERY: Final = 10
"""At the engine it is looked after every step; to ask for everything takes most of the time."""


class Growth(AssertionError):
    """The process holds more and more."""


def watched(steps: Iterator[Step], counted: Counter[str]) -> Iterator[Step]:
    """`steps`, counted by kind; Growth where memory or descriptors do not stay within their bounds."""
    warm: Held | None = None
    began = time.monotonic()
    for number, step in enumerate(steps):
        counted[step.kind] += 1
        yield step
        if number == _WARM:
            warm = Held.now()
        if number and number % _TELL_EVERY == 0:
            now = Held.now()
            print(f"  {number} after {time.monotonic() - began:.0f} s: {now}", flush=True)
            _check_growth(warm, now)


def _check_growth(before: Held | None, now: Held) -> None:
    if before is None:
        return
    if (
        now.memory_octets - before.memory_octets > _MAY_GROW_OCTETS
        or now.descriptors > before.descriptors + 8
    ):
        raise Growth(f"{before} have become {now}")


def run(store: str, operations: int, seed: int, tries: int) -> bool:
    """One run on one kind of store; answers whether all went well."""
    print(f"{operations} operations on the {store} store, seed {seed}", flush=True)
    counted: Counter[str] = Counter()
    before = Held.now()
    try:
        steps = list(history(seed, operations))  # before anything is measured
        live(store, watched(iter(steps), counted), closely_every=_CLOSELY_EVERY)
    except Deviation as deviation:
        print(
            f"{deviation.reason}\nafter {len(deviation.steps)} operations; looking for a shorter history ..."
        )
        print(shortest(store, deviation, tries=tries))
        return False
    after = Held.now()
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(counted.items()))
    print(f"  fine: {after}, {after.descriptors - before.descriptors} of them new\n  {kinds}")
    return after.descriptors <= before.descriptors


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.machine.run", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--operations", type=int, default=100_000, help="how many (default: 100000)")
    parser.add_argument(
        "--seed", type=int, default=None, help="of the choices (default: another one each time)"
    )
    parser.add_argument("--store", choices=("memory", "sqlite", "both"), default="both")
    parser.add_argument("--folder", type=Path, default=None, help="where the stores' files go, e.g. /dev/shm")
    parser.add_argument("--tries", type=int, default=400, help="to make a history short (default: 400)")
    chosen = parser.parse_args(arguments)
    if chosen.folder is not None:
        tempfile.tempdir = str(chosen.folder)
    seed = int.from_bytes(os.urandom(4)) if chosen.seed is None else chosen.seed
    logging.disable(logging.CRITICAL)
    stores = ("memory", "sqlite") if chosen.store == "both" else (chosen.store,)
    try:
        return 0 if all([run(store, chosen.operations, seed, chosen.tries) for store in stores]) else 1
    finally:
        logging.disable(logging.NOTSET)


if __name__ == "__main__":
    sys.exit(main())
