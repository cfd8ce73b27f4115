"""Which values of xxx a Printer's xxx-supported admits: computed from the two registered syntaxes.

Knows nothing of fidelity, conflicts or defaults; it sorts values into those that are supported and those not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum as PythonEnum
from enum import auto
from typing import Any, Final, TypeAlias

from ippserver.iana import names, vendor
from ippserver.iana.definitions import AttributeDef, Holder, RegistryGroup, within
from ippserver.iana.keywords import AccuracyUnits
from ippserver.iana.media import SIZE_TOLERANCE, fits_custom
from ippserver.iana.syntax import Syntax
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import (
    DateTime,
    Keyword,
    Name,
    NameWithLanguage,
    OutOfBand,
    RangeOfInteger,
    TextWithLanguage,
    Value,
)


class Rule(PythonEnum):
    """How a value is held against xxx-supported."""

    MEMBER = auto()
    """It is one of the values."""
    MEMBER_NAMES = auto()
    """A collection: the values name the members that are supported, each under its own rule."""
    IN_RANGE = auto()
    """It lies within one of the ranges."""
    UNION = auto()
    """It is one of the values or lies within one of the ranges."""
    ALLOWED = auto()
    """Any is supported where the value is true."""
    LEVELS = auto()
    """Any is supported; the value is the number of levels it is mapped to."""
    SECONDS_AHEAD = auto()
    """A moment: the range says how many seconds from now it may lie."""
    LENGTH = auto()
    """A text: the value is the number of octets it may have, 0 for none at all."""
    SOME_COLLECTION = auto()
    """A collection: all its members match those of one of the collections, ranges included."""
    SIZE = auto()
    """A collection of dimensions: give or take SIZE_TOLERANCE, they are those of one of the collections."""
    COARSER = auto()
    """A collection of accuracies: none may be finer than the Printer's best."""
    UNRESTRICTED = auto()
    """There is no xxx-supported; members of a collection still have their own rules."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The values that are supported and those that are not, each in the client's order."""

    accepted: tuple[Value, ...]
    unsupported: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """An attribute that a client may ask for and what the Printer says of it (RFC 8011 5.2)."""

    job: AttributeDef[Value]
    default: AttributeDef[Value] | None
    supported: AttributeDef[Value] | None
    ready: AttributeDef[Value] | None
    rule: Rule

    def judge(self, values: Sequence[Value], printer: Holder, *, now: datetime) -> Verdict:
        """Sort the client's values by what `printer`, the Printer's attributes, supports.

        A value of the wrong syntax is unsupported, and so is every value where xxx-supported is absent or
        `no-value`. A collection is taken apart: the verdict has one with the members that are accepted and
        one with those that are not, where a member that is no part of it at all stands as `unsupported`.
        """
        if len(values) > 1 and not self.job.syntax.set_of:
            return Verdict((), tuple(values))
        supported = None if self.supported is None else self.supported.attribute(printer)
        if self.supported is not None and (supported is None or type(supported.values[0]) is OutOfBand):
            return Verdict((), tuple(values))
        bench = _Bench(self, () if supported is None else supported.values, printer, now)
        accepted: list[Value] = []
        unsupported: list[Value] = []
        for value in values:
            good, bad = bench.split(value)
            accepted += [] if good is None else [good]
            unsupported += [] if bad is None else [bad]
        return Verdict(tuple(accepted), tuple(unsupported))

    def unsupported(self, values: Sequence[Value], printer: Holder, *, now: datetime) -> tuple[Value, ...]:
        """The client's values that are not supported; see `judge`."""
        return self.judge(values, printer, now=now).unsupported


@dataclass(frozen=True, slots=True)
class _Bench:
    """One attribute while its values are judged."""

    template: Template
    supported: tuple[Value, ...]
    printer: Holder
    now: datetime

    def split(self, value: Value) -> tuple[Value | None, Value | None]:
        """The part of `value` that is accepted and the part that is not; None for nothing."""
        if self.template.job.syntax.fault(value) is not None:
            return None, value
        if type(value) is Collection and self.template.rule in (Rule.MEMBER_NAMES, Rule.UNRESTRICTED):
            return self._split_collection(value)
        if type(value) is OutOfBand or _RULES[self.template.rule](value, self):
            return value, None
        return None, value

    def _split_collection(self, collection: Collection) -> tuple[Value | None, Value | None]:
        known = self.template.job.members
        allowed = frozenset(map(str, self.supported)) if self.template.rule is Rule.MEMBER_NAMES else known
        good: list[Attribute] = []
        bad: list[Attribute] = []
        for member in collection:
            definition = known.get(member.name)
            if definition is None or member.name not in allowed:
                bad.append(Attribute(member.name, (OutOfBand.UNSUPPORTED,)))
                continue
            verdict = member_template(definition).judge(member.values, self.printer, now=self.now)
            if not verdict.unsupported:
                good.append(member)
                continue
            bad.append(Attribute(member.name, verdict.unsupported))
            if verdict.accepted:
                good.append(Attribute(member.name, verdict.accepted))
        if not bad:
            return collection, None
        return (Collection(good) if good else None), Collection(bad)


