"""What all fuzzers have in common: their command line, and libFuzzer behind it."""

import argparse
import resource
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

try:
    import atheris
except ImportError:  # needed to fuzz and not to replay
    atheris = None


@dataclass(frozen=True, kw_only=True)
class Fuzzer:
    """Tries whether `check` holds for whatever octets."""

    name: str
    check: Callable[[bytes], None]
    """Raises where the invariant does not hold for an input."""
    write_seeds: Callable[[Path], None]
    """Puts inputs into a folder, to begin with."""
    max_octets: int
    """Of an input."""
    slowest_seconds: int
    """For one input."""
    rss_limit_mib: int
    """Of all inputs together."""

    def main(self, description: str | None) -> None:
        """Fuzzes until the time or the runs are over or something breaks, which makes the exit status."""
        corpus = Path(tempfile.gettempdir()) / f"ippserver-fuzz-{self.name}"
        parser = argparse.ArgumentParser(
            description=description, formatter_class=argparse.RawTextHelpFormatter
        )
        parser.add_argument("--seconds", type=int, default=0, help="stop after so long; 0: never")
        parser.add_argument("--runs", type=int, default=-1, help="stop after so many inputs; -1: never")
        parser.add_argument("--seed", type=int, default=0, help="of the random numbers; 0: another each time")
        parser.add_argument("--corpus", type=Path, default=corpus, help=f"inputs worth keeping ({corpus})")
        parser.add_argument("--findings", type=Path, default=Path.cwd(), help="where to put what broke")
        parser.add_argument("--replay", type=Path, nargs="+", metavar="FILE", help="only check these inputs")
        options = parser.parse_args()
        if options.replay:
            for path in options.replay:
                self.check(path.read_bytes())
            print(f"{len(options.replay)} inputs hold")
        elif atheris is None:
            parser.error("fuzzing needs the package atheris (pip install atheris)")
        else:
            self._fuzz(options)

    def _fuzz(self, options: argparse.Namespace) -> None:
        """Hands over to libFuzzer, which ends the process."""
        options.corpus.mkdir(parents=True, exist_ok=True)
        self.write_seeds(options.corpus)
        arguments = [
            sys.argv[0],
            f"-max_total_time={options.seconds}",
            f"-runs={options.runs}",
            f"-seed={options.seed}",
            f"-max_len={self.max_octets}",
            f"-timeout={self.slowest_seconds}",
            f"-rss_limit_mb={self.rss_limit_mib + _counted_before()}",
            f"-artifact_prefix={options.findings}/",
            "-print_final_stats=1",
            str(options.corpus),
        ]
        atheris.Setup(arguments, self.check)
        atheris.Fuzz()


def _counted_before() -> int:
    """MiB that the system counts for this process at the highest, and which its parent had when it began."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def instrumented(package: str) -> AbstractContextManager[Any]:  # Any: atheris has no types
    """Modules of `package` that are imported meanwhile tell the fuzzer which way they went."""
    return nullcontext() if atheris is None else atheris.instrument_imports(include=[package])
