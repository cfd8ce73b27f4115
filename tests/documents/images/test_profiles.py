"""Pictures whose colors a profile of their own explains."""

import struct
from typing import Final

import pytest
from PIL import Image, ImageCms

from tests.documents.images.test_document import page, written
from tests.documents.press import BLUE, RED, Color, about, at

SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SWAPPED: Final = SRGB.replace(b"rXYZ", b"qXYZ").replace(b"bXYZ", b"rXYZ").replace(b"qXYZ", b"bXYZ")
"""sRGB, but that what is called red is blue, and the other way round."""


def gray(gamma: float) -> bytes:
    """The smallest profile of gray (ISO 15076-1, 8.3)."""
    white = b"XYZ \0\0\0\0" + struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)
    curve = b"curv\0\0\0\0" + struct.pack(">IH2x", 1, round(gamma * 256))
    table = struct.pack(">I4sII4sII", 2, b"wtpt", 156, len(white), b"kTRC", 156 + len(white), len(curve))
    body = table + white + curve
    head = struct.pack(">I4xI4s4s4s12x4s", 128 + len(body), 0x02400000, b"mntr", b"GRAY", b"XYZ ", b"acsp")
    return head.ljust(68, b"\0") + white[8:].ljust(60, b"\0") + body


def color(kind: str, image: Image.Image, profile: bytes, **options: object) -> Color:
    """What is seen of a picture that is all of one color."""
    return at(page(written(image, kind, icc_profile=profile, **options)), 0.5, 0.5)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("TIFF", "RGB"), ("TIFF", "RGBA")],
)
def test_colors_are_what_the_profile_says(kind: str, mode: str) -> None:
    picture = Image.new("RGB", (60, 80), RED).convert(mode)
    assert about([color(kind, picture, SWAPPED)], [BLUE])


@pytest.mark.parametrize(("gamma", "seen"), [(2.2, 128), (1.0, 188), (3.0, 100)])
def test_gray_is_what_the_profile_says(gamma: float, seen: int) -> None:
    (level, *_) = color("TIFF", Image.new("L", (60, 80), 128), gray(gamma))
    assert abs(level - seen) <= 3


@pytest.mark.parametrize("profile", [SRGB, b"broken", gray(1.0), SRGB[:200]])
def test_a_profile_that_says_nothing_changes_no_pixel(profile: bytes) -> None:
    picture = Image.effect_noise((60, 80), 90).convert("RGB")
    plain = page(written(picture, "TIFF"))
    assert (page(written(picture, "TIFF", icc_profile=profile)) == plain).all()
