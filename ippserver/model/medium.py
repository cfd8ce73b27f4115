"""Which medium a media-col means: media and media-col say the same in two ways (PWG 5100.7)."""

from typing import TypeAlias

from ippserver.iana import names
from ippserver.iana.definitions import Holder
from ippserver.iana.media import media_size
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
    wanted = names.X_DIMENSION.get(size), names.Y_DIMENSION.get(size)
    for medium in names.MEDIA_SUPPORTED.all(printer):
        known = media_size(str(medium))
        if known is not None and (known.width, known.length) == wanted:
            return medium
    return None
