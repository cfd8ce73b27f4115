"""Which medium a media-col means: media and media-col say the same in two ways (PWG 5100.7)."""

from collections.abc import Iterable
from typing import TypeAlias

from ippserver.iana import names
from ippserver.iana.definitions import Holder
from ippserver.iana.media import SIZE_TOLERANCE, MediaSize, custom_name, is_bound, media_ranges, media_size
from ippserver.ipp.attributes import Collection
from ippserver.ipp.values import Keyword, Name, NameWithLanguage

Medium: TypeAlias = Keyword | Name | NameWithLanguage


def medium_of(media_col: Collection, printer: Holder) -> Medium | None:
    """The name of it: by media-key, media-size-name, or its size, which has a name or is a custom one."""
    key = names.MEDIA_KEY.get(media_col)
    return (
        (None if key is None else _of_key(key, printer))
        or names.MEDIA_SIZE_NAME.get(media_col)
        or _of_size(names.MEDIA_SIZE.get(media_col), printer)
    )


def _of_key(key: Medium, printer: Holder) -> Medium:
    """The key itself, or the medium of which it says more: that it has no borders."""
    if key in names.MEDIA_SUPPORTED.all(printer):
        return key
    for known in names.MEDIA_COL_DATABASE.all(printer):
        if names.MEDIA_KEY.get(known) == key:
            return _of_size(names.MEDIA_SIZE.get(known), printer) or key
    return key


def _of_size(size: Collection | None, printer: Holder) -> Medium | None:
    width, length = (
        (None, None) if size is None else (names.X_DIMENSION.get(size), names.Y_DIMENSION.get(size))
    )
    if type(width) is not int or type(length) is not int:
        return None

    def off(known: MediaSize) -> int:
        return max(abs(known.width - width), abs(known.length - length))

    supported = names.MEDIA_SUPPORTED.all(printer)
    media = ((medium, media_size(str(medium))) for medium in supported if not is_bound(str(medium)))
    near = [(off(known), medium) for medium, known in media if known and off(known) <= SIZE_TOLERANCE]
    return min(near, key=lambda found: found[0])[1] if near else _custom(width, length, supported)


def _custom(width: int, length: int, supported: Iterable[Medium]) -> Medium | None:
    """The name of a size that lies in one of the ranges of those supported."""
    for one in media_ranges(map(str, supported)):
        low, high = one.smallest, one.largest
        fitting = max(low.width, min(width, high.width)), max(low.length, min(length, high.length))
        if max(abs(fitting[0] - width), abs(fitting[1] - length)) <= SIZE_TOLERANCE:
            return Keyword(custom_name(*fitting))
    return None
