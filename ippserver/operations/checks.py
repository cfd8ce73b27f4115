"""The checks that every request passes, in their order (RFC 8011 4.1, RFC 3196 3.1.2.1).

Each is one function that raises the refusal; BEFORE_TARGET run before the Printer or Job is looked up,
AFTER_TARGET when it is known.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from typing import Final, TypeAlias

from ippserver.engine.channel import Channel
from ippserver.engine.printer import Printer
from ippserver.iana import names
from ippserver.iana.definitions import RegistryGroup
from ippserver.iana.enums import Operation
from ippserver.iana.names import DEFINITIONS
from ippserver.iana.syntax import ProblemKind
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.message import Header, Request, Version
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import (
    Charset,
    Keyword,
    MimeMediaType,
    Name,
    NameWithLanguage,
    NaturalLanguage,
    OctetString,
    OutOfBand,
    Text,
    TextWithLanguage,
    Uri,
    UriScheme,
    Value,
)
from ippserver.model.access import ANONYMOUS, Access, Owned, Principal, allowed
from ippserver.model.capabilities import CHARSET
from ippserver.model.document import Document
from ippserver.model.errors import (
    BadRequest,
    CharsetNotSupported,
    NotAuthorized,
    OperationNotSupported,
    RequestValueTooLong,
    ServiceUnavailable,
    VersionNotSupported,
)
from ippserver.model.job import Job
from ippserver.model.language import Language
from ippserver.operations.declare import OperationSpec, Services, Target
from ippserver.operations.language import plain
from ippserver.operations.origin import Origin

VERSIONS: Final = (Version(1, 0), Version(1, 1), Version(2, 0), Version(2, 1), Version(2, 2))
"""What is processed and answered in kind; what is claimed is ipp-versions-supported."""


_NO_PRINTER_GROUP: Final = AttributeGroup(GroupTag.PRINTER)
_NO_DOCUMENT_GROUP: Final = AttributeGroup(GroupTag.DOCUMENT)


@dataclass(slots=True, kw_only=True)
class Inquiry:
    """One request while it is being checked; the checks fill in what they find."""

    request: Request
    origin: Origin
    services: Services
    operations: Mapping[int, OperationSpec]
    spec: OperationSpec = field(init=False)
    operation: AttributeGroup = field(init=False)
    job_group: AttributeGroup = field(init=False)
    principal: Principal = field(init=False)
    printer: Printer = field(init=False)
    job: Job | None = None
    everywhere: bool = False
    alias: bool = False
    """Whether the Printer or Job was named as CUPS's clients do."""
    printer_group: AttributeGroup = _NO_PRINTER_GROUP
    subscription_groups: tuple[AttributeGroup, ...] = ()
    subscriptions: tuple[Channel, ...] = ()
    document_group: AttributeGroup = _NO_DOCUMENT_GROUP
    document: Document | None = None
    unsupported: list[Attribute] = field(default_factory=list)

    @property
    def language(self) -> Language:
        """The one of ours that the client wants, as far as its request says (RFC 8011 4.1.4.1)."""
        first = self.request.groups[0] if self.request.groups else AttributeGroup(GroupTag.OPERATION)
        return self.services.languages.best(names.ATTRIBUTES_NATURAL_LANGUAGE.get(first) or "")


Check: TypeAlias = Callable[[Inquiry], None]


def answer_version(asked: Version) -> Version:
    """The version to answer in: the client's, or the closest that we have (RFC 8011 4.1.8)."""
    older = [version for version in VERSIONS if version <= asked]
    return older[-1] if older else VERSIONS[0]


def check_header(header: Header) -> None:
    """Version, before anything after it is looked at (RFC 8011 4.1.8)."""
    if header.version.major not in {version.major for version in VERSIONS}:
        raise VersionNotSupported(f"IPP {header.version} is not supported.")


def check_version(inquiry: Inquiry) -> None:
    """RFC 8011 4.1.8."""
    request = inquiry.request
    check_header(Header(request.version, request.operation_id, request.request_id))


def check_operation(inquiry: Inquiry) -> None:
    """RFC 8011 4.1.3."""
    spec = inquiry.operations.get(inquiry.request.operation_id)
    if spec is None:
        raise OperationNotSupported
    inquiry.spec = spec


def check_request_id(inquiry: Inquiry) -> None:
    """RFC 8011 4.1.2: 1 to 2**31 - 1."""
    if inquiry.request.request_id < 1:
        raise BadRequest("The request-id is not positive.")


_ORDER: Final = (GroupTag.OPERATION, GroupTag.JOB)
_UNKNOWN_TO_US: Final = frozenset(
    {GroupTag.SUBSCRIPTION, GroupTag.RESOURCE, GroupTag.DOCUMENT, GroupTag.SYSTEM, *range(0x0B, 0x10)}
)
"""Groups of extensions that we do not have: ignored where they stand last (RFC 3196 3.1.2.1.4.2)."""