_Check: TypeAlias = Callable[[Value, _Bench], bool]


def _is_member(value: Value, bench: _Bench) -> bool:
    if any(same_value(value, other) for other in bench.supported):
        return True
    # Only media has self-describing names, and a range of them (PWG 5101.1, custom_min and custom_max).
    return type(value) is Keyword and fits_custom(
        value, (str(v) for v in bench.supported if type(v) is Keyword)
    )


def _is_in_union(value: Value, bench: _Bench) -> bool:
    return any(_covers(other, value) for other in bench.supported)


def _is_allowed(value: Value, bench: _Bench) -> bool:
    return bench.supported == (True,)


def _is_any(value: Value, bench: _Bench) -> bool:
    return True


def _is_seconds_ahead(value: Value, bench: _Bench) -> bool:
    moment = value.datetime if type(value) is DateTime else None
    ahead = None if moment is None else (moment - bench.now) // timedelta(seconds=1)
    return ahead is not None and _is_in_union(ahead, bench)


def _is_short_enough(value: Value, bench: _Bench) -> bool:
    text = value.text if isinstance(value, TextWithLanguage | NameWithLanguage) else str(value)
    limit = bench.supported[0]
    return type(limit) is int and 0 < limit >= len(text.encode("utf-8", "surrogatepass"))


def _is_size(value: Value, bench: _Bench) -> bool:
    return type(value) is Collection and any(
        type(size) is Collection and all(_is_near(size.get(member.name), member) for member in value)
        for size in bench.supported
    )


def _is_near(supported: Attribute | None, member: Attribute) -> bool:
    return supported is not None and all(
        any(_covers(_widened(limit), value) for limit in supported.values) for value in member.values
    )


def _widened(limit: Value) -> Value:
    if type(limit) is int:
        limit = RangeOfInteger(limit, limit)
    if type(limit) is RangeOfInteger:
        return RangeOfInteger(limit.lower - SIZE_TOLERANCE, limit.upper + SIZE_TOLERANCE)
    return limit


def _is_coarser(value: Value, bench: _Bench) -> bool:
    best = bench.supported[0]
    if type(value) is not Collection or type(best) is not Collection:
        return False
    return all(
        (wanted := _nanometres(value, axis)) is None
        or ((finest := _nanometres(best, axis)) is not None and wanted >= finest)
        for axis in (names.X_ACCURACY, names.Y_ACCURACY, names.Z_ACCURACY)
    )


_RULES: Final[Mapping[Rule, _Check]] = {
    Rule.MEMBER: _is_member,
    Rule.MEMBER_NAMES: _is_any,
    Rule.IN_RANGE: _is_in_union,
    Rule.UNION: _is_in_union,
    Rule.ALLOWED: _is_allowed,
    Rule.LEVELS: _is_any,
    Rule.SECONDS_AHEAD: _is_seconds_ahead,
    Rule.LENGTH: _is_short_enough,
    Rule.SOME_COLLECTION: _is_in_union,
    Rule.SIZE: _is_size,
    Rule.COARSER: _is_coarser,
    Rule.UNRESTRICTED: _is_any,
}


def _covers(supported: Value, value: Value) -> bool:
    if type(supported) is RangeOfInteger:
        if type(value) is RangeOfInteger:
            return supported.lower <= value.lower and value.upper <= supported.upper
        return type(value) is int and supported.lower <= value <= supported.upper
    if type(supported) is Collection and type(value) is Collection:
        return all(_covers_member(supported.get(member.name), member) for member in value)
    return same_value(supported, value)


def _covers_member(supported: Attribute | None, member: Attribute) -> bool:
    return supported is not None and all(
        any(_covers(other, value) for other in supported.values) for value in member.values
    )


_NANOMETRES: Final[Mapping[str, int]] = {
    AccuracyUnits.MM: 1_000_000,
    AccuracyUnits.UM: 1_000,
    AccuracyUnits.NM: 1,
}


def _nanometres(accuracy: Collection, axis: AttributeDef[int]) -> int | None:
    number = axis.get(accuracy)
    units = names.ACCURACY_UNITS.get(accuracy) or AccuracyUnits.MM
    return None if number is None else number * _NANOMETRES.get(units, 1)


def same_value(one: Value, other: Value) -> bool:
    """Whether two values match (RFC 8011 5.1.3.3): a keyword never equals a name, names do in any case.

    Languages match where one is a prefix of the other; a name without language matches in any.
    """
    if type(one) in (Name, NameWithLanguage) and type(other) in (Name, NameWithLanguage):
        language, text = _spoken(one)
        other_language, other_text = _spoken(other)
        return text.casefold() == other_text.casefold() and _same_language(language, other_language)
    return type(one) is type(other) and one == other


def _spoken(name: Value) -> tuple[str, str]:
    return (name.language, name.text) if type(name) is NameWithLanguage else ("", str(name))


def _same_language(one: str, other: str) -> bool:
    shorter, longer = sorted((one.lower(), other.lower()), key=len)
    return not shorter or f"{longer}-".startswith(f"{shorter}-")


