"""Which documents a Printer takes, and how large."""

from collections.abc import Iterator
from typing import Final

from ippserver.iana import names, vendor
from ippserver.iana.keywords import Compression, JpegFeatures, PdfVersions
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import MAX_INTEGER, MimeMediaType, RangeOfInteger
from ippserver.model import formats
from ippserver.model.printer import PrinterConfig

MAX_PASSWORD_OCTETS: Final = 1023
"""Of document-password (PWG 5100.13)."""
COMPRESSIONS: Final = (Compression.NONE, Compression.GZIP, Compression.DEFLATE)
JPEG_FEATURES: Final = (JpegFeatures.CMYK, JpegFeatures.ICC, JpegFeatures.PROGRESSIVE)
MAX_JPEG_PIXELS: Final = 65_535
PDF_VERSIONS: Final = (
    PdfVersions.ADOBE_1_3,
    PdfVersions.ADOBE_1_4,
    PdfVersions.ADOBE_1_5,
    PdfVersions.ADOBE_1_6,
    PdfVersions.ISO_32000_1_2008,
    PdfVersions.ISO_19005_1_2005,
)


def documents(config: PrinterConfig) -> Iterator[Attribute]:
    yield names.COMPRESSION_SUPPORTED.of(*COMPRESSIONS)
    yield names.DOCUMENT_FORMAT_SUPPORTED.of(*map(MimeMediaType, config.formats))
    yield names.DOCUMENT_FORMAT_DEFAULT.of(MimeMediaType(_format_default(config)))
    yield vendor.DOCUMENT_FORMAT_PREFERRED.of(MimeMediaType(config.formats[0]))
    if formats.PDF in config.formats:
        # Who keeps documents as they came keeps the encrypted ones, too: no password is of use there.
        yield names.DOCUMENT_PASSWORD_SUPPORTED.of(MAX_PASSWORD_OCTETS if config.converts else 0)
    kilo_octets = min(-(-config.max_document_octets // 1024), MAX_INTEGER)
    size = RangeOfInteger(0, kilo_octets)
    yield names.JOB_K_OCTETS_SUPPORTED.of(size)
    if formats.PDF in config.formats:
        yield names.PDF_K_OCTETS_SUPPORTED.of(size)
        yield names.PDF_VERSIONS_SUPPORTED.of(*PDF_VERSIONS)
    if formats.JPEG in config.formats:
        yield names.JPEG_K_OCTETS_SUPPORTED.of(size)
        yield names.JPEG_X_DIMENSION_SUPPORTED.of(RangeOfInteger(0, MAX_JPEG_PIXELS))
        yield names.JPEG_Y_DIMENSION_SUPPORTED.of(RangeOfInteger(1, MAX_JPEG_PIXELS))
        yield names.JPEG_FEATURES_SUPPORTED.of(*JPEG_FEATURES)
    yield names.JOB_IMPRESSIONS_SUPPORTED.of(RangeOfInteger(0, MAX_INTEGER))
    yield names.JOB_MEDIA_SHEETS_SUPPORTED.of(RangeOfInteger(0, MAX_INTEGER))


def _format_default(config: PrinterConfig) -> str:
    return formats.OCTET_STREAM if formats.OCTET_STREAM in config.formats else config.formats[0]