def check_groups(inquiry: Inquiry) -> None:
    """The operation group first and once, then the groups that the operation takes (RFC 3196 3.1.2.1.4).

    An empty job group means the same as none, so any operation may have one (RFC 8010 3.3); attributes in a
    job group where none belongs are out of place, and no attributes that could be ignored.
    """
    groups = list(inquiry.request.groups)
    unknown = _UNKNOWN_TO_US
    if inquiry.spec.subscription_groups:
        unknown -= {GroupTag.SUBSCRIPTION}
    if inquiry.spec.document_group:
        unknown -= {GroupTag.DOCUMENT}
    while groups and groups[-1].tag in unknown:
        ignored = groups.pop()
        if ignored.tag == GroupTag.SUBSCRIPTION:  # known, but out of place (RFC 3995 11.2.1)
            inquiry.unsupported.extend(map(_unsupported, ignored))
    if inquiry.spec.printer_group and groups and groups[-1].tag == GroupTag.PRINTER:
        inquiry.printer_group = groups.pop()
    if inquiry.spec.document_group and groups and groups[-1].tag == GroupTag.DOCUMENT:
        inquiry.document_group = groups.pop()
    wanted = list(takewhile(lambda group: group.tag == GroupTag.SUBSCRIPTION, reversed(groups)))
    groups = groups[: len(groups) - len(wanted)]
    inquiry.subscription_groups = tuple(reversed(wanted))
    tags = tuple(group.tag for group in groups)
    if not tags or tags != _ORDER[: len(tags)]:
        raise BadRequest("The attribute groups are missing, repeated or out of order.")
    if len(groups) == 2 and inquiry.spec.document_group and not inquiry.spec.job_group:
        # The PWG's suites write what a sent document is to be as what its job is to be.
        given = inquiry.document_group or groups.pop()
        inquiry.document_group = AttributeGroup(GroupTag.DOCUMENT, given)
    if len(groups) == 2 and groups[1] and not inquiry.spec.job_group:
        raise BadRequest("This operation takes no job attributes.")
    inquiry.operation = groups[0]
    inquiry.job_group = groups[1] if len(groups) == 2 else AttributeGroup(GroupTag.JOB)


def check_charset_and_language(inquiry: Inquiry) -> None:
    """attributes-charset, then attributes-natural-language, before all others (RFC 8011 4.1.4.1)."""
    for index, (definition, kind) in enumerate(
        ((names.ATTRIBUTES_CHARSET, Charset), (names.ATTRIBUTES_NATURAL_LANGUAGE, NaturalLanguage))
    ):
        attribute = inquiry.operation.attributes[index : index + 1]
        if not attribute or attribute[0].name != definition.name:
            raise BadRequest(f"Operation attribute {index + 1} is not {definition.name}.")
        if len(attribute[0].values) != 1 or type(attribute[0].values[0]) is not kind:
            raise BadRequest(f"{definition.name} is not one value of its syntax.")
        if not attribute[0].values[0]:
            raise BadRequest(f"{definition.name} is empty.")


def check_lengths(inquiry: Inquiry) -> None:
    """Every string, also of attributes that are not supported (RFC 8011 5.1, B.1.4.10)."""
    beside = (inquiry.job_group, inquiry.printer_group, inquiry.document_group, *inquiry.subscription_groups)
    for group in (inquiry.operation, *beside):
        for attribute in group:
            # An attribute that is short as a whole has no value that is too long, and most are short.
            if len(attribute.wire) > _SHORT and any(map(_too_long, attribute.values)):
                raise RequestValueTooLong(f"{_shown(attribute)} is too long.")


def check_charset(inquiry: Inquiry) -> None:
    """Ours is utf-8 (RFC 8011 4.1.4.1)."""
    if str(names.ATTRIBUTES_CHARSET.get(inquiry.operation)).lower() != CHARSET:
        raise CharsetNotSupported(f"Only the charset {CHARSET} is supported.")


def check_principal(inquiry: Inquiry) -> None:
    """Who asks: the authenticated user, else requesting-user-name, else anonymous (RFC 8011 5.4.2, 9.3)."""
    if inquiry.origin.principal is not None:
        inquiry.principal = inquiry.origin.principal
        return
    name = plain(names.REQUESTING_USER_NAME.get(inquiry.operation))
    inquiry.principal = Principal(name=name or ANONYMOUS)


def check_access(inquiry: Inquiry) -> None:
    """RFC 8011 4.1 and 9.3."""
    if inquiry.spec.access is Access.OWN and inquiry.spec.target is Target.PRINTER:
        return  # it is about Jobs of the Printer that the handler finds: `declare.check_owns` asks for each
    if inquiry.spec.access is Access.REPRINT and inquiry.job is not None and inquiry.job.public:
        return
    about: tuple[Owned | None, ...] = tuple(each.subscription for each in inquiry.subscriptions)
    for owned in about or (inquiry.job,):
        if not allowed(inquiry.services.preset, inquiry.spec.access, inquiry.principal, owned):
            raise NotAuthorized


