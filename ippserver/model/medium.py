"""Which medium a media-col means: media and media-col say the same in two ways (PWG 5100.7)."""

from typing import TypeAlias

from ippserver.iana import names
from ippserver.iana.definitions import Holder
from ippserver.iana.media import SIZE_TOLERANCE, MediaSize, media_size
from ippserver.ipp.attributes import Collection
from ippserver.ipp.values import Keyword, Name, NameWithLanguage

Medium: TypeAlias = Keyword | Name | NameWithLanguage


def medium_of(media_col: Collection, printer: Holder) -> Medium | None:
    """The name of it: by media-key, media-size-name, or the size of one that the Printer supports."""
    return (
        names.MEDIA_KEY.get(media_col)
        or names.MEDIA_SIZE_NAME.get(media_col)
        or _of_size(names.MEDIA_SIZE.get(media_col), printer)
    )


def _of_size(size: Collection | None, printer: Holder) -> Medium | None:
    if size is None:
        return None
    width, length = names.X_DIMENSION.get(size), names.Y_DIMENSION.get(size)
    if not isinstance(width, int) or not isinstance(length, int):
        return None

    def off(known: MediaSize) -> int:
        return max(abs(known.width - width), abs(known.length - length))

    media = ((medium, media_size(str(medium))) for medium in names.MEDIA_SUPPORTED.all(printer))
    near = [(off(known), medium) for medium, known in media if known and off(known) <= SIZE_TOLERANCE]
    return min(near, key=lambda found: found[0], default=(0, None))[1]
