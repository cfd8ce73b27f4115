"""Sizes of media, measured from their names (PWG 5101.1)."""

import pytest

from ippserver.iana.media import (
    MediaSize,
    custom_name,
    fits_custom,
    is_bound,
    media_ranges,
    media_size,
    standard_name,
)
from ippserver.iana.media_sizes import ALIASES, MEDIA_SIZES


@pytest.mark.parametrize(
    ("name", "width", "length"),
    [
        ("iso_a4_210x297mm", 21000, 29700),
        ("na_letter_8.5x11in", 21590, 27940),
        ("na_monarch_3.875x7.5in", 9842, 19050),
        ("disc_standard_40x118mm", 11800, 11800),
        ("custom_pass_85.6x53.98mm", 8560, 5398),
        ("custom_min_3x5in", 7620, 12700),
        ("om_small-photo_100x150mm", 10000, 15000),
        ("disc_mini_15x80mm", 8000, 8000),
    ],
)
def test_a_name_gives_its_size(name: str, width: int, length: int) -> None:
    assert media_size(name) == MediaSize(name, width, length)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "A4",
        "iso-a4",
        "main",
        "iso_a4_210x297",
        "iso_a4_210x297cm",
        "iso_a4_0x297mm",
        "iso_a4_210x0.001mm",
        "iso_a4_-1x297mm",
        "iso_a4_1e5x297mm",
        "iso_a4_2.x297mm",
        "Iso_a4_210x297mm",
        "iso_a4_210x297mm\n",
        "iso_a4_9999999x297mm",
        "custom_" + "9" * 250,
    ],
)
def test_any_other_name_gives_none(name: str) -> None:
    assert media_size(name) is None


def test_every_registered_size_is_the_one_in_its_name() -> None:
    measured = {name: media_size(name.replace("_", "-x_", 1)) for name in MEDIA_SIZES if name[:4] != "disc"}
    assert {name: size and (size.width, size.length) for name, size in measured.items()} == {
        name: MEDIA_SIZES[name] for name in measured
    }


def test_aliases_lead_to_registered_sizes() -> None:
    assert standard_name("iso-a4") == standard_name("A4") == "iso_a4_210x297mm"
    assert standard_name("na-letter") == standard_name("Letter") == "na_letter_8.5x11in"
    assert standard_name("x-unknown") is None
    assert set(ALIASES.values()) <= set(MEDIA_SIZES)


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("custom_mine_100x200mm", True),
        ("iso_a4_210x297mm", True),
        ("custom_min_76.2x127mm", True),
        ("custom_mine_50x200mm", False),
        ("custom_mine_100x1000mm", False),
        ("letter", False),
    ],
)
def test_a_size_fits_between_the_smallest_and_the_largest(name: str, fits: bool) -> None:
    supported = ["na_letter_8.5x11in", "custom_min_76.2x127mm", "custom_max_216x356mm"]
    assert fits_custom(name, supported) is fits


@pytest.mark.parametrize("supported", [[], ["custom_min_3x5in"], ["custom_max_9x9in"], ["custom_min_x"]])
def test_no_size_fits_without_both_limits(supported: list[str]) -> None:
    assert not fits_custom("custom_mine_100x200mm", supported)


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("custom_label_62x100mm", True),
        ("custom_label_62x9mm", False),
        ("custom_label_110x100mm", False),
        ("roll_current_62x0mm", True),
        ("roll_current_110x0mm", False),
    ],
)
def test_pieces_of_a_roll_lie_between_its_bounds_and_a_roll_does_by_its_width(name: str, fits: bool) -> None:
    assert fits_custom(name, ["roll_min_12x10mm", "roll_max_108x1000mm"]) is fits


def test_the_ends_of_ranges_belong_together_by_kind() -> None:
    mixed = ["custom_min_10x10mm", "roll_max_100x100mm"]
    assert media_ranges(mixed) == ()
    both = [*mixed, "custom_max_20x20mm", "roll_min_50x50mm", "iso_a4_210x297mm"]
    assert [(one.smallest.name, one.largest.name) for one in media_ranges(both)] == [
        ("custom_min_10x10mm", "custom_max_20x20mm"),
        ("roll_min_50x50mm", "roll_max_100x100mm"),
    ]
    assert [name for name in both if is_bound(name)] == both[:-1]


def test_only_a_roll_has_no_length() -> None:
    assert media_size("roll_current_62x0mm") == MediaSize("roll_current_62x0mm", 6200, 0)
    assert media_size("roll_current_62x10mm") is None
    assert media_size("custom_x_62x0mm") is None


@pytest.mark.parametrize(
    ("width", "length", "name"),
    [
        (6200, 10000, "custom_62x100mm_62x100mm"),
        (2857, 8890, "custom_28.57x88.9mm_28.57x88.9mm"),
        (1, 20, "custom_0.01x0.2mm_0.01x0.2mm"),
    ],
)
def test_any_size_has_a_name_that_tells_it(width: int, length: int, name: str) -> None:
    assert custom_name(width, length) == name
    assert media_size(name) == MediaSize(name, width, length)
