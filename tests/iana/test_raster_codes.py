"""The numbers of urf-supported and of raster headers."""

from ippserver.iana.keywords import MediaSource, MediaType, OutputBin
from ippserver.iana.raster_codes import MEDIA_SOURCE_CODES, MEDIA_TYPE_CODES, OUTPUT_BIN_CODES


def test_no_number_stands_for_two_words() -> None:
    for table in (MEDIA_SOURCE_CODES, MEDIA_TYPE_CODES, OUTPUT_BIN_CODES):
        assert sorted(table.values()) == list(range(len(table)))


def test_numbered_trays_rolls_and_mailboxes_are_counted_from_one() -> None:
    assert (MEDIA_SOURCE_CODES[MediaSource.TRAY_1], MEDIA_SOURCE_CODES[MediaSource.TRAY_20]) == (20, 39)
    assert (MEDIA_SOURCE_CODES[MediaSource.ROLL_1], MEDIA_SOURCE_CODES[MediaSource.ROLL_10]) == (40, 49)
    assert (OUTPUT_BIN_CODES[OutputBin.MAILBOX_1], OUTPUT_BIN_CODES[OutputBin.STACKER_1]) == (14, 24)
    assert OUTPUT_BIN_CODES[OutputBin.TRAY_10] == 43


def test_what_captured_printers_say_is_what_they_have() -> None:
    """A Canon MF6100 has IS1-4, MT1-2-3 and OB10."""
    assert (MEDIA_SOURCE_CODES[MediaSource.MAIN], MEDIA_SOURCE_CODES[MediaSource.MANUAL]) == (1, 4)
    assert (MEDIA_TYPE_CODES[MediaType.TRANSPARENCY], MEDIA_TYPE_CODES[MediaType.ENVELOPE]) == (2, 3)
    assert OUTPUT_BIN_CODES[OutputBin.FACE_DOWN] == 10
