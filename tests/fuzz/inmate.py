"""A worker that stays: in the jail of one, and by its code, it does one task after the other.

Started by fuzz_in_jail.py: python inmate.py IN OUT LIMITS. After what a worker says of its tasks it says what
broke, and what all tasks took so far.
"""

import json
import os
import resource
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # the script runs where the package is not installed too

from ippserver.documents import worker
from ippserver.documents.jail import JailLimits, enter


def main(arguments: list[str]) -> None:
    """Runs it with this process's arguments, standard input and output."""
    source, target, limits = arguments
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    enter(JailLimits(**json.loads(limits)), reads=[Path(source)], writes=[Path(target)])

    def say(**what: object) -> None:
        if "error" in what:
            what["why"] = _places(sys.exception())
        out.write(json.dumps(what) + "\n")

    def say_what_it_took() -> None:
        say(peak_octets=_peak_octets(), cpu_seconds=time.process_time())
        out.flush()

    say_what_it_took()
    while told := sys.stdin.buffer.readline():
        try:
            worker.answer(told, Path(source), Path(target), say)
        except Exception:
            say(broke=traceback.format_exc())
        say_what_it_took()


def _places(error: BaseException | None) -> list[str]:
    """Where an error and those behind it were raised: how one document is known from another."""
    places = []
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        places.append(f"{type(error).__name__} {Path(frames[-1].filename).name}:{frames[-1].lineno}")
        error = error.__cause__
    return places


def _peak_octets() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main(sys.argv[1:])