_STILL_SERVED: Final = frozenset(
    {
        Operation.SEND_DOCUMENT,
        Operation.SEND_URI,
        Operation.SHUTDOWN_PRINTER,
        Operation.GET_SUBSCRIPTION_ATTRIBUTES,
        Operation.GET_SUBSCRIPTIONS,
        Operation.GET_NOTIFICATIONS,
    }
)
"""What a Printer out of service takes beside queries that are everybody's: Jobs can be submitted to their
end, and who watches it sees it come back."""
_WHILE_SHUT_DOWN: Final = _STILL_SERVED | {Operation.STARTUP_PRINTER}
_WHILE_DEACTIVATED: Final = _WHILE_SHUT_DOWN | {
    Operation.ACTIVATE_PRINTER,
    Operation.DEACTIVATE_PRINTER,  # "MUST accept the request in any state"
    Operation.RESTART_PRINTER,  # whatever Deactivate-Printer did is lost by it
}


def check_service(inquiry: Inquiry) -> None:
    """A deactivated Printer answers queries and little else (RFC 3998 3.4.1, 3.5.2, 8.2)."""
    spec = inquiry.spec
    if spec.access is Access.QUERY:
        return
    status = inquiry.printer.status
    if not (status.deactivated or status.shut_down):
        return
    if spec.operation not in (_WHILE_SHUT_DOWN if status.shut_down else _WHILE_DEACTIVATED):
        raise ServiceUnavailable(status.message)


def check_syntax(inquiry: Inquiry) -> None:
    """Every operation attribute that the operation takes (RFC 3196 3.1.2.1.5)."""
    for attribute in inquiry.operation:
        if attribute.name not in inquiry.spec.accepts:
            continue
        kind = _familiar_fault(attribute) if len(attribute.wire) <= _FAMILIAR else _fault(attribute)
        if kind is ProblemKind.TOO_LONG:
            raise RequestValueTooLong(f"{attribute.name} is too long.")
        if kind is not None:
            raise BadRequest(f"{attribute.name} has a value that it cannot have.")


def _fault(attribute: Attribute) -> ProblemKind | None:
    problem = DEFINITIONS[attribute.name].problem(attribute.values, RegistryGroup.OPERATION)
    return None if problem is None else problem.kind


_FAMILIAR: Final = 128
"""Octets of attributes whose verdict is remembered: clients send the same charset and target again."""
_familiar_fault: Final = lru_cache(maxsize=512)(_fault)


def check_required(inquiry: Inquiry) -> None:
    """The operation attributes without which there is nothing to do."""
    for definition in inquiry.spec.requires:
        if definition.get(inquiry.operation) is None:
            raise BadRequest(f"{definition.name} is missing.")


def collect_unsupported(inquiry: Inquiry) -> None:
    """Operation attributes that the operation does not know: ignored and reported (RFC 8011 6.2.2)."""
    # lprm of CUPS 2.4 sends a job-id of -1 with Purge-Jobs, and takes all but successful-ok for a failure.
    passed_over = {names.JOB_ID.name} if inquiry.alias else frozenset[str]()
    inquiry.unsupported.extend(
        _unsupported(attribute)
        for attribute in inquiry.operation
        if attribute.name not in inquiry.spec.accepts and attribute.name not in passed_over
    )


def _unsupported(attribute: Attribute) -> Attribute:
    return Attribute(attribute.name, (OutOfBand.UNSUPPORTED,))


BEFORE_TARGET: Final[tuple[Check, ...]] = (
    check_version,
    check_operation,
    check_request_id,
    check_groups,
    check_charset_and_language,
    check_lengths,
    check_charset,
    check_principal,
)
AFTER_TARGET: Final[tuple[Check, ...]] = (
    check_access,
    check_service,
    check_syntax,
    check_required,
    collect_unsupported,
)

_LIMITS: Final[Mapping[type, int]] = {
    Text: 1023,
    Name: 255,
    Keyword: 255,
    Uri: 1023,
    UriScheme: 63,
    Charset: 63,
    NaturalLanguage: 63,
    MimeMediaType: 255,
    OctetString: 1023,
    TextWithLanguage: 1023,
    NameWithLanguage: 255,
}
"""Octets that a value of a syntax may have, whatever its attribute (RFC 8011 5.1)."""


_SHORT: Final = min(_LIMITS.values())


def _too_long(value: Value) -> bool:
    if type(value) is Collection:
        return any(_too_long(inner) for member in value for inner in member.values)
    limit = _LIMITS.get(type(value))
    if limit is None:
        return False
    return any(_octets(part) > own for part, own in _parts(value, limit))


def _parts(value: Value, limit: int) -> Iterator[tuple[str | bytes, int]]:
    if isinstance(value, TextWithLanguage | NameWithLanguage):
        yield value.language, _LIMITS[NaturalLanguage]
        yield value.text, limit
    elif isinstance(value, str | bytes):
        yield value, limit


def _octets(part: str | bytes) -> int:
    if isinstance(part, bytes):
        return len(part)
    return len(part) if part.isascii() else len(part.encode("utf-8", "surrogatepass"))


def _shown(attribute: Attribute) -> str:
    return attribute.name if attribute.name in DEFINITIONS else "The value of an attribute"
