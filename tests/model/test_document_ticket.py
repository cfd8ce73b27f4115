import pytest

from ippserver.iana import names
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import OutOfBand
from ippserver.model.capabilities import capabilities
from ippserver.model.document_ticket import resolve_document
from ippserver.model.errors import AttributesOrValuesNotSupported
from ippserver.model.printer import PrinterConfig
from ippserver.model.ticket import Ticket

PRINTER = capabilities(PrinterConfig(path="/ipp/print", name="office"))
FOREIGN = Attribute(names.JOB_PRIORITY.name, (OutOfBand.UNSUPPORTED,))
TOO_MANY = names.COPIES.of(100_000)
PRIORITY = names.JOB_PRIORITY.of(7)


def resolved(*wanted: Attribute, fidelity: bool = False) -> Ticket:
    group = AttributeGroup(GroupTag.DOCUMENT, wanted)
    return resolve_document(group, PRINTER, fidelity=fidelity, now=1_800_000_000.0)


def test_what_a_document_may_have_is_judged_as_it_is_of_a_job() -> None:
    assert resolved(names.COPIES.of(2)) == Ticket((names.COPIES.of(2),))
    assert resolved(TOO_MANY) == Ticket((), (TOO_MANY,))


def test_what_only_a_job_may_have_is_unsupported() -> None:
    assert resolved(names.COPIES.of(2), PRIORITY) == Ticket((names.COPIES.of(2),), (FOREIGN,))


@pytest.mark.parametrize(
    "wanted", [[TOO_MANY], [names.JOB_PRIORITY.of(7)], [TOO_MANY, names.JOB_PRIORITY.of(7)]]
)
def test_with_fidelity_it_is_refused_and_all_of_it_named(wanted: list[Attribute]) -> None:
    with pytest.raises(AttributesOrValuesNotSupported) as refused:
        resolved(*wanted, fidelity=True)
    expected = {TOO_MANY if each == TOO_MANY else FOREIGN for each in wanted}
    assert set(refused.value.unsupported) == expected
