"""Which media a Printer has: sizes, margins, types and sources (PWG 5100.7 6.3, PWG 5100.14 5.3)."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from ippserver.iana import names
from ippserver.iana.keywords import MediaColor, MediaSource
from ippserver.iana.media import MediaRange, is_bound, is_roll, media_ranges, media_size
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Keyword, RangeOfInteger
from ippserver.model import extensions
from ippserver.model.margins import BORDERLESS, Margins
from ippserver.model.printer import PrinterConfig

_BY_HAND: Final = frozenset({MediaSource.MANUAL, MediaSource.BY_PASS_TRAY})
"""What somebody puts there for a Job is never ready before (PWG 5100.14 5.3.5)."""


class _Stock(NamedTuple):
    """A medium as it lies in a tray."""

    medium: str
    source: str
    type: str


class _Sheets(NamedTuple):
    """All that media-col-database follows from."""

    media: tuple[str, ...]
    borderless: frozenset[str]
    margins: Margins
    types: tuple[str, ...]
    of_type: tuple[tuple[str, tuple[str, ...]], ...]
    source: str

    @classmethod
    def of(cls, config: PrinterConfig) -> "_Sheets":
        return cls(
            media=(config.media_default, *(name for name in config.media if name != config.media_default)),
            borderless=frozenset(config.borderless),
            margins=config.margins,
            types=config.media_types,
            of_type=config.media_of_type,
            source=config.device.trays[0].source,
        )

    def types_of(self, medium: str) -> tuple[str, ...]:
        """The types that a medium comes as, the usual one first."""
        own = tuple(kind for kind, media in self.of_type if medium in media and kind in self.types)
        common = tuple(kind for kind in self.types if kind not in dict(self.of_type))
        return own or common or self.types

    def margins_of(self, medium: str) -> tuple[Margins, ...]:
        """The margins that can be had of it, the usual ones first."""
        both = (self.margins, BORDERLESS) if medium in self.borderless else (self.margins,)
        return tuple(dict.fromkeys(both))

    def key(self, medium: str, margins: Margins) -> str:
        """media-key of it with these margins."""
        return medium if margins == self.margins else f"{medium}_borderless"


def media(config: PrinterConfig) -> Iterator[Attribute]:
    """The media attributes, the default medium first."""
    sheets = _Sheets.of(config)
    loaded = list(_loaded(config, sheets))
    database = _database(sheets)
    ready = [
        _media_col(
            _dimensions(stock.medium, config.media),
            sheets.key(stock.medium, margins),
            margins,
            stock.type,
            stock.source,
        )
        for stock in loaded
        for margins in sheets.margins_of(stock.medium)
    ]
    default = _default(sheets)
    yield names.MEDIA_DEFAULT.of(Keyword(config.media_default))
    yield names.MEDIA_SUPPORTED.of(*map(Keyword, sheets.media))
    yield names.MEDIA_SIZE_SUPPORTED.of(*dict.fromkeys(names.MEDIA_SIZE.all(one)[0] for one in database))
    yield names.MEDIA_SOURCE_SUPPORTED.of(
        MediaSource.AUTO, *(Keyword(tray.source) for tray in config.device.trays)
    )
    keys = (key for one in (*database, *ready) for key in names.MEDIA_KEY.all(one))
    yield names.MEDIA_KEY_SUPPORTED.of(*dict.fromkeys(keys))
    yield names.MEDIA_COLOR_SUPPORTED.of(MediaColor.WHITE)
    yield names.MEDIA_TYPE_SUPPORTED.of(*map(Keyword, config.media_types))
    edges = {margins for medium in sheets.media for margins in sheets.margins_of(medium)}
    yield names.MEDIA_BOTTOM_MARGIN_SUPPORTED.of(*sorted({margins.bottom for margins in edges}))
    yield names.MEDIA_LEFT_MARGIN_SUPPORTED.of(*sorted({margins.left for margins in edges}))
    yield names.MEDIA_RIGHT_MARGIN_SUPPORTED.of(*sorted({margins.right for margins in edges}))
    yield names.MEDIA_TOP_MARGIN_SUPPORTED.of(*sorted({margins.top for margins in edges}))
    yield names.MEDIA_COL_DEFAULT.of(default)
    if loaded:
        yield names.MEDIA_READY.of(*dict.fromkeys(Keyword(stock.medium) for stock in loaded))
        yield names.MEDIA_COL_READY.of(*ready)
    yield names.MEDIA_COL_DATABASE.of(*database)
    yield names.MEDIA_COL_SUPPORTED.of(
        *(Keyword(member.name) for member in default),
        *(Keyword(member.name) for member in (names.MEDIA_SIZE_NAME, *extensions.MEDIA_MEMBERS)),
    )


def _default(sheets: _Sheets) -> Collection:
    size = _dimensions(sheets.media[0], sheets.media)
    kind = sheets.types_of(sheets.media[0])[0]
    return _media_col(size, sheets.media[0], sheets.margins, kind, MediaSource.AUTO)


def _loaded(config: PrinterConfig, sheets: _Sheets) -> Iterator[_Stock]:
    """What is ready: where the trays are not simulated, every medium, in the tray that is for it."""
    trays = [tray for tray in config.device.trays if tray.source not in _BY_HAND]
    inside = [(tray, tray.media or config.media_default) for tray in trays]
    known = [(tray, medium) for tray, medium in inside if medium in config.media or is_roll(medium)]
    stocks = [_Stock(medium, tray.source, tray.type or sheets.types_of(medium)[0]) for tray, medium in known]
    if config.device.simulate:
        for stock in stocks:
            yield stock
            yield from (stock._replace(medium=piece) for piece in _pieces(stock.medium, sheets.media))
        return
    by_medium = {stock.medium: stock for stock in reversed(stocks)}
    for medium in dict.fromkeys((*sheets.media, *(stock.medium for stock in stocks))):
        if not is_bound(medium):
            elsewhere = _Stock(medium, config.device.trays[0].source, sheets.types_of(medium)[0])
            yield by_medium.get(medium, elsewhere)


def _pieces(roll: str, supported: tuple[str, ...]) -> Iterator[str]:
    """The media that are cut from a roll: those as wide as it is, or less."""
    width = media_size(roll)
    for medium in supported if is_roll(roll) else ():
        size = None if is_bound(medium) else media_size(medium)
        if size is not None and width is not None and size.width <= width.width:
            yield medium


@lru_cache(maxsize=64)
def _database(sheets: _Sheets) -> tuple[Collection, ...]:
    """Every medium with all margins and types that it can have, and last the ranges of sizes."""
    single = [
        _media_col(
            _dimensions(medium, sheets.media), sheets.key(medium, margins), margins, kind, sheets.source
        )
        for medium in sheets.media
        if not is_bound(medium)
        for margins in sheets.margins_of(medium)
        for kind in sheets.types_of(medium)
    ]
    common = sheets.types_of("")[0]
    ranges = [
        _media_col(_between(one), None, sheets.margins, common, sheets.source)
        for one in media_ranges(sheets.media)
    ]
    return (*single, *ranges)


def _dimensions(medium: str, supported: tuple[str, ...]) -> Collection:
    """media-size: of a roll the length is that of any piece that can be cut from it."""
    size = media_size(medium)
    assert size is not None, "the configuration holds names of known media only"
    if is_roll(medium):
        lengths = [RangeOfInteger(one.smallest.length, one.largest.length) for one in media_ranges(supported)]
        return Collection([names.X_DIMENSION.of(size.width), names.Y_DIMENSION.of(*lengths[-1:])])
    return Collection([names.X_DIMENSION.of(size.width), names.Y_DIMENSION.of(size.length)])


def _between(sizes: MediaRange) -> Collection:
    low, high = sizes.smallest, sizes.largest
    return Collection(
        [
            names.X_DIMENSION.of(RangeOfInteger(low.width, high.width)),
            names.Y_DIMENSION.of(RangeOfInteger(low.length, high.length)),
        ]
    )


def _media_col(size: Collection, key: str | None, margins: Margins, kind: str, source: str) -> Collection:
    return Collection(
        [
            names.MEDIA_SIZE.of(size),
            *([] if key is None else [names.MEDIA_KEY.of(Keyword(key))]),
            names.MEDIA_COLOR.of(MediaColor.WHITE),
            names.MEDIA_BOTTOM_MARGIN.of(margins.bottom),
            names.MEDIA_LEFT_MARGIN.of(margins.left),
            names.MEDIA_RIGHT_MARGIN.of(margins.right),
            names.MEDIA_TOP_MARGIN.of(margins.top),
            names.MEDIA_SOURCE.of(Keyword(source)),
            names.MEDIA_TYPE.of(Keyword(kind)),
        ]
    )
