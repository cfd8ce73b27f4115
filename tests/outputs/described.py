"""Printers by what they say of themselves, and what they are asked."""

from collections.abc import Iterable
from dataclasses import replace

from ippserver.iana.enums import Finishings
from ippserver.interfaces import Parcel
from ippserver.ipp.attributes import Attribute
from ippserver.model import formats
from ippserver.model.capabilities import Capabilities, capabilities
from ippserver.model.conversion import Wanted
from ippserver.model.printer import PrinterConfig
from ippserver.outputs.peer import Peer
from tests.outputs.parcels import parcel

OFFICE = PrinterConfig(path="/ipp/print", name="Other", finishings=(Finishings.STAPLE,))


def peer(
    *taken: str,
    config: PrinterConfig = OFFICE,
    without: Iterable[str] = (),
    having: Iterable[Attribute] = (),
) -> Peer:
    """A Printer like ours that takes only these formats, and has some attributes not, and others besides."""
    config = replace(config, formats=taken or config.formats)
    known = {each.name: each for each in capabilities(config).attributes.values()}
    known = {name: each for name, each in known.items() if name not in without}
    return Peer("there:631", Capabilities([*known.values(), *having]), 1_800_000_000.0)


def asked(*template: Attribute, media_type: str = formats.PDF) -> Parcel:
    """The parcel of a Job with that template."""
    return parcel(template=template, media_type=media_type)


def made(wanted: Wanted | None, *template: Attribute) -> Parcel:
    """The parcel of such a Job with what was made of its document."""
    return replace(asked(*template), wanted=wanted)
