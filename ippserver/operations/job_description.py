"""What a client says of a new Job and of itself, and the Job keeps (RFC 8011 4.2.1.1, PWG 5100.7, .13)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.pairing import Verdict, member_template
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import RangeOfInteger
from ippserver.model.extensions import MAX_CLIENT_INFO, USER_URI_SCHEMES
from ippserver.operations.declare import Call, Definition

JOB_DESCRIPTION: Final[tuple[Definition, ...]] = (
    names.JOB_K_OCTETS,
    names.JOB_IMPRESSIONS,
    names.JOB_IMPRESSIONS_COL,
    names.JOB_MEDIA_SHEETS,
    names.JOB_MEDIA_SHEETS_COL,
    names.JOB_PAGES,
    names.JOB_PAGES_COL,
    names.JOB_MANDATORY_ATTRIBUTES,
)
"""Operation attributes of every operation that creates a Job, beside those of every request."""

_KEPT: Final = tuple(definition for definition in JOB_DESCRIPTION if definition != names.JOB_K_OCTETS)
"""What we cannot count ourselves, and what the client insists on."""
_SIZES: Final[tuple[tuple[AttributeDef[int], AttributeDef[RangeOfInteger]], ...]] = (
    (names.JOB_K_OCTETS, names.JOB_K_OCTETS_SUPPORTED),
    (names.JOB_IMPRESSIONS, names.JOB_IMPRESSIONS_SUPPORTED),
    (names.JOB_MEDIA_SHEETS, names.JOB_MEDIA_SHEETS_SUPPORTED),
)
_CLIENT_INFO: Final = member_template(names.CLIENT_INFO)


def oversizes(call: Call) -> list[Attribute]:
    """What the client says of the Job's size and the Printer cannot take."""
    bad = []
    for size, supported in _SIZES:
        value, bounds = size.get(call.operation), supported.get(call.printer.capabilities)
        if value is not None and bounds is not None and not bounds.lower <= value <= bounds.upper:
            bad.append(size.of(value))
    return bad


def kept(call: Call) -> Iterator[Attribute]:
    """What becomes part of the Job, as it came."""
    for definition in _KEPT:
        attribute = definition.attribute(call.operation)
        if attribute is not None:
            yield attribute
    known = _client_info(call).accepted
    if known:
        yield Attribute(names.CLIENT_INFO.name, known)
    uri = names.REQUESTING_USER_URI.get(call.operation)
    # Who is authenticated is nobody else, whatever URI the request has.
    if uri is not None and not call.principal.authenticated and _says_who(uri):
        yield names.JOB_ORIGINATING_USER_URI.of(uri)


def ignored(call: Call) -> Iterator[Attribute]:
    """What does not, for the Unsupported group."""
    unknown = _client_info(call).unsupported
    if unknown:
        yield Attribute(names.CLIENT_INFO.name, unknown)
    uri = names.REQUESTING_USER_URI.get(call.operation)
    if uri is not None and not _says_who(uri):
        yield names.REQUESTING_USER_URI.of(uri)


def _client_info(call: Call) -> Verdict:
    """client-info, as far as there is room for it (PWG 5100.7, max-client-info-supported)."""
    values = names.CLIENT_INFO.all(call.operation)
    some, rest = values[:MAX_CLIENT_INFO], values[MAX_CLIENT_INFO:]
    verdict = _CLIENT_INFO.judge(some, call.printer.capabilities, now=datetime.fromtimestamp(call.now, UTC))
    return Verdict(verdict.accepted, (*verdict.unsupported, *rest))


def _says_who(uri: str) -> bool:
    return uri.partition(":")[0].lower() in USER_URI_SCHEMES
