"""What happens to the sheets once they are printed: finishings and output bins (PWG 5100.1, PWG 5100.2)."""

from collections.abc import Iterator

from ippserver.iana import names
from ippserver.iana.enums import Finishings
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Enum, Keyword
from ippserver.model.printer import PrinterConfig


def finishing(config: PrinterConfig) -> Iterator[Attribute]:
    """Finishings, each as a number and as a collection that names its template, and bins."""
    known = (Finishings.NONE, *config.finishings)
    yield names.FINISHINGS_DEFAULT.of(Finishings.NONE)
    yield names.FINISHINGS_SUPPORTED.of(*known)
    if config.finishings:
        templates = [_template(one) for one in known]
        yield names.FINISHINGS_READY.of(*known)
        yield names.FINISHING_TEMPLATE_SUPPORTED.of(*(Keyword(one.keyword) for one in known))
        yield names.FINISHINGS_COL_DATABASE.of(*templates)
        yield names.FINISHINGS_COL_READY.of(*templates)
        yield names.FINISHINGS_COL_SUPPORTED.of(Keyword(names.FINISHING_TEMPLATE.name))
    yield names.OUTPUT_BIN_DEFAULT.of(Keyword(config.device.bins[0]))
    yield names.OUTPUT_BIN_SUPPORTED.of(*map(Keyword, config.device.bins))


def col_default(default: Enum) -> Attribute:
    """finishings-col-default, which says what finishings-default does."""
    return names.FINISHINGS_COL_DEFAULT.of(_template(Finishings(default)))


def _template(finishing: Finishings) -> Collection:
    return Collection([names.FINISHING_TEMPLATE.of(Keyword(finishing.keyword))])
