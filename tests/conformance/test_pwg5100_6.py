"""PWG 5100.6: overrides of single pages and documents, as ippsample's suite demands them."""

from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.iana.keywords import Sides
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import RangeOfInteger
from ippserver.testing.desk import PDF
from tests.conformance.subject import Subject

FIRST = RangeOfInteger(1, 1)
OVERRIDE = Collection(
    [names.PAGES.of(FIRST), names.DOCUMENT_NUMBERS.of(FIRST), names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE)]
)
UNKNOWN = Collection([names.PAGES.of(FIRST), Attribute("x-unknown", (1,))])


async def test_an_override_comes_back_as_it_was_asked_for(subject: Subject) -> None:
    job_id = await subject.print(job=[names.OVERRIDES.of(OVERRIDE)])
    assert await subject.job(job_id, names.OVERRIDES) == (OVERRIDE,)


async def test_an_unsupported_member_is_ignored_and_reported(subject: Subject) -> None:
    answer = await subject.answer(Operation.PRINT_JOB, job=[names.OVERRIDES.of(UNKNOWN)], document=PDF)
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert [attribute.name for attribute in answer.unsupported] == [names.OVERRIDES.name]


async def test_with_fidelity_an_unsupported_member_is_refused(subject: Subject) -> None:
    answer = await subject.answer(
        Operation.PRINT_JOB,
        names.IPP_ATTRIBUTE_FIDELITY.of(True),
        job=[names.OVERRIDES.of(UNKNOWN)],
        document=PDF,
    )
    assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED


async def test_what_can_be_overridden_is_listed(subject: Subject) -> None:
    listed = await subject.printer(names.OVERRIDES_SUPPORTED)
    # "document-number" is a slip of the suite of IPP Everywhere, which a printer has to meet as well.
    assert {names.PAGES.name, names.DOCUMENT_NUMBERS.name, names.DOCUMENT_NUMBER.name} <= set(listed)
