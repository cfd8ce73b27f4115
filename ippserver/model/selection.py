"""requested-attributes: single names and names of groups (RFC 8011 4.2.5.1, 4.3.4.1)."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final, TypeAlias

from ippserver.iana import names
from ippserver.iana.definitions import RegistryGroup, within
from ippserver.iana.groups import (
    ALL,
    DOCUMENT_DESCRIPTION,
    DOCUMENT_TEMPLATE,
    JOB_ACTUAL,
    JOB_DESCRIPTION,
    JOB_STATUS,
    JOB_TEMPLATE,
    NONE,
    PRINTER_DEFAULTS,
    PRINTER_DESCRIPTION,
    SUBSCRIPTION_TEMPLATE,
)
from ippserver.iana.pairing import DOCUMENT_TEMPLATES, TEMPLATES, Template, member_template
from ippserver.ipp.values import Keyword
from ippserver.model.capabilities import ONLY_BY_NAME

Group: TypeAlias = Callable[[str], bool]
"""Whether the attribute of a name belongs to the group."""


def _of_printers(templates: Mapping[str, Template]) -> frozenset[str]:
    """The names of xxx-default, xxx-supported and xxx-ready of `templates`, and of their members.

    Self-certification wants those of the members here, too (PWG 5100.20, ippeveselfcert's I-10.6).
    """
    whole = dict(templates)
    for template in templates.values():
        _add_members(template, whole)
    paired = (each for one in whole.values() for each in (one.default, one.supported, one.ready))
    return frozenset(each.name for each in paired if each is not None)


def _add_members(template: Template, found: dict[str, Template]) -> None:
    """Adds the members of `template`, whatever their depth; collections may hold themselves."""
    for member in template.job.members.values():
        # Overrides may hold what belongs to whole requests: that has nothing to do with the template.
        if member.name not in found and RegistryGroup.OPERATION not in member.collections:
            found[member.name] = member_template(member)
            _add_members(found[member.name], found)


_OF_TEMPLATES: Final = _of_printers(TEMPLATES)
_OF_DOCUMENTS: Final = _of_printers(DOCUMENT_TEMPLATES)
_OF_SUBSCRIPTIONS: Final = frozenset(
    definition.name
    for definition in (
        names.NOTIFY_PULL_METHOD_SUPPORTED,
        names.NOTIFY_SCHEMES_SUPPORTED,
        names.NOTIFY_EVENTS_DEFAULT,
        names.NOTIFY_EVENTS_SUPPORTED,
        names.NOTIFY_MAX_EVENTS_SUPPORTED,
        names.NOTIFY_ATTRIBUTES_SUPPORTED,
        names.CHARSET_SUPPORTED,
        names.GENERATED_NATURAL_LANGUAGE_SUPPORTED,
        names.NOTIFY_LEASE_DURATION_DEFAULT,
        names.NOTIFY_LEASE_DURATION_SUPPORTED,
    )
)
"""The second column of RFC 3995 5.3 table 1."""
_OF_JOB_STATUS: Final = frozenset(within(names.DEFINITIONS, RegistryGroup.JOB_STATUS))
_ACTUAL: Final = frozenset(f"{name}-actual" for name in TEMPLATES)

PRINTER_GROUPS: Final[Mapping[str, Group]] = {
    ALL: lambda name: True,
    NONE: lambda name: False,
    JOB_TEMPLATE: lambda name: name in _OF_TEMPLATES,
    DOCUMENT_TEMPLATE: lambda name: name in _OF_DOCUMENTS,
    PRINTER_DESCRIPTION: lambda name: name not in _OF_TEMPLATES,
    PRINTER_DEFAULTS: lambda name: name.endswith("-default"),
    SUBSCRIPTION_TEMPLATE: lambda name: name in _OF_SUBSCRIPTIONS,
}
"""The groups of Get-Printer-Attributes."""

DOCUMENT_GROUPS: Final[Mapping[str, Group]] = {
    ALL: lambda name: True,
    NONE: lambda name: False,
    DOCUMENT_TEMPLATE: lambda name: name in DOCUMENT_TEMPLATES,
    DOCUMENT_DESCRIPTION: lambda name: name not in DOCUMENT_TEMPLATES,
}
"""The groups of Get-Document-Attributes and Get-Documents (PWG 5100.5)."""

JOB_GROUPS: Final[Mapping[str, Group]] = {
    ALL: lambda name: True,
    NONE: lambda name: False,
    JOB_TEMPLATE: lambda name: name in TEMPLATES,
    JOB_DESCRIPTION: lambda name: name not in TEMPLATES,
    JOB_STATUS: lambda name: name in _OF_JOB_STATUS,
    JOB_ACTUAL: lambda name: name in _ACTUAL,
}
"""The groups of Get-Job-Attributes and Get-Jobs."""

_MOST_UNKNOWN: Final = 200
"""Names of 255 octets each that stay below 64 KiB."""


class Selection:
    """The attributes that one request wants; `name in selection` is the question."""

    __slots__ = ("_answers", "_groups", "_hidden", "_names", "everything")

    everything: bool
    """True where `all` was asked for and nothing that `all` leaves out."""

    def __init__(
        self, requested: Iterable[str], groups: Mapping[str, Group], *, hidden: Collection[str] = ()
    ) -> None:
        """Takes the names and what groups there are; attributes in `hidden` are never shown."""
        self._answers: dict[str, bool] = {}
        self._hidden = hidden
        self._names = frozenset(requested)
        self._groups = tuple(groups[name] for name in self._names if name in groups)
        self.everything = ALL in self._names and not self._names & ONLY_BY_NAME

    def __contains__(self, name: str) -> bool:
        answer = self._answers.get(name)
        if answer is None:  # asked for every Job of a long list, but the same few names
            answer = self._answers[name] = self._wants(name)
        return answer

    def _wants(self, name: str) -> bool:
        if name in self._names:
            return name not in self._hidden
        listed = name not in self._hidden and name not in ONLY_BY_NAME
        return listed and any(group(name) for group in self._groups)

    def unknown(self, supported: Collection[str], groups: Mapping[str, Group]) -> tuple[Keyword, ...]:
        """The requested names that are no group and none of `supported`, for the Unsupported group.

        Of very many only the first, so that a short answer does not become a long one.
        """
        unknown = [name for name in self._names if name not in supported and name not in groups]
        return tuple(Keyword(name) for name in sorted(unknown)[:_MOST_UNKNOWN])
