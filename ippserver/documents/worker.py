"""A process that converts documents to one, in a jail: python -P -m ippserver.documents.worker IN OUT LIMITS.

It reads its tasks from standard input (one line, documents.task) and the documents from IN/1, IN/2 ..., and
writes OUT/1, OUT/2 ... and OUT/text. On standard output it tells, one JSON object a line, of its walls, of
its progress, and of the result or what is wrong with a document. One that ends without has failed. An empty
line before its tasks asks it whether it is awake.
"""

import errno
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from io import BufferedRandom, FileIO
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

import img2pdf  # noqa: F401  all that a task may want is loaded before anybody waits for it

from ippserver.documents.conversion import convert_together
from ippserver.documents.errors import DocumentError, DocumentTooLarge
from ippserver.documents.jail import JailLimits, enter
from ippserver.documents.task import Task, decoded

_MOST_MEDIA: Final = 1000
"""Names of media: what is said must be short."""
_TOO_MUCH: Final = "The document needs more memory than is allowed."
_ASKS: Final = b"\n"
"""What a worker is asked by that has stood ready: whether it still does."""
_NO_ROOM: Final = ("NoRoom", "There is no room to convert documents.")
_COMPLAINTS: Final = {
    errno.ENOMEM: (DocumentTooLarge.__name__, _TOO_MUCH),
    errno.EMFILE: (DocumentTooLarge.__name__, "These are more documents than can become one."),
    errno.EFBIG: (DocumentTooLarge.__name__, "More comes of the document than is allowed."),
    errno.ENOSPC: _NO_ROOM,
    errno.EDQUOT: _NO_ROOM,
}
"""What is said where the system refuses something."""

Say: TypeAlias = Callable[..., None]
"""Tells the server something: one JSON object on a line."""


class Folder:
    """Where the files come from that are to be written (documents.task.Sink)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._scratches = 0

    def part(self, number: int) -> BinaryIO:
        """OUT/`number`."""
        return (self._path / str(number)).open("xb")

    def scratch(self) -> BinaryIO:
        """OUT/scratch-1, OUT/scratch-2 ..., which is empty again when it is closed."""
        self._scratches += 1
        return _Scratch(FileIO(self._path / f"scratch-{self._scratches}", "x+b"))

    def keep(self, text: str) -> None:
        """OUT/text."""
        (self._path / "text").write_text(text, "utf-8", "replace")


class _Scratch(BufferedRandom):
    """A file that nobody here may remove (documents.jail)."""

    def close(self) -> None:
        """Empties it, too."""
        try:
            if not self.closed:
                self.truncate(0)
        finally:
            super().close()


def run(source: Path, target: Path, limits: JailLimits, line: Callable[[], bytes], say: Say) -> None:
    """Enters the jail, waits for the task, does it, and says so."""
    walls = enter(limits, reads=[source], writes=[target])
    say(walls=asdict(walls))
    while (told := line()) == _ASKS:
        say(awake=True)
    if told:  # else it is not needed any more
        answer(told, source, target, say)


def answer(told: bytes, source: Path, target: Path, say: Say) -> None:
    """Does the tasks in the line `told`, and says what came of them, or what is wrong with a document."""
    try:
        say(result=_done(decoded(told), source, Folder(target), say))
    except DocumentError as error:
        say(error=type(error).__name__, message=str(error))
    except MemoryError:
        say(error=DocumentTooLarge.__name__, message=_TOO_MUCH)
    except OSError as error:
        if error.errno not in _COMPLAINTS:
            raise
        name, message = _COMPLAINTS[error.errno]
        say(error=name, message=message)


def _done(tasks: Sequence[Task], source: Path, folder: Folder, say: Say) -> dict[str, object]:
    """The result; its text is in a file of its own, and of very many media some are left out."""
    with ExitStack() as held:
        documents = [
            held.enter_context((source / str(number)).open("rb")) for number in range(1, len(tasks) + 1)
        ]
        result = convert_together(tasks, documents, folder, lambda done: say(progress=asdict(done)))
    folder.keep(result.text)
    return asdict(replace(result, text="", media=dict(islice(result.media.items(), _MOST_MEDIA))))


def main(arguments: list[str]) -> None:
    """Runs it with this process's arguments, standard input and output."""
    source, target, limits = arguments
    out = io.TextIOWrapper(os.fdopen(os.dup(1), "wb"), encoding="utf-8", line_buffering=True)
    os.dup2(2, 1)  # what a library prints is nobody's business

    def say(**what: object) -> None:
        out.write(json.dumps(what) + "\n")

    run(Path(source), Path(target), JailLimits(**json.loads(limits)), sys.stdin.buffer.readline, say)


if __name__ == "__main__":
    main(sys.argv[1:])
