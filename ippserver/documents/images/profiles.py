"""Colors as a picture's own profile means them (ISO 15076-1), in sRGB."""

import io
from typing import Final

import numpy as np
from PIL import Image, ImageCms

_SPACES: Final = {"L": "GRAY", "RGB": "RGB"}
"""What profiles call what the modes of Pillow are."""
_UNSEEN: Final = 2
"""Of 255: a profile that moves no color further is sRGB by another name, and pixels stay as they are."""
_PROBED: Final = np.linspace(0, 255, 9).round().astype(np.uint8)


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture, of gray or of red, green and blue, whose values `profile` explains; perhaps the same one.

    A profile that is broken, or one for something else, changes nothing.
    """
    if not profile or image.mode not in _SPACES:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != _SPACES[image.mode]:
            return image
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), image.mode, "RGB")
        if _is_unseen(transform, image.mode):
            return image
        made = ImageCms.applyTransform(image, transform)
    except (OSError, ImageCms.PyCMSError):
        return image
    assert made is not None, "it was not to be changed in its place"
    return made.convert(image.mode)


def _is_unseen(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    components = len(Image.new(mode, (1, 1)).getbands())
    colors = np.stack(np.meshgrid(*(_PROBED,) * components), axis=-1).reshape(1, -1, components)
    probe = Image.fromarray(colors.squeeze(-1) if components == 1 else colors)
    made = ImageCms.applyTransform(probe, transform)
    assert made is not None, "it was not to be changed in its place"
    moved = np.asarray(made.convert(mode)).reshape(colors.shape).astype(int) - colors
    return bool(abs(moved).max() <= _UNSEEN)
