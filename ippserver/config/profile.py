"""What a profile says of a printer: facts of a device, from which all its attributes follow."""

from collections.abc import Collection, Mapping
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, InstanceOf, StrictBool, StrictStr, WithJsonSchema

from ippserver.config.fields import Count, Line, Medium, Text127
from ippserver.config.section import Section
from ippserver.iana.definitions import RegistryGroup
from ippserver.iana.enums import Finishings, PrintQuality
from ippserver.iana.names import definition
from ippserver.iana.option_values import WrongOption, parse_option
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Value
from ippserver.model.device_config import SUPPLY_KINDS, DeviceConfig, TrayConfig
from ippserver.model.printer import PrinterConfig

_MODEL: Final = PrinterConfig(path="/", name="profile")
"""What a printer is that nobody says anything of."""
RASTER_TYPES: Final = (
    *("black_1", "black_8", "sgray_8", "sgray_16", "srgb_8", "srgb_16"),
    *("adobe-rgb_8", "adobe-rgb_16", "cmyk_8", "cmyk_16"),
)
COLOR_MODES: Final = ("auto", "color", "monochrome", "bi-level")
QUALITIES: Final[Mapping[str, PrintQuality]] = {
    quality.keyword: quality for quality in (PrintQuality.DRAFT, PrintQuality.NORMAL, PrintQuality.HIGH)
}
FINISHINGS: Final[Mapping[str, Finishings]] = {
    one.keyword: one for one in Finishings if one is not Finishings.NONE
}


def _known(words: Collection[str]) -> AfterValidator:
    """A word that is one of `words`."""

    def check(text: str) -> str:
        if text not in words:
            raise ValueError(f'"{text}" is none of {", ".join(words)}')
        return text

    return AfterValidator(check)


def _job_attributes(value: object) -> object:
    """A table of Job Template attributes, each with one value, or a list of those that are meant."""
    if not isinstance(value, Mapping):
        return value
    return tuple(_job_attribute(str(name), found) for name, found in value.items())


def _job_attribute(name: str, value: object) -> Attribute:
    known = definition(name)
    if known is None or RegistryGroup.JOB_TEMPLATE not in known.collections:
        raise ValueError(f'"{name}" is no Job Template attribute')
    texts = [_text(one) for one in (value if isinstance(value, list) else [value])]
    values: list[Value] = []
    for text in texts:
        try:
            values += parse_option(f"{name}={text}").attribute.values
        except WrongOption as problem:
            raise ValueError(str(problem).removesuffix(".")) from problem
    return Attribute(name, values)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


Word: TypeAlias = Annotated[StrictStr, Field(pattern="^[a-z0-9][a-z0-9._-]*$", max_length=127)]
JobAttributes: TypeAlias = Annotated[
    tuple[InstanceOf[Attribute], ...],
    BeforeValidator(_job_attributes),
    Field(min_length=1),
    WithJsonSchema({"type": "object"}),
]
FormatName: TypeAlias = Annotated[
    StrictStr, Field(pattern=r"^[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+$", max_length=127)
]
RasterType: TypeAlias = Annotated[StrictStr, _known(RASTER_TYPES)]
ColorMode: TypeAlias = Annotated[StrictStr, _known(COLOR_MODES)]
QualityName: TypeAlias = Annotated[StrictStr, _known(QUALITIES)]
FinishingName: TypeAlias = Annotated[StrictStr, _known(FINISHINGS)]
Hundredths: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=100_000)]


class MarginSettings(Section):
    """What stays white at the edges of all media, in hundredths of a millimetre."""

    top: Hundredths = _MODEL.margins.top
    """At the top."""
    bottom: Hundredths = _MODEL.margins.bottom
    """At the bottom."""
    left: Hundredths = _MODEL.margins.left
    """On the left."""
    right: Hundredths = _MODEL.margins.right
    """On the right."""


class TraySettings(Section):
    """An input tray."""

    source: Word = TrayConfig().source
    """What jobs call it (media-source): "main", "manual", "tray-2", "main-roll" ...; unique within the
    printer."""
    media: Medium | Literal[""] = TrayConfig().media
    """The medium that is in it, one of the printer's, or a roll ("roll_current_62x0mm"); empty for the
    default."""
    type: Word | Literal[""] = TrayConfig().type
    """The type of that medium, one of `media-types`; empty for the usual one."""
    capacity: Count = TrayConfig().capacity
    """How many sheets it takes."""


class SupplySettings(Section):
    """Something that printing uses up."""

    name: Word
    """Its colorant: "black", "light-cyan" ...; unique within the printer."""
    color: Annotated[StrictStr, Field(pattern="^#[0-9A-Fa-f]{6}$")]
    """How it looks: "#RRGGBB"."""
    kind: Annotated[StrictStr, _known(SUPPLY_KINDS)] = "toner"
    """"toner", "ink-cartridge" or "ink-ribbon"."""


