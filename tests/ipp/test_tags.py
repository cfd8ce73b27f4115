"""Delimiters and value tags do not overlap, and are those of the registry."""

from ippserver.ipp import GroupTag, OutOfBand, ValueTag
from ippserver.ipp.tags import FIRST_VALUE_TAG, KNOWN_VALUE_TAGS


def test_delimiters_are_below_values() -> None:
    assert all(0 < tag < FIRST_VALUE_TAG for tag in GroupTag)
    assert all(FIRST_VALUE_TAG <= tag <= 0x7F for tag in ValueTag)


def test_every_tag_but_the_extension_has_a_type_of_its_own() -> None:
    assert set(ValueTag) - KNOWN_VALUE_TAGS == {ValueTag.EXTENSION}


def test_out_of_band_values_are_the_tags_below_those_of_syntaxes() -> None:
    assert {value.value for value in OutOfBand} == {tag for tag in ValueTag if tag < 0x20}
