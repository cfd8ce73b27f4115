"""Becomes Ghostscript in a jail: python -P -m ippserver.documents.postscript PROGRAM IN OUT LIMITS.

It reads one line from standard input, the size of a page in points where a document names none: [595, 842].
Of the PostScript in IN/1 it makes the PDF OUT/1. It tells of its walls, one JSON object on a line; what comes
then on standard output is Ghostscript's, a line or more for each page.

PostScript is a language to write programs in. So there is no Ghostscript without walls: where the kernel
lacks one, the process ends with the status WEAK.
"""

import json
import os
import struct
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

from ippserver.documents.jail import JailLimits, enter

WEAK: Final = 77
"""Nothing was begun, since a wall is missing."""
_RESOURCES: Final = (
    Path("/etc/ld.so.cache"),
    *map(Path, ("/usr/share/ghostscript", "/usr/local/share/ghostscript", "/var/lib/ghostscript")),
    *map(Path, ("/usr/share/color/icc", "/usr/share/poppler", "/usr/share/cups/fonts")),
)
"""What Ghostscript reads, as Debian, Fedora and Alpine have it."""
_OPTIONS: Final = (
    *("-dSAFER", "-dBATCH", "-dNOPAUSE", "-dNOPLATFONTS", "-sDEVICE=pdfwrite", "-sOutputFile=out/1"),
    "-dEPSCrop",
    # The same document is to become the same file: that is how one is known again after a crash.
    *("-dOmitInfoDate=true", "-dOmitID=true", "-dOmitXMP=true"),
    # Pages stay as they were described.
    "-dAutoRotatePages=/None",
    *("-dAutoFilterColorImages=false", "-dColorImageFilter=/FlateEncode"),
    *("-dAutoFilterGrayImages=false", "-dGrayImageFilter=/FlateEncode"),
)
_DOCUMENT: Final = ("-c", "<</NeverEmbed []>> setdistillerparams", "-f", "in/1")
_INTERPRETER: Final = 3
"""The type of the entry of an ELF file that names its dynamic loader (elf(5), PT_INTERP)."""


def main(arguments: list[str]) -> None:
    """Waits for its line, shuts itself in, and becomes Ghostscript; does nothing without a line."""
    program, source, target, limits = arguments
    told = sys.stdin.readline()
    if not told:
        return
    width, height = json.loads(told)
    os.chdir(Path(source).parent)
    walls = enter(
        JailLimits(**json.loads(limits)),
        reads=[Path(source), *_RESOURCES],
        writes=[Path(target)],
        executes=[Path(program), *_loader(Path(program))],
    )
    sys.stdout.write(json.dumps({"walls": asdict(walls)}) + "\n")
    sys.stdout.flush()
    if not (walls.landlock and walls.seccomp):
        sys.exit(WEAK)
    size = (f"-dDEVICEWIDTHPOINTS={width:.2f}", f"-dDEVICEHEIGHTPOINTS={height:.2f}")
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "LC_ALL") if name in os.environ}
    os.execve(program, ("gs", *_OPTIONS, *size, *_DOCUMENT), kept | {"TMPDIR": target})


def _loader(program: Path) -> list[Path]:
    """The dynamic loader of a program; none for one of another kind than is usual today."""
    with program.open("rb") as file:
        head = file.read(64)
        if head[:6] != b"\x7fELF\2\1":
            return []
        (place,), (size, count) = struct.unpack_from("<Q", head, 32), struct.unpack_from("<2H", head, 54)
        for index in range(count):
            file.seek(place + index * size)
            entry = file.read(size)
            if struct.unpack_from("<I", entry)[0] == _INTERPRETER:
                file.seek(struct.unpack_from("<Q", entry, 8)[0])
                name = file.read(struct.unpack_from("<Q", entry, 32)[0])
                return [Path(os.fsdecode(name.rstrip(b"\0")))]
    return []


if __name__ == "__main__":
    main(sys.argv[1:])