class DeviceSettings(Section):
    """The device that the printer says it is: trays, supplies and bins, whose levels printing uses up."""

    simulate: StrictBool = DeviceConfig().simulate
    """Let trays and supplies run out and bins run over; jobs then wait until somebody sees to it
    (`ippserver supply`). Else the levels move, and everything is looked after in time."""
    supply_impressions: Count = DeviceConfig().supply_impressions
    """How many printed sides a full supply lasts."""
    bins: Annotated[tuple[Word, ...], Field(min_length=1, max_length=32)] = DeviceConfig().bins
    """The output bins (output-bin): "face-down", "face-up", "mailbox-1" ...; the first is the default."""
    bin_capacity: Count = DeviceConfig().bin_capacity
    """How many sheets each takes."""
    trays: Annotated[tuple[TraySettings, ...], Field(min_length=1, max_length=32, alias="tray")] = (
        TraySettings(),
    )
    """The input trays."""
    supplies: Annotated[tuple[SupplySettings, ...], Field(max_length=32, alias="supply")] = tuple(
        SupplySettings(name=one.name, color=one.color, kind=one.kind) for one in DeviceConfig().supplies
    )
    """Toner, ink and the like; those with a colour count where the printer has colour."""


class PresetSettings(Section):
    """A choice of settings that clients offer by one name."""

    name: Word
    """The name: "draft", "booklet" ..."""
    job: JobAttributes
    """Job Template attributes and their values, collections as text: `media-col = "{media-type=labels}"`."""


class ConstraintSettings(Section):
    """What the device cannot do together."""

    name: Word
    """Which constraint it is; unique within the printer."""
    when: JobAttributes
    """Job Template attributes: a job that has one of the values of each cannot be printed as asked for."""
    then: JobAttributes
    """What it gets instead."""


class ProfileSettings(Section):
    """What a printer of a kind is and can do."""

    make_and_model: Annotated[Text127, Field(min_length=1)] = _MODEL.make_and_model
    """What it says it is (printer-make-and-model)."""
    icon: Word = _MODEL.icon
    """Its picture: the name of one of the profiles that come with the program."""
    kind: Annotated[tuple[Word, ...], Field(min_length=1)] = _MODEL.kind
    """What it is for (printer-kind): "document", "envelope", "photo", "label", "receipt", "roll" ..."""
    accept: Literal["known", "any"] = "known"
    """"known": documents of `formats` only; "any": what is of none of them is taken, too, and outputs get it
    untouched, whatever their `format`."""
    formats: Annotated[tuple[FormatName, ...], Field(min_length=1)] = _MODEL.formats
    """The document formats that it takes, the one that clients had best send first. With `accept = "any"`
    also those of which nothing is known ("application/vnd.zebra-zpl")."""
    color: StrictBool = _MODEL.color
    """It prints in colour."""
    duplex: StrictBool = _MODEL.duplex
    """It prints on both sides."""
    media: Annotated[tuple[Medium, ...], Field(min_length=1)] = _MODEL.media
    """The media it knows, by their PWG names (PWG 5101.1). Two names, `custom_min_...` and `custom_max_...`
    or `roll_min_...` and `roll_max_...`, stand for all sizes between them."""
    media_default: Medium = _MODEL.media_default
    """The medium where a job names none; one of `media`."""
    borderless: tuple[Medium, ...] = _MODEL.borderless
    """Those of `media` that can be printed up to the edge, too."""
    margins: MarginSettings = MarginSettings()
    """What stays white at the edges otherwise."""
    media_types: Annotated[tuple[Word, ...], Field(min_length=1)] = _MODEL.media_types
    """The types of media that it prints on (media-type); the first is the default."""
    media_of_type: Mapping[Word, tuple[Medium, ...]] = Field(default_factory=dict)
    """Media that come as one type only, by that type: `envelope = ["iso_dl_110x220mm"]`."""
    resolutions_dpi: Annotated[
        tuple[Annotated[int, Field(strict=True, ge=50, le=9600)], ...], Field(min_length=1)
    ] = _MODEL.resolutions_dpi
    """Resolutions in dots per inch; the first is the default."""
    raster_types: Annotated[tuple[RasterType, ...], Field(min_length=1)] = _MODEL.raster_types
    """The kinds of pages in rasters: "black_1", "sgray_8", "srgb_8" ...; those with a colour count where the
    printer has colour."""
    sheet_back: Literal["normal", "flipped", "rotated", "manual-tumble"] = "normal"
    """How rasters have to hold the backs of sheets."""
    color_modes: Annotated[tuple[ColorMode, ...], Field(min_length=1)] = _MODEL.color_modes
    """What jobs can choose of colour (print-color-mode): "auto", "color", "monochrome", "bi-level"; the first
    is the default."""
    qualities: Annotated[tuple[QualityName, ...], Field(min_length=1)] = tuple(
        one.keyword for one in _MODEL.qualities
    )
    """The qualities that jobs can choose: "draft", "normal", "high"."""
    finishings: tuple[FinishingName, ...] = ()
    """What it does with printed sheets: "staple-top-left", "punch-dual-left", "trim-after-pages" ..."""
    max_copies: Count = _MODEL.max_copies
    """The most copies a job may ask for."""
    pages_per_minute: Count = _MODEL.pages_per_minute
    """The speed it states, in black."""
    pages_per_minute_color: Count = _MODEL.pages_per_minute_color
    """The speed it states, in colour."""
    device: DeviceSettings = DeviceSettings()
    """What stands behind it."""
    presets: Annotated[tuple[PresetSettings, ...], Field(alias="preset")] = ()
    """Choices of settings by one name."""
    constraints: Annotated[tuple[ConstraintSettings, ...], Field(alias="constraint")] = ()
    """What it cannot do together."""


class ProfileFile(ProfileSettings):
    """A file of its own."""

    summary: Line = ""
    """What it is, in a line."""
    profile: Line = ""
    """The profile that tells what this one does not; empty for office-color."""
