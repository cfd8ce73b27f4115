"""PostScript becomes PDF by a process of its own, before a worker gets that (documents.postscript)."""

import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from ippserver.converters.limits import WorkerLimits
from ippserver.converters.process import Worker
from ippserver.documents.jail import promised
from ippserver.documents.postscript import WEAK
from ippserver.iana import names
from ippserver.iana.definitions import Holder
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import ConversionError, DocumentStream
from ippserver.model.conversion import Part

_LAUNCHER: Final = (sys.executable, "-P", "-m", "ippserver.documents.postscript")
_PATIENCE: Final = 10
"""How often it may take as long as one page may: a program can have pages without end."""
_A4: Final = (21000, 29700)
_POINTS: Final = 72 / 2540
"""Of a hundredth of a millimetre."""


@dataclass(frozen=True, slots=True)
class Ghostscript:
    """The program that reads PostScript."""

    program: Path
    launcher: Sequence[str] = _LAUNCHER
    """What puts up the walls and becomes it."""

    @classmethod
    def found(cls) -> "Ghostscript | None":
        """The one that is installed; None where there is none, or the kernel has no walls for it."""
        program, walls = shutil.which("gs"), promised()
        return cls(Path(program)) if program and walls.landlock and walls.seccomp else None

    @asynccontextmanager
    async def pdf(
        self, content: DocumentStream, attributes: Holder, folder: Path, limits: WorkerLimits
    ) -> AsyncIterator[Part]:
        """The PDF that comes of `content`, as long as this is entered.

        Where the document does not say how large its pages are, `attributes` do by their medium.

        Raises:
            ConversionError: The document is damaged.
            WorkerFailed: It passed a limit, or the system has no room.
        """
        limits = replace(limits, cpu_seconds=min(limits.cpu_seconds, _PATIENCE * int(limits.page_seconds)))
        worker = await Worker.start((*self.launcher, str(self.program)), folder, limits)
        try:
            await worker.give(
                f"[{', '.join(f'{edge:.2f}' for edge in _page(attributes))}]".encode(), [content]
            )
            status = await worker.ended()
            if status == WEAK:
                raise ConversionError(
                    "PostScript is read only where the kernel has landlock and seccomp.",
                    JobStateReason.UNSUPPORTED_DOCUMENT_FORMAT,
                )
            if status:
                raise ConversionError("The document is damaged.", JobStateReason.DOCUMENT_FORMAT_ERROR)
            yield Part(1, partial(worker.read, 1))
        finally:
            await worker.end()


def _page(attributes: Holder) -> tuple[float, float]:
    """The size of the medium, points."""
    medium = names.MEDIA_COL.get(attributes)
    size = None if medium is None else names.MEDIA_SIZE.get(medium)
    edges = (None, None) if size is None else (names.X_DIMENSION.get(size), names.Y_DIMENSION.get(size))
    width, height = (edge if isinstance(edge, int) else usual for edge, usual in zip(edges, _A4, strict=True))
    return width * _POINTS, height * _POINTS
