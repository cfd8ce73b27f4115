"""The smallest sound PDF: one blank A4 page, of which nothing has to be changed to print it as it is."""

from typing import Final

_OBJECTS: Final = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
)


def _file() -> bytes:
    file = b"%PDF-1.4\n"
    table = b"xref\n0 4\n0000000000 65535 f \n"
    for number, content in enumerate(_OBJECTS, 1):
        table += b"%010d 00000 n \n" % len(file)
        file += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    return file + table + b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(file)


PDF: Final = _file()
