"""What is sent, made by programs that are not ours, and what came of it, read by others yet.

Ghostscript makes each document of one page description; poppler and the filters of CUPS read what comes out.
"""

import io
import os
import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from PIL import Image

from ippserver.model import formats
from ippserver.testing.tools import require_file, require_tool
from tests.documents.press import A4, SECONDS, Picture, seen

DPI: Final = 100
"""Of what is sent as pixels, and of vectors that are looked at."""
_FINE_DPI: Final = 300
CELL: Final = 12
"""Points: pages are compared in squares of this size, so that edges may be drawn in several ways."""
PAGES: Final = 2
_FILTERS: Final = Path("/usr/lib/cups/filter")
_PAGE: Final = """
/setdistillerparams where { pop << /NeverEmbed [ ] >> setdistillerparams } if
/Page { /number exch def
  1 0 0 setrgbcolor 36 706 100 100 rectfill
  0 0.6 0 setrgbcolor 459 706 100 100 rectfill
  0 0 1 setrgbcolor 36 36 100 100 rectfill
  0 setgray 6 setlinewidth 24 24 547.276 793.89 rectstroke
  /Helvetica-Bold findfont 300 scalefont setfont 200 330 moveto number 1 string cvs show
  0 1 15 { dup 16 div setgray 20 mul 150 add 150 20 60 rectfill } for
  showpage } def
<< /PageSize [595.276 841.89] >> setpagedevice
"""
_DEVICES: Final[Mapping[str, tuple[str, ...]]] = {
    formats.PDF: ("pdfwrite",),
    formats.JPEG: ("jpeg", f"-r{DPI}", "-dJPEGQ=95", "-dLastPage=1"),
    formats.PNG: ("png16m", f"-r{DPI}", "-dLastPage=1"),
    formats.TIFF: ("tiff24nc", f"-r{DPI}"),
    formats.PWG_RASTER: ("pwgraster", f"-r{DPI}", "-dcupsColorSpace=19", "-dcupsBitsPerColor=8"),
    formats.APPLE_RASTER: ("urf", f"-r{DPI}", "-dcupsColorSpace=19", "-dcupsBitsPerColor=8"),
    formats.PCLM: ("pclm", f"-r{_FINE_DPI}"),
}
"""The devices of Ghostscript that write each format. It knows no PCLm with less."""
SENT: Final = tuple(_DEVICES)


@cache
def sent(media_type: str, *options: str) -> bytes:
    """The pages in that format, written by Ghostscript with `options` after the usual ones."""
    device, *usual = _DEVICES[media_type]
    return ghostscript(_PAGE + "1 Page 2 Page", f"-sDEVICE={device}", *usual, *options)


def pages_in(media_type: str) -> int:
    """How many pages `sent` has in that format."""
    return 1 if media_type in (formats.JPEG, formats.PNG) else PAGES


@cache
def reference() -> list[Picture]:
    """The pages as Ghostscript draws them."""
    drawn = ghostscript(_PAGE + "1 Page 2 Page", "-sDEVICE=tiff24nc", f"-r{_FINE_DPI}")
    with Image.open(io.BytesIO(drawn)) as image:
        found = []
        for number in range(PAGES):
            image.seek(number)
            found.append(np.asarray(image.convert("RGB")))
        return found


def ghostscript(program: str, *options: str) -> bytes:
    """What Ghostscript writes, given a PostScript program."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "program.ps").write_text(f"%!PS\n{program}\n")
        command = [require_tool("gs"), "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", *options]
        command += ["-sOutputFile=written", "program.ps"]
        subprocess.run(command, cwd=folder, check=True, timeout=SECONDS, capture_output=True)
        return (Path(folder) / "written").read_bytes()


def filtered(name: str, document: bytes, options: str = "", **environment: str) -> bytes:
    """What a filter of CUPS makes of a document."""
    program = require_file(_FILTERS / name)
    with TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        source.write_bytes(document)
        done = subprocess.run(
            [str(program), "1", "user", "title", "1", options, str(source)],
            env={**os.environ, "CUPS_SERVERBIN": "/usr/lib/cups", **environment},
            capture_output=True,
            check=True,
            timeout=SECONDS,
        )
    return done.stdout


def _picture(octets: bytes) -> list[Picture]:
    """The pixels of a PNG or JPEG, read by libpng or libjpeg in a filter of CUPS and taken out by poppler."""
    document = filtered("imagetopdf", octets, "ppi=200")
    with TemporaryDirectory() as folder:
        source = Path(folder) / "document.pdf"
        source.write_bytes(document)
        command = [require_tool("pdfimages"), "-png", str(source), f"{folder}/image"]
        subprocess.run(command, check=True, timeout=SECONDS, capture_output=True)
        (found,) = Path(folder).glob("image-*.png")
        with Image.open(found) as image:
            return [np.asarray(image.convert("RGB"))]


def _raster(octets: bytes) -> list[Picture]:
    """The pages of PWG or Apple Raster, read by libcups in a filter of CUPS and drawn by poppler."""
    return seen(filtered("rastertopdf", octets), DPI, sound=False)


_READERS: Final[Mapping[str, Callable[[bytes], list[Picture]]]] = {
    ".pdf": lambda octets: seen(octets, DPI, smooth=True),
    ".png": _picture,
    ".jpg": _picture,
    ".pwg": _raster,
    ".urf": _raster,
}


def read(files: Mapping[str, bytes]) -> list[Picture]:
    """The pages in `files`, by their names, in order."""
    pages: list[Picture] = []
    for name in sorted(files):
        pages += _READERS[Path(name).suffix](files[name])
    return pages


def gray(picture: Picture) -> Picture:
    """The luminosity of a picture."""
    return np.asarray(Image.fromarray(picture).convert("L").convert("RGB"))


def difference(picture: Picture, other: Picture) -> float:
    """By how much two pages of A4 differ where they differ most: of 255, in the mean of a square."""
    return float(abs(_coarse(picture) - _coarse(other)).max())


def _coarse(picture: Picture) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    columns, rows = int(A4.width) // CELL, int(A4.height) // CELL
    small = Image.fromarray(picture).resize((columns, rows), Image.Resampling.BOX)
    return np.asarray(small).astype(np.float64)
