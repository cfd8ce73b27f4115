"""Invariant: whatever is sent as a document, its worker says what is wrong with it, or makes something of it.

Mutants of small documents, each asked for in some way, are converted in the jail and by the code of a worker.
Nothing but our own refusals may come of them: no exception, no octets left behind, not more than the limits
say, and no more time and memory than is right for so few octets. An inmate may be ended by a fault of a
library: that is what the jail is for, and what the server's own converter answers then is told, too.

The million:  nice python tests/fuzz/fuzz_in_jail.py --runs 1000000 --cells 2
A finding:    python tests/fuzz/fuzz_in_jail.py --replay FILE
"""

import argparse
import asyncio
import hashlib
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Lock

sys.path.insert(0, str(Path(__file__).parents[2]))  # the script runs where the package is not installed too

from ippserver.model import formats
from tests.fuzz.answered import answered
from tests.fuzz.asked import SOURCES, TARGETS, asked, case
from tests.fuzz.cell import Cell, Conduct
from tests.fuzz.document_seeds import documents
from tests.fuzz.made import check_made
from tests.fuzz.mutation import MOST_OCTETS, mutant

SLOW_SECONDS = 3.0
"""Of computing, for a document of MOST_OCTETS; a larger one may take as much more as it is larger."""
GROWN_OCTETS = 2**28
KEPT_OF_A_KIND = 3
NOVELTIES = 2000
"""Mutants of each format that are mutated on, since something new came of them."""
REPORT_SECONDS = 60
_OFTEN = (*[each for each in SOURCES if formats.essence(each) != formats.TEXT] * 3, *SOURCES)
"""How often each is tried: text takes longest, since fonts are looked into, and is read by code of ours."""


@dataclass(slots=True)
class Findings:
    """What did not hold: by kinds, a few inputs of each are kept in a folder."""

    folder: Path
    kinds: Counter[str] = field(default_factory=Counter)

    def keep(self, kind: str, data: bytes) -> bool:
        """Whether it is the first of its kind."""
        self.kinds[kind] += 1
        if self.kinds[kind] <= KEPT_OF_A_KIND:
            name = re.sub(r"\W+", "-", kind)[:60] + "-" + hashlib.sha256(data).hexdigest()[:8]
            (self.folder / f"{name}.bin").write_bytes(data)
        return self.kinds[kind] == 1


@dataclass(slots=True)
class Campaign:
    """Mutants, one after the other in each of some cells, until there were `runs` or the time is over."""

    findings: Findings
    deaths: Findings
    runs: int
    until: float
    """By time.monotonic()."""
    outcomes: Counter[str] = field(default_factory=Counter)
    formats: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    inmates: int = 0
    _known: set[str] = field(default_factory=set)
    _begun: int = 0
    _lock: Lock = field(default_factory=Lock)

    @property
    def done(self) -> int:
        """Mutants."""
        return self.outcomes.total()

    def work(self, seed: int) -> None:
        """What one cell does."""
        random = Random(seed)
        seeds: dict[str, list[bytes]] = {source_format: [] for source_format in SOURCES}
        for source_format, document in documents():
            seeds[source_format].append(document)
        novelties: dict[str, list[bytes]] = {source_format: [] for source_format in SOURCES}
        with Cell() as cell:
            while self._goes_on():
                source_format = random.choice(_OFTEN)
                known = novelties[source_format]
                pool = known if known and random.random() < 0.5 else seeds[source_format]
                document = mutant(random, source_format, pool)
                number = random.choice((random.randrange(len(TARGETS)), random.getrandbits(24)))
                data = case(source_format, number, document)
                conduct = cell.convert(*asked(data))
                if self._is_new(source_format, conduct) and len(document) <= MOST_OCTETS:
                    if len(known) >= NOVELTIES:
                        del known[random.randrange(len(known))]
                    known.append(document)
                self._judge(cell, conduct, data)
        self.inmates += cell.started

    def end(self) -> None:
        """Lets the cells finish what they are at, and no more."""
        self.until = 0

    def _goes_on(self) -> bool:
        with self._lock:
            self._begun += 1
            return self._begun <= self.runs and time.monotonic() < self.until

    def _is_new(self, source_format: str, conduct: Conduct) -> bool:
        """Counts it, and tells whether nothing of the kind was seen before."""
        sign = f"{source_format} {_sign(conduct)}"
        with self._lock:
            self.formats[source_format] += 1
            self.outcomes[_outcome(conduct)] += 1
            self.slowest = max(self.slowest, conduct.cpu_seconds)
            is_new = sign not in self._known
            self._known.add(sign)
        return is_new

    def _judge(self, cell: Cell, conduct: Conduct, data: bytes) -> None:
        """Keeps what did not hold; what was slow is only so if it is again."""
        if conduct.ended and not conduct.overran and self.deaths.keep(conduct.ended, data):
            print(f"{conduct.ended}; the server answers: {asyncio.run(answered(*asked(data)))}", flush=True)
        for complaint in complaints(conduct, len(data)):
            if _is_slow(complaint) and not all(_is_slow_again(cell, data) for _ in range(2)):
                continue
            if self.findings.keep(complaint, data):
                print(f"{complaint}\n{conduct.word('broke') or ''}", flush=True)

    def __str__(self) -> str:
        """A report."""
        ways = len(self._known)
        head = f"{self.done} mutants, {self.inmates} inmates, {ways} ways, {self.slowest:.2f} s at most"
        counted = (self.formats, self.outcomes, self.deaths.kinds, self.findings.kinds)
        return "\n  ".join([head, *map(_listed, counted)])


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in counts.most_common()) or "none"