_EXCEPTIONS: Final[Mapping[AttributeDef[Value], Rule]] = {
    # RFC 8011 5.2.1: "it MUST always support the full range"; the number of levels shares the syntax.
    names.JOB_PRIORITY: Rule.LEVELS,
    # Registered as integer(-100:100) and integer(1:100): the number of levels between lightest and darkest.
    names.PRINT_DARKNESS: Rule.LEVELS,
    # PWG 5100.21: one collection says how fine each axis can be, the other how fine it should.
    names.PRINT_ACCURACY: Rule.COARSER,
    # What is a collection of dimensions for everybody is rounded by some clients.
    names.MEDIA_SIZE: Rule.SIZE,
    # PWG 5100.7 and 5100.11: a moment cannot lie in a range of integers, which are seconds from now.
    names.JOB_DELAY_OUTPUT_UNTIL_TIME: Rule.SECONDS_AHEAD,
    names.JOB_HOLD_UNTIL_TIME: Rule.SECONDS_AHEAD,
    names.JOB_RETAIN_UNTIL_TIME: Rule.SECONDS_AHEAD,
}
"""Attributes whose two syntaxes say nothing, or the wrong thing, of each other."""

EXCLUSIVE: Final[tuple[tuple[AttributeDef[Any], AttributeDef[Any]], ...]] = (
    (names.MEDIA, names.MEDIA_COL),
    (names.FINISHINGS, names.FINISHINGS_COL),
    (names.JOB_SHEETS, names.JOB_SHEETS_COL),
    (names.JOB_HOLD_UNTIL, names.JOB_HOLD_UNTIL_TIME),
    (names.JOB_DELAY_OUTPUT_UNTIL, names.JOB_DELAY_OUTPUT_UNTIL_TIME),
    (names.JOB_RETAIN_UNTIL, names.JOB_RETAIN_UNTIL_INTERVAL),
    (names.JOB_RETAIN_UNTIL, names.JOB_RETAIN_UNTIL_TIME),
    (names.JOB_RETAIN_UNTIL_INTERVAL, names.JOB_RETAIN_UNTIL_TIME),
)
"""A simple attribute and the one that says it better: of both, the better counts (PWG 5100.7)."""

_SUPPORTED_ELSEWHERE: Final[Mapping[AttributeDef[Value], AttributeDef[Value]]] = {
    names.MEDIA_SIZE_NAME: names.MEDIA_SUPPORTED,
}
"""Members whose supported values another attribute lists (PWG 5100.7: a name that media could have)."""


def _rule(job: AttributeDef[Value], supported: AttributeDef[Value] | None) -> Rule:
    """The rule that follows from the two syntaxes."""
    if supported is None:
        return Rule.UNRESTRICTED
    return _EXCEPTIONS.get(job) or _rule_of_types(job.syntax, supported.syntax)


def _rule_of_types(job: Syntax, supported: Syntax) -> Rule:
    asked, said = _words(job), _words(supported)
    if said == {"boolean"} and asked != {"boolean"}:
        return Rule.ALLOWED
    if asked == {"collection"}:
        return Rule.MEMBER_NAMES if said == {"keyword"} else Rule.SOME_COLLECTION
    if said == {"rangeOfInteger"} and asked == {"integer"}:
        return Rule.IN_RANGE
    if said == {"integer", "rangeOfInteger"}:
        return Rule.UNION
    if said == {"integer"} and asked in ({"text"}, {"name"}):
        return Rule.LENGTH
    return Rule.MEMBER


def _words(syntax: Syntax) -> set[str]:
    return {alternative.type for alternative in syntax.alternatives}


def _printer_attribute(name: str) -> AttributeDef[Value] | None:
    found = names.definition(name)
    return found if found is not None and RegistryGroup.PRINTER_DESCRIPTION in found.collections else None


def member_template(definition: AttributeDef[Value]) -> Template:
    """The template of any attribute or member: members, too, have their xxx-supported at the Printer."""
    supported = _SUPPORTED_ELSEWHERE.get(definition) or _printer_attribute(f"{definition.name}-supported")
    return Template(
        job=definition,
        default=_printer_attribute(f"{definition.name}-default"),
        supported=supported,
        ready=_printer_attribute(f"{definition.name}-ready"),
        rule=_rule(definition, supported),
    )


TEMPLATES: Final[Mapping[str, Template]] = {
    name: member_template(definition)
    for name, definition in within(
        names.DEFINITIONS, RegistryGroup.JOB_TEMPLATE, RegistryGroup.DOCUMENT_TEMPLATE
    ).items()
    if name not in vendor.DEFINITIONS
}
"""The registered Job Template and Document Template attributes by name."""

DOCUMENT_TEMPLATES: Final[Mapping[str, Template]] = {
    name: TEMPLATES[name]
    for name in within(names.DEFINITIONS, RegistryGroup.DOCUMENT_TEMPLATE)
    if name in TEMPLATES
}
"""Those that each Document of a Job may have by itself (PWG 5100.5)."""
