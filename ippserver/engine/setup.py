"""What a Printer is made from: its configuration, its outputs, and what was set over IPP."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from ippserver.iana import names
from ippserver.interfaces import Output, Wish
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword
from ippserver.model.capabilities import Capabilities, capabilities, document_templates, templates
from ippserver.model.conversion import Wanted
from ippserver.model.delivery import RetryPolicy
from ippserver.model.device import Device
from ippserver.model.overlay import Bounds, configured, displayed, settable, sound
from ippserver.model.parcel import Recall
from ippserver.model.printer import PrinterConfig
from ippserver.model.printer_views import PRINTER_NAMES
from ippserver.model.report import Mirror
from ippserver.model.views import job_names

logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """A Printer's configuration and the outputs that it names, open."""

    config: PrinterConfig
    outputs: tuple[Output, ...]
    uri: str = "ipp://localhost/"
    """How outputs call the Printer when they tell others of it."""
    retries: Mapping[str, RetryPolicy] = field(default_factory=dict)
    """How often each output is tried, by its name; once where nothing is said."""
    wanted: Mapping[str, Wanted] = field(default_factory=dict)
    """What outputs want, by their names; others take documents as they are."""
    wishes: Mapping[str, Wish] = field(default_factory=dict)
    """The same of outputs that look first, document by document."""
    gather: frozenset[str] = frozenset()
    """The names of those outputs that may take all Documents of a Job at once; their wishes say whether.

    They choose no targets beforehand: where they have one, something was sent.
    """
    mirrors: Mapping[str, Mirror] = field(default_factory=dict)
    """What devices behind outputs say while nothing is printed, by the outputs' names."""
    recalls: Mapping[str, Recall] = field(default_factory=dict)
    """How outputs take back what they have begun to bring of a Job that is canceled, by their names."""
    attributes: tuple[Attribute, ...] = ()
    """What follows from the server and not from the configuration: operations-supported ..."""
    advertised: bool = False
    """Whether the network is told of it (DNS-SD)."""

    def capabilities(self, overlay: Mapping[str, Attribute], dns_sd_name: str = "") -> Capabilities:
        """What can be asked of the Printer with what was set over its configuration."""
        named = [names.PRINTER_DNS_SD_NAME.of(dns_sd_name)] if dns_sd_name and self.advertised else []
        more = (*self.attributes, *named, *displayed(overlay))
        built = capabilities(configured(self.config, overlay), more)
        settings = names.PRINTER_SETTABLE_ATTRIBUTES_SUPPORTED.of(*settable(built, self.config.device))
        created = names.JOB_CREATION_ATTRIBUTES_SUPPORTED.of(
            *_useful(names.JOB_CREATION_ATTRIBUTES_SUPPORTED.all(built), built), *templates(built)
        )
        documents = names.DOCUMENT_CREATION_ATTRIBUTES_SUPPORTED.of(
            *_useful(names.DOCUMENT_CREATION_ATTRIBUTES_SUPPORTED.all(built), built),
            *document_templates(built),
        )
        kept = tuple(map(Keyword, sorted(job_names(built))))  # nothing of a completed Job is forgotten alone
        history = (
            names.JOB_HISTORY_ATTRIBUTES_CONFIGURED.of(*kept),
            names.JOB_HISTORY_ATTRIBUTES_SUPPORTED.of(*kept),
        )
        return Capabilities((*built.attributes.values(), settings, created, documents, *history))

    def device(self, overlay: Mapping[str, Attribute]) -> Device:
        """The Printer's device as new, with the media in its trays that were set."""
        config = configured(self.config, overlay)
        return Device.of(config.device, media_default=config.media_default, color=config.color)

    def bounds(self, overlay: Mapping[str, Attribute]) -> Bounds:
        """What can be set of the Printer."""
        inherent = self.capabilities({})
        return Bounds(
            names=PRINTER_NAMES | inherent.attributes.keys(),
            settable=names.PRINTER_SETTABLE_ATTRIBUTES_SUPPORTED.all(inherent),
            overlay=overlay,
            inherent=inherent,
            build=self.capabilities,
            device=self.device(overlay),
        )

    def sound(self, attributes: Iterable[Attribute], now: float) -> tuple[Attribute, ...]:
        """What was set over IPP, without what the configuration does not allow any more."""
        overlay = {attribute.name: attribute for attribute in attributes}
        left = sound(overlay, self.bounds({}), datetime.fromtimestamp(now, UTC))
        for name in overlay.keys() - left.keys():
            logger.warning("%s: %s is forgotten, the configuration has changed", self.config.path, name)
        return tuple(left.values())


def _useful(created: Iterable[Keyword], printer: Capabilities) -> Iterator[Keyword]:
    """What may be said of Jobs and Documents, without the password that a Printer has no use for."""
    useless = not names.DOCUMENT_PASSWORD_SUPPORTED.get(printer)
    return (name for name in created if not (useless and name == names.DOCUMENT_PASSWORD.name))
