"""What can be asked of a Printer: every xxx-supported, xxx-default and xxx-ready, from its configuration.

Advertising and checking read the same attributes, so that what is advertised is what is accepted.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ippserver.iana import names
from ippserver.iana.keywords import IppFeatures
from ippserver.iana.pairing import DOCUMENT_TEMPLATES, TEMPLATES
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword
from ippserver.model import cups, extensions, formats, release
from ippserver.model.capabilities.documents import documents
from ippserver.model.capabilities.finishing import col_default, finishing
from ippserver.model.capabilities.general import CHARSET, LANGUAGE, WHICH_JOBS, general
from ippserver.model.capabilities.job_template import job_control, job_template
from ippserver.model.capabilities.media import media
from ippserver.model.capabilities.rasters import rasters
from ippserver.model.capabilities.together import together
from ippserver.model.printer import PrinterConfig

__all__ = [
    "CHARSET",
    "LANGUAGE",
    "ONLY_BY_NAME",
    "WHICH_JOBS",
    "Capabilities",
    "capabilities",
    "document_templates",
    "settable_of_jobs",
    "template_of_jobs",
    "templates",
]

ONLY_BY_NAME: Final = frozenset({names.MEDIA_COL_DATABASE.name})
"""Too long for everybody: part of no group, sent only when it is named (PWG 5100.7 6.9)."""


class Capabilities:
    """The static attributes of a Printer: made once, remembered with their octets."""

    __slots__ = ("__weakref__", "attributes", "only_by_name", "shown")

    def __init__(self, attributes: Iterable[Attribute]) -> None:
        self.attributes: Final[Mapping[str, Attribute]] = {each.name: each for each in attributes}
        self.shown: Final = tuple(v for k, v in self.attributes.items() if k not in ONLY_BY_NAME)
        """Those that everybody gets who asks for `all`."""
        self.only_by_name: Final = tuple(v for k, v in self.attributes.items() if k in ONLY_BY_NAME)

    def get(self, name: str) -> Attribute | None:
        """The attribute called `name`, or None: so that attribute handles read from here, too."""
        return self.attributes.get(name)


def capabilities(config: PrinterConfig, more: Iterable[Attribute] = ()) -> Capabilities:
    """All that `config` can do and be asked for, and `more`, in the order in which it is shown."""
    own = (general, documents, job_template, job_control, media, finishing, rasters)
    parts = (*own, extensions.attributes, release.attributes, cups.attributes)
    found = Capabilities([*(attribute for part in parts for attribute in part(config)), *more])
    return Capabilities([*found.attributes.values(), *_following(config, found)])


def _following(config: PrinterConfig, found: Capabilities) -> Iterator[Attribute]:
    """What follows from other attributes, whatever those follow from."""
    yield from together(config, found)
    finished = names.FINISHINGS_DEFAULT.get(found)
    if config.finishings and finished is not None:
        yield col_default(finished)
    if _is_everywhere(config):
        features = (*names.IPP_FEATURES_SUPPORTED.all(found), IppFeatures.IPP_EVERYWHERE)
        yield names.IPP_FEATURES_SUPPORTED.of(*dict.fromkeys(features))
    yield names.JOB_SETTABLE_ATTRIBUTES_SUPPORTED.of(*map(Keyword, sorted(settable_of_jobs(found))))


def _is_everywhere(config: PrinterConfig) -> bool:
    """Whether it takes what IPP Everywhere demands (PWG 5100.14 6): all else is the same of every Printer."""
    return formats.PWG_RASTER in config.formats and (not config.color or formats.JPEG in config.formats)


def template_of_jobs(printer: Capabilities) -> frozenset[str]:
    """The names of the Job Template attributes that the Printer supports."""
    return frozenset(
        name
        for name, paired in TEMPLATES.items()
        if paired.supported is not None and paired.supported.attribute(printer) is not None
    )


def settable_of_jobs(printer: Capabilities) -> frozenset[str]:
    """The names of what Set-Job-Attributes can set (RFC 3380 4.2.1, 6.2)."""
    return template_of_jobs(printer) | {names.JOB_NAME.name, names.JOB_MESSAGE_FROM_OPERATOR.name}


def templates(printer: Capabilities) -> Iterator[Keyword]:
    """The names of the Job Template attributes that a client may ask of `printer`."""
    for name, template in TEMPLATES.items():
        if template.supported is not None and template.supported.attribute(printer) is not None:
            yield Keyword(name)


def document_templates(printer: Capabilities) -> Iterator[Keyword]:
    """The names of those of them that each Document may have by itself (PWG 5100.5)."""
    return (name for name in templates(printer) if name in DOCUMENT_TEMPLATES)
