"""What a device cannot do together is resolved, or refused where all has to be as asked."""

import pytest

from ippserver.iana import names
from ippserver.iana.keywords import MediaType, Sides
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.model.capabilities import capabilities
from ippserver.model.constraints import resolve
from ippserver.model.errors import ConflictingAttributes
from ippserver.model.printer import Constraint, PrinterConfig
from ippserver.model.ticket import resolve as ticket

TWO_SIDED = names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE)
TUMBLED = names.SIDES.of(Sides.TWO_SIDED_SHORT_EDGE)
ONE_SIDED = names.SIDES.of(Sides.ONE_SIDED)
ENVELOPE = names.MEDIA_COL.of(Collection([names.MEDIA_TYPE.of(MediaType.ENVELOPE)]))
PLAIN = names.MEDIA_COL.of(Collection([names.MEDIA_TYPE.of(MediaType.STATIONERY)]))
CONFIG = PrinterConfig(
    path="/ipp/print",
    name="office",
    media_types=(MediaType.STATIONERY, MediaType.ENVELOPE),
    constraints=(
        Constraint(
            name="envelopes",
            conflict=(Attribute(TWO_SIDED.name, (*TWO_SIDED.values, *TUMBLED.values)), ENVELOPE),
            resolution=(ONE_SIDED,),
        ),
    ),
)
PRINTER = capabilities(CONFIG)


def group(*wanted: Attribute) -> AttributeGroup:
    return AttributeGroup(GroupTag.JOB, wanted)


@pytest.mark.parametrize("sides", [TWO_SIDED, TUMBLED])
def test_a_job_that_has_one_of_the_values_of_each_attribute_gets_what_resolves_it(sides: Attribute) -> None:
    accepted = ticket(group(ENVELOPE, sides), PRINTER, fidelity=False, now=0)
    assert accepted.template == (ENVELOPE, ONE_SIDED)
    assert accepted.conflicting == (sides,)
    assert accepted.unsupported == ()


@pytest.mark.parametrize("wanted", [(TWO_SIDED,), (ENVELOPE,), (ONE_SIDED, ENVELOPE), (TWO_SIDED, PLAIN), ()])
def test_a_job_that_lacks_one_stays_as_it_is(wanted: tuple[Attribute, ...]) -> None:
    accepted = ticket(group(*wanted), PRINTER, fidelity=True, now=0)
    assert (accepted.template, accepted.conflicting) == (wanted, ())


@pytest.mark.parametrize(("fidelity", "mandatory"), [(True, ()), (False, (names.SIDES.name,))])
def test_where_it_has_to_be_as_asked_it_is_refused(fidelity: bool, mandatory: tuple[str, ...]) -> None:
    with pytest.raises(ConflictingAttributes) as caught:
        ticket(group(ENVELOPE, TWO_SIDED), PRINTER, fidelity=fidelity, mandatory=mandatory, now=0)
    assert caught.value.unsupported == (TWO_SIDED,)


def test_further_members_of_a_collection_do_not_matter() -> None:
    asked = Collection([names.MEDIA_TYPE.of(MediaType.ENVELOPE), names.MEDIA_TOP_MARGIN.of(423)])
    found = resolve({TWO_SIDED.name: TWO_SIDED, ENVELOPE.name: names.MEDIA_COL.of(asked)}, PRINTER)
    assert found.conflicting == (TWO_SIDED,)


def test_what_the_resolution_adds_was_no_conflict_of_the_clients() -> None:
    adding = Constraint(name="adds", conflict=(ENVELOPE,), resolution=(ONE_SIDED,))
    printer = capabilities(
        PrinterConfig(path="/", name="x", media_types=("envelope",), constraints=(adding,))
    )
    found = resolve({ENVELOPE.name: ENVELOPE}, printer)
    assert found.template == {ENVELOPE.name: ENVELOPE, ONE_SIDED.name: ONE_SIDED}
    assert found.conflicting == ()


def test_each_value_is_a_constraint_of_its_own_and_all_have_one_resolver() -> None:
    said = [names.SIDES.all(one) for one in names.JOB_CONSTRAINTS_SUPPORTED.all(PRINTER)]
    assert said == [TWO_SIDED.values, TUMBLED.values]
    assert len(names.JOB_RESOLVERS_SUPPORTED.all(PRINTER)) == 1


def test_a_printer_that_cannot_do_it_at_all_has_no_constraint() -> None:
    simple = capabilities(PrinterConfig(path="/", name="x", duplex=False, constraints=CONFIG.constraints))
    assert names.JOB_CONSTRAINTS_SUPPORTED.attribute(simple) is None
    assert names.JOB_RESOLVERS_SUPPORTED.attribute(simple) is None