def complaints(conduct: Conduct, size: int) -> Iterator[str]:
    """What did not hold; `size` is that of the input. That a library ended an inmate is none of it."""
    broke = conduct.word("broke")
    if broke:
        places = re.findall(r'/(\w+\.py)", line (\d+)', broke)
        yield f"broke {broke.strip().splitlines()[-1].partition(':')[0]} {':'.join(places[-1])}"
    elif conduct.overran:
        yield "overran"
    elif not conduct.ended and conduct.word("error") is None and conduct.result is None:
        yield "silent"
    if conduct.word("error") == "NoRoom":
        yield "no room"
    if conduct.left and not conduct.ended:
        yield "left " + conduct.left[0].partition("-")[0]
    if conduct.cpu_seconds > SLOW_SECONDS * max(1, size / MOST_OCTETS):
        yield f"slow {_sign(conduct)}"
    if conduct.grown_octets > GROWN_OCTETS:
        yield f"large {_sign(conduct)}"
    if conduct.result is not None:
        try:
            check_made(conduct.result, conduct.parts, conduct.octets)
        except AssertionError as error:
            yield f"wrong {error}"


def _is_slow(complaint: str) -> bool:
    return complaint.startswith("slow ")


def _is_slow_again(cell: Cell, data: bytes) -> bool:
    """Whether it was not only the machine that was slow."""
    return any(map(_is_slow, complaints(cell.convert(*asked(data)), len(data))))


def _outcome(conduct: Conduct) -> str:
    return conduct.ended or ("printed" if conduct.result else conduct.word("error") or "broke")


def _sign(conduct: Conduct) -> str:
    """How a way through all readers, the plan and the writers is known from others."""
    result = conduct.result
    if result is None:
        return " ".join(conduct.word("why") or (conduct.ended,))
    numbers = (result.pages, result.sheets, result.parts, len(result.text), conduct.octets >> 8)
    return f"{result.media_type} {result.unchanged} " + " ".join(
        str(number.bit_length()) for number in numbers
    )


def replayed(paths: list[Path]) -> int:
    """Tells what comes of kept inputs, and answers how many of them do not hold."""
    broken = 0
    with Cell() as cell:
        for path in paths:
            data = path.read_bytes()
            conduct = cell.convert(*asked(data))
            wrong = list(complaints(conduct, len(data)))
            broken += bool(wrong)
            print(f"{path.name}: {', '.join(wrong) or _outcome(conduct)} in {conduct.cpu_seconds:.3f} s")
            if wrong or conduct.ended:
                print(conduct.word("broke") or f"the server answers: {asyncio.run(answered(*asked(data)))}")
    print(f"{len(paths) - broken} inputs hold")
    return broken


def main() -> int:
    """Fuzzes, or replays; the status is 1 where something did not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--runs", type=int, default=10**6, help="stop after so many mutants (1000000)")
    parser.add_argument("--cells", type=int, default=1, help="workers at once (1)")
    parser.add_argument(
        "--seed", type=int, default=None, help="of the random numbers; else another each time"
    )
    parser.add_argument("--findings", type=Path, default=Path.cwd(), help="where to put what broke")
    parser.add_argument("--replay", type=Path, nargs="+", metavar="FILE", help="only try these inputs")
    options = parser.parse_args()
    if options.replay:
        return bool(replayed(options.replay))
    folder: Path = options.findings
    folder.mkdir(parents=True, exist_ok=True)
    seed = Random(options.seed).getrandbits(32)
    until = time.monotonic() + options.seconds
    campaign = Campaign(Findings(folder), Findings(folder), runs=options.runs, until=until)
    signal.signal(signal.SIGTERM, lambda *_: campaign.end())
    with ThreadPoolExecutor(options.cells) as threads:
        working = [threads.submit(campaign.work, seed + number) for number in range(options.cells)]
        while wait(working, REPORT_SECONDS).not_done:
            print(campaign, flush=True)
        for each in working:
            each.result()
    print(campaign)
    return bool(campaign.findings.kinds)


if __name__ == "__main__":
    sys.exit(main())
