"""A cell for one inmate: a document goes in, and what is said and lies there afterwards is looked at."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Any, Final, Self

from ippserver.documents.jail import JailLimits
from ippserver.documents.task import Result, Task, encoded

_INMATE: Final = Path(__file__).with_name("inmate.py")
_JAIL: Final = JailLimits(cpu_seconds=100_000, memory_octets=2 * 2**30, file_octets=2**26)
"""The memory is that of a worker. Of computing, what one document may take is looked at here."""
_LONGEST_CPU_SECONDS: Final = 30
_LOOK_SECONDS: Final = 1.0
_TAKEN: Final = "cpu_seconds"
"""Under this name an inmate says last what it has computed since it began."""
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_MOST_DOCUMENTS: Final = 2000
_MOST_OCTETS: Final = 2**30
"""Libraries lose some memory when a document is damaged: an inmate that has so much is let go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """What an inmate made of a document."""

    said: Sequence[Mapping[str, Any]] = ()
    """What a worker says (documents.worker), and what broke."""
    ended: str = ""
    """By which signal, or with which status, where it did not stay."""
    overran: bool = False
    """Whether it was ended, since it computed for too long."""
    parts: Sequence[bytes] = ()
    """The first octets of each file that came."""
    octets: int = 0
    """Of all of them."""
    left: Sequence[str] = ()
    """What else lies there."""
    cpu_seconds: float = 0.0
    grown_octets: int = 0
    """Memory beyond the most that all documents before needed."""

    def word(self, name: str) -> Any:  # Any: what json.loads answers
        """What it said under that name last; None where it did not."""
        return next((word[name] for word in reversed(self.said) if name in word), None)

    @property
    def result(self) -> Result | None:
        """The result, if there is one."""
        plain = self.word("result")
        return None if plain is None else Result.of(plain)


@dataclass(slots=True)
class Cell:
    """Has an inmate while it is entered, another one after each that ended or did enough."""

    _folder: Path = field(default_factory=lambda: Path(mkdtemp(prefix="ippserver-cell-", dir=_memory())))
    _inmate: "subprocess.Popen[bytes] | None" = None
    _done: int = 0
    _peak_octets: int = 0
    _cpu_seconds: float = 0.0
    started: int = 0

    def __enter__(self) -> Self:
        for name in ("in", "out"):
            (self._folder / name).mkdir()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._let_go()
        shutil.rmtree(self._folder)

    def convert(self, tasks: Sequence[Task], documents: Sequence[bytes]) -> Conduct:
        """What becomes of the documents."""
        if self._inmate is None or self._done >= _MOST_DOCUMENTS or self._peak_octets > _MOST_OCTETS:
            self._let_go()
            self._begin()
        assert self._inmate is not None
        assert self._inmate.stdin is not None
        self._done += 1
        for number, document in enumerate(documents, 1):
            (self._folder / "in" / str(number)).write_bytes(document)
        try:
            self._inmate.stdin.write(encoded(tasks) + b"\n")
            self._inmate.stdin.flush()
        except BrokenPipeError:
            pass  # how it ended is seen where it says nothing
        said = self._heard()
        ended, overran = "", False
        if not (said and _TAKEN in said[-1]):
            overran = self._inmate.poll() is None
            ended = self._let_go()
        return self._looked_at(said, ended, overran)

    def _begin(self) -> None:
        limits = {name: getattr(_JAIL, name) for name in _JAIL.__dataclass_fields__}
        self._inmate = subprocess.Popen(
            [
                sys.executable,
                str(_INMATE),
                *(str(self._folder / name) for name in ("in", "out")),
                json.dumps(limits),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            env={
                "PATH": os.defpath,
                "LC_ALL": "C.UTF-8",
                "OPENBLAS_NUM_THREADS": "1",
                "MALLOC_ARENA_MAX": "2",
            },
        )
        self._done, self._peak_octets, self._cpu_seconds = 0, 0, 0.0
        self.started += 1
        self._remember(self._heard())

    def _let_go(self) -> str:
        """Ends it, and tells how it ended."""
        if self._inmate is None:
            return ""
        self._inmate.kill()
        self._inmate.communicate()
        status, self._inmate = self._inmate.returncode, None
        return signal.Signals(-status).name if status < 0 else f"status {status}"

    def _heard(self) -> list[dict[str, Any]]:
        """All that it says of a document, until it is done, ends, or has computed for too long."""
        inmate = self._inmate
        assert inmate is not None
        assert inmate.stdout is not None
        said: list[dict[str, Any]] = []
        heard = b""
        while not (said and _TAKEN in said[-1]):
            ready, _, _ = select.select([inmate.stdout], [], [], _LOOK_SECONDS)
            if ready:
                piece = os.read(inmate.stdout.fileno(), 2**16)
                if not piece:
                    inmate.wait()
                    break
                *lines, heard = (heard + piece).split(b"\n")
                said += map(json.loads, lines)
            elif self._computed_seconds() > _LONGEST_CPU_SECONDS:
                break
        return said

    def _computed_seconds(self) -> float:
        """What it has computed for the document that it is at (proc(5), /proc/PID/stat)."""
        assert self._inmate is not None
        fields = Path(f"/proc/{self._inmate.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS - self._cpu_seconds

    def _looked_at(self, said: Sequence[Mapping[str, Any]], ended: str, overran: bool) -> Conduct:
        """With what lies there, which goes."""
        parts: dict[int, bytes] = {}
        octets, left = 0, []
        for entry in sorted((self._folder / "out").iterdir()):
            size = entry.stat().st_size
            octets += size
            if entry.name.isdigit():
                with entry.open("rb") as file:
                    parts[int(entry.name)] = file.read(16)
            elif entry.name != "text" and size:
                left.append(f"{entry.name} of {size} octets")
            entry.unlink()
        computed, peak = self._cpu_seconds, self._peak_octets
        self._remember(said)
        return Conduct(
            said=said,
            ended=ended,
            overran=overran,
            parts=[parts[number] for number in sorted(parts)],
            octets=octets,
            left=left,
            cpu_seconds=self._cpu_seconds - computed,
            grown_octets=self._peak_octets - peak,
        )

    def _remember(self, said: Sequence[Mapping[str, Any]]) -> None:
        """What it took so far, if it says that."""
        taken = said[-1] if said else {}
        self._cpu_seconds = taken.get(_TAKEN, self._cpu_seconds)
        self._peak_octets = taken.get("peak_octets", self._peak_octets)


def _memory() -> str | None:
    """A folder that is in memory, where there is one."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
