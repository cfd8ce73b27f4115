"""What is printed otherwise on some pages of a Job: the collections of `overrides` (PWG 5100.6 4.1).

Knows the shape of an override, and what is left of one that is partly unsupported; not what its values do.
"""

from datetime import datetime
from itertools import takewhile
from typing import Final

from ippserver.iana import names
from ippserver.iana.definitions import Holder
from ippserver.iana.pairing import EXCLUSIVE, TEMPLATES, Verdict
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Value
from ippserver.model.errors import BadRequest
from ippserver.model.ranges import ascend

SELECTORS: Final = {
    names.PAGES.name: 0,
    names.DOCUMENT_NUMBERS.name: 1,
    names.DOCUMENT_NUMBER.name: 1,
    names.DOCUMENT_COPIES.name: 2,
}
"""The members that say which pages are meant, and the place of each: they stand before all others."""


def check(attribute: Attribute) -> None:
    """Whether each of the `overrides` says which pages it is about, and then what they get.

    Raises:
        BadRequest: The members that select pages are missing, out of order or do not ascend, or none follows.
    """
    for value in attribute.values:
        if type(value) is Collection:
            _check(value)


def _check(override: Collection) -> None:
    chosen = selectors(override)
    said = overriding(override)
    places = [SELECTORS[member.name] for member in chosen]
    if 0 not in places or places != sorted(set(places)):
        raise BadRequest("An override does not begin with the pages that it is about.")
    if not said or any(member.name in SELECTORS for member in said):
        raise BadRequest("An override says nothing of its pages, or says it before it names them.")
    if not all(map(ascend, chosen)):
        raise BadRequest("The ranges of an override do not ascend, or overlap.")


def selectors(override: Collection) -> tuple[Attribute, ...]:
    """Which pages, documents and copies the override is about."""
    return tuple(takewhile(lambda member: member.name in SELECTORS, override))


def overriding(override: Collection) -> tuple[Attribute, ...]:
    """What they get."""
    return override.members[len(selectors(override)) :]


def judge(attribute: Attribute, printer: Holder, now: datetime) -> Verdict:
    """As `Template.judge`, of overrides that `check` has passed.

    An override whose pages are not all supported is unsupported as a whole, lest it befall others; one of
    which nothing is left but its pages is dropped.
    """
    accepted: list[Value] = []
    unsupported: list[Value] = []
    for value in attribute.values:
        good, bad = _split(value, printer, now)
        accepted += [] if good is None else [good]
        unsupported += [] if bad is None else [bad]
    return Verdict(tuple(accepted), tuple(unsupported))


def _split(value: Value, printer: Holder, now: datetime) -> tuple[Value | None, Value | None]:
    verdict = TEMPLATES[names.OVERRIDES.name].judge((value,), printer, now=now)
    (good,), (bad,) = verdict.accepted or (None,), verdict.unsupported or (None,)
    if type(value) is not Collection or type(good) is not Collection or selectors(value) != selectors(good):
        return None, value
    twice = {one.name for one, better in EXCLUSIVE if {one.name, better.name} <= {each.name for each in good}}
    if twice:
        known = () if type(bad) is not Collection else bad
        dropped = [member for member in value if member.name in twice]
        bad = Collection([*(member for member in known if member.name not in twice), *dropped])
        good = Collection([member for member in good if member.name not in twice])
    return (good if overriding(good) else None), bad
