"""What a Printer says of its operations and of the software behind them: made from the table, not by hand."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from ippserver import __version__
from ippserver.iana import names
from ippserver.iana.enums import Operation
from ippserver.iana.keywords import IppFeatures
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import MAX_INTEGER, Keyword, NaturalLanguage, OctetString, RangeOfInteger
from ippserver.model.language import Language
from ippserver.operations.declare import COMMON, OperationSpec
from ippserver.operations.documents import DOCUMENT_CREATION
from ippserver.operations.table import supported

_SOFTWARE: Final = "ippserver"
_CREATING: Final = frozenset({Operation.PRINT_JOB, Operation.PRINT_URI, Operation.CREATE_JOB})
_SENDING: Final = frozenset({Operation.SEND_DOCUMENT, Operation.SEND_URI})
_FEATURES: Final[Mapping[Operation, Keyword]] = {
    Operation.GET_DOCUMENT_ATTRIBUTES: IppFeatures.DOCUMENT_OBJECT,
    Operation.CREATE_PRINTER_SUBSCRIPTIONS: IppFeatures.SUBSCRIPTION_OBJECT,
}
"""Values of ipp-features-supported by an operation that only they have."""
_ALWAYS: Final = (
    IppFeatures.PAGE_OVERRIDES,
    IppFeatures.JOB_RELEASE,
    IppFeatures.JOB_STORAGE,
    IppFeatures.PROOF_PRINT,
    IppFeatures.PROOF_AND_SUSPEND,
)
"""Those that are a matter of attributes."""


def advertised_operations(specs: Sequence[OperationSpec]) -> Iterator[Attribute]:
    """The attributes of every Printer that follow from what is served."""
    codes = {spec.operation for spec in specs}
    features = [*_ALWAYS, *(_FEATURES[code] for code in _FEATURES if code in codes)]
    yield names.OPERATIONS_SUPPORTED.of(*supported(specs))
    yield names.IPP_FEATURES_SUPPORTED.of(*features)
    yield names.JOB_CREATION_ATTRIBUTES_SUPPORTED.of(*sorted(_of_creation(specs)))
    yield names.DOCUMENT_CREATION_ATTRIBUTES_SUPPORTED.of(*sorted(_of_documents(specs)))
    yield names.PRINTER_FIRMWARE_NAME.of(_SOFTWARE)
    yield names.PRINTER_FIRMWARE_STRING_VERSION.of(__version__)
    yield names.PRINTER_FIRMWARE_VERSION.of(_octets(__version__))
    yield names.PRINTER_FIRMWARE_PATCHES.of("")


def advertised_languages(languages: Iterable[Language]) -> Iterator[Attribute]:
    """Those that texts and names of ours may be in (RFC 8011 5.4.20, PWG 5100.13)."""
    tags = [NaturalLanguage(language.tag) for language in languages]
    yield names.GENERATED_NATURAL_LANGUAGE_SUPPORTED.of(*tags)
    yield names.PRINTER_STRINGS_LANGUAGES_SUPPORTED.of(*tags)


def advertised_history(seconds: float | None) -> Iterator[Attribute]:
    """How long completed Jobs are kept, and how long that could be; None is without end."""
    kept = MAX_INTEGER if seconds is None else min(MAX_INTEGER, int(seconds))
    yield names.JOB_HISTORY_INTERVAL_CONFIGURED.of(kept)
    yield names.JOB_HISTORY_INTERVAL_SUPPORTED.of(RangeOfInteger(0, MAX_INTEGER))


def _of_creation(specs: Iterable[OperationSpec]) -> set[Keyword]:
    """The operation attributes of job creation; a Printer adds its Job Template attributes."""
    common = {definition.name for definition in COMMON} - {names.CLIENT_INFO.name}
    accepted = (spec.accepts for spec in specs if spec.operation in _CREATING)
    return {Keyword(name) for names_of_one in accepted for name in names_of_one - common}


def _of_documents(specs: Iterable[OperationSpec]) -> set[Keyword]:
    """What may be said of a Document that is sent; a Printer adds its Document Template attributes."""
    known = {definition.name for definition in (*DOCUMENT_CREATION, names.DOCUMENT_URI)}
    accepted = (spec.accepts for spec in specs if spec.operation in _SENDING)
    return {Keyword(name) for names_of_one in accepted for name in names_of_one & known}


def _octets(version: str) -> OctetString:
    """A version as client-version has it: two octets for each number (PWG 5100.7)."""
    numbers = (int(number) for number in version.split(".") if number.isdecimal())
    return OctetString(b"".join(number.to_bytes(2, "big") for number in numbers))
