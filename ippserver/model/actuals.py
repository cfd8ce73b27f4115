"""What a Job really got: xxx-actual for the Job Template attributes xxx (PWG 5100.8).

Knows what was asked of the Job and what its Printer does unasked: all there is to know while nobody looks at
the pages.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef, RegistryGroup
from ippserver.iana.media import media_size
from ippserver.iana.pairing import EXCLUSIVE, TEMPLATES, Template, same_value
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import OutOfBand, Value
from ippserver.model.capabilities import Capabilities
from ippserver.model.derived import derived
from ippserver.model.job import Job
from ippserver.model.medium import medium_of
from ippserver.model.overrides import overriding
from ippserver.model.scheduling import whole_template

_OF_JOBS: Final = {RegistryGroup.JOB_STATUS, RegistryGroup.JOB_DESCRIPTION}
_OTHERS: Final[Mapping[str, Sequence[str]]] = {
    name: [other.name for pair in EXCLUSIVE if name in (pair[0].name, pair[1].name) for other in pair]
    for name in {one.name for pair in EXCLUSIVE for one in pair}
}
"""By the name of an attribute: itself and those that say the same in another way. Where one of them is asked
for, the default of another counts for nothing."""


def _pairs() -> Iterator[tuple[Template, AttributeDef[Value]]]:
    for name, template in TEMPLATES.items():
        actual = names.definition(f"{name}-actual")
        if actual is not None and actual.collections & _OF_JOBS:
            yield template, actual


_PAIRS: Final = tuple(_pairs())


@derived
def _pairs_of(printer: Capabilities) -> tuple[tuple[Template, AttributeDef[Value]], ...]:
    return tuple(
        (template, actual)
        for template, actual in _PAIRS
        if template.supported is not None and template.supported.attribute(printer) is not None
    )


def actual_names(printer: Capabilities) -> frozenset[str]:
    """The names of all that a Job of the Printer may show."""
    return frozenset(actual.name for _, actual in _pairs_of(printer))


def actuals(job: Job, printer: Capabilities) -> tuple[Attribute, ...]:
    """Every xxx-actual of `job`, were it printed now: values in the order of their use, none twice.

    What nobody asked for and the Printer has no default for is left out.
    """
    return _settled(whole_template(job), printer)


def unknown(job: Job, printer: Capabilities) -> tuple[Attribute, ...]:
    """The same before `job` is printed: which there will be, and no values."""
    expected = _expected(printer)
    asked = {attribute.name for attribute in job.template}
    more = [actual for template, actual in _pairs_of(printer) if template.job.name in asked]
    return (*expected.values(), *(_unknown(actual) for actual in more if actual.name not in expected))


@derived
def _expected(printer: Capabilities) -> Mapping[str, Attribute]:
    """What Jobs of which nothing is asked get; made once, since every waiting Job shows it."""
    return {each.name: _unknown(names.DEFINITIONS[each.name]) for each in _settled({}, printer)}


def _unknown(actual: AttributeDef[Value]) -> Attribute:
    return actual.of(OutOfBand.UNKNOWN)


def _settled(asked: Mapping[str, Attribute], printer: Capabilities) -> tuple[Attribute, ...]:
    of_job = with_medium(Collection(asked.values()), printer)
    said = [of_job]
    for override in names.OVERRIDES.all(asked):
        pages = Collection(overriding(override))
        said.append(with_medium(pages, printer, of_job) if _says_medium(pages) else pages)
    found = []
    for template, actual in _pairs_of(printer):
        values = _unlike(_values(template, said, printer))
        if values:
            found.append(Attribute(actual.name, values if actual.syntax.set_of else values[:1]))
    return tuple(found)


def _values(template: Template, said: Sequence[Collection], printer: Capabilities) -> Iterator[Value]:
    """Those of the Job, or else of the Printer, and then those of single pages."""
    of_job, *of_pages = said
    said_better = any(of_job.get(name) is not None for name in _OTHERS.get(template.job.name, ()))
    default = None if template.default is None or said_better else template.default.attribute(printer)
    for attribute in (template.job.attribute(of_job) or default, *map(template.job.attribute, of_pages)):
        yield from () if attribute is None else attribute.values


def _unlike(values: Iterable[Value]) -> tuple[Value, ...]:
    """Every value once, and none that says nothing."""
    found: list[Value] = []
    for value in values:
        if (
            type(value) is not OutOfBand
            and value != ""
            and not any(same_value(value, other) for other in found)
        ):
            found.append(value)
    return tuple(found)


def _says_medium(wanted: Collection) -> bool:
    return wanted.get(names.MEDIA.name) is not None or wanted.get(names.MEDIA_COL.name) is not None


def with_medium(wanted: Collection, printer: Capabilities, of_job: Collection | None = None) -> Collection:
    """`wanted` with media and media-col each saying what the other does, and the Printer beside them.

    What is wanted of single pages, and says no medium, is on that `of_job`.
    """
    chosen = names.MEDIA_COL.get(wanted) or Collection()
    named = names.MEDIA.get(wanted) or medium_of(chosen, printer)
    usual = Collection() if named or of_job is None else of_job
    medium = named or names.MEDIA.get(usual) or names.MEDIA_DEFAULT.get(printer)
    whole = names.MEDIA_COL.get(usual) or names.MEDIA_COL_DEFAULT.get(printer) or Collection()
    size = None if medium is None else media_size(str(medium))
    if medium is None or size is None:
        return wanted
    dimensions = Collection([names.X_DIMENSION.of(size.width), names.Y_DIMENSION.of(size.length)])
    whole = whole.replace(names.MEDIA_KEY.of(medium), names.MEDIA_SIZE.of(dimensions), *chosen)
    return wanted.replace(names.MEDIA.of(medium), names.MEDIA_COL.of(whole))
