"""What follows from the table of operations: ipp-features-supported, job-creation-attributes-supported ..."""

import pytest

from ippserver import __version__
from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import IppFeatures
from ippserver.iana.names import DEFINITIONS
from ippserver.iana.pairing import TEMPLATES
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import MAX_INTEGER as MAX
from ippserver.ipp.values import OutOfBand, RangeOfInteger
from ippserver.operations.advertised import advertised_history, advertised_operations
from ippserver.operations.table import OPERATIONS
from ippserver.testing.desk import PDF, Desk


def advertised(*operations: Operation) -> dict[str, Attribute]:
    specs = [spec for spec in OPERATIONS if spec.operation in operations]
    return {attribute.name: attribute for attribute in advertised_operations(specs)}


@pytest.mark.parametrize(
    ("operation", "there"), [(Operation.CREATE_PRINTER_SUBSCRIPTIONS, True), (Operation.PRINT_JOB, False)]
)
def test_a_feature_of_operations_is_there_with_them(operation: Operation, there: bool) -> None:
    found = advertised(operation)[names.IPP_FEATURES_SUPPORTED.name].values
    assert (IppFeatures.SUBSCRIPTION_OBJECT in found) is there


def test_a_feature_of_attributes_is_always_there() -> None:
    found = advertised()[names.IPP_FEATURES_SUPPORTED.name].values
    assert {IppFeatures.PAGE_OVERRIDES, IppFeatures.JOB_RELEASE, IppFeatures.PROOF_PRINT} <= {*found}


def test_the_software_tells_its_version_in_three_forms() -> None:
    found = advertised()
    assert found[names.PRINTER_FIRMWARE_STRING_VERSION.name].values == (__version__,)
    octets = b"".join(int(number).to_bytes(2, "big") for number in __version__.split("."))
    assert found[names.PRINTER_FIRMWARE_VERSION.name].values == (octets,)
    parallel = (
        names.PRINTER_FIRMWARE_NAME,
        names.PRINTER_FIRMWARE_PATCHES,
        names.PRINTER_FIRMWARE_STRING_VERSION,
        names.PRINTER_FIRMWARE_VERSION,
    )
    assert {len(found[one.name].values) for one in parallel} == {1}


@pytest.mark.parametrize(("kept", "shown"), [(86_400.5, 86_400), (0.0, 0), (2.0**40, MAX), (None, MAX)])
def test_the_history_is_as_long_as_it_is_configured(kept: float | None, shown: int) -> None:
    configured, supported = advertised_history(kept)
    assert configured == names.JOB_HISTORY_INTERVAL_CONFIGURED.of(shown)
    assert supported == names.JOB_HISTORY_INTERVAL_SUPPORTED.of(RangeOfInteger(0, MAX))


async def test_the_history_has_every_attribute_of_a_completed_job(desk: Desk) -> None:
    printer = (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer
    job_id = (await desk.create(Operation.PRINT_JOB, job=(names.COPIES.of(2),))).job_id
    async with desk.printing():
        await desk.until(job_id, JobState.COMPLETED)
    shown = (await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)).job
    kept = names.JOB_HISTORY_ATTRIBUTES_CONFIGURED.all(printer)
    assert {attribute.name for attribute in shown} <= set(kept)
    assert names.JOB_HISTORY_ATTRIBUTES_SUPPORTED.all(printer) == kept


async def test_what_job_creation_is_said_to_take_it_takes(desk: Desk) -> None:
    printer = (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer
    said = names.JOB_CREATION_ATTRIBUTES_SUPPORTED.all(printer)
    assert len(set(said)) == len(said)
    assert {names.JOB_NAME.name, names.COPIES.name, names.MEDIA_COL.name, names.DOCUMENT_FORMAT.name} <= set(
        said
    )
    for name in said:
        assert name in DEFINITIONS
        if name not in TEMPLATES:
            odd = Attribute(name, (OutOfBand.UNKNOWN,))
            answer = await desk.ask(Operation.PRINT_JOB, odd, document=PDF)
            assert answer.status not in (
                Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES,
                Status.SUCCESSFUL_OK,
            ), name


async def test_what_it_does_not_say_job_creation_does_not_take(desk: Desk) -> None:
    printer = (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer
    said = set(names.JOB_CREATION_ATTRIBUTES_SUPPORTED.all(printer))
    for name in sorted(TEMPLATES.keys() - said)[:50]:
        answer = await desk.ask(Operation.VALIDATE_JOB, job=[Attribute(name, (OutOfBand.UNKNOWN,))])
        assert [each.name for each in answer.unsupported] == [name]
