"""What a device cannot do together, asked of it by a job."""

import pytest

from ippserver.config import load, printer_config
from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.iana.keywords import MediaType, Sides
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.testing.desk import Desk

ENVELOPE = names.MEDIA_COL.of(Collection([names.MEDIA_TYPE.of(MediaType.ENVELOPE)]))
TWO_SIDED = names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE)
ONE_SIDED = names.SIDES.of(Sides.ONE_SIDED)


SETTINGS = load(None, {}, {"printer": [{"profile": "office-color"}]})


@pytest.fixture
async def desk() -> Desk:
    return await Desk(printer_config(SETTINGS.printers[0], SETTINGS.limits)).open()


async def test_a_job_is_printed_as_is_possible_and_its_client_is_told(desk: Desk) -> None:
    answer = await desk.create(Operation.PRINT_JOB, job=[ENVELOPE, TWO_SIDED])
    assert answer.status is Status.SUCCESSFUL_OK_CONFLICTING_ATTRIBUTES
    assert answer.unsupported == (TWO_SIDED,)
    assert (await desk.job(answer.job_id)).template == (ENVELOPE, ONE_SIDED)


@pytest.mark.parametrize(
    "strictness",
    [
        names.IPP_ATTRIBUTE_FIDELITY.of(True),
        names.JOB_MANDATORY_ATTRIBUTES.of(names.SIDES.name),
    ],
    ids=lambda attribute: attribute.name,
)
@pytest.mark.parametrize("operation", [Operation.PRINT_JOB, Operation.VALIDATE_JOB, Operation.CREATE_JOB])
async def test_a_job_that_has_to_be_as_asked_for_is_refused(
    desk: Desk, operation: int, strictness: Attribute
) -> None:
    answer = await desk.create(operation, strictness, job=[ENVELOPE, TWO_SIDED])
    assert answer.status is Status.CLIENT_ERROR_CONFLICTING_ATTRIBUTES
    assert answer.unsupported == (TWO_SIDED,)
    assert not desk.jobs.unfinished


async def test_every_preset_can_be_asked_for_as_it_stands(desk: Desk) -> None:
    printer = desk.services.printers.default.capabilities
    presets = names.JOB_PRESETS_SUPPORTED.all(printer)
    assert presets
    for preset in presets:
        wanted = [member for member in preset if member.name != names.PRESET_NAME.name]
        strict = names.IPP_ATTRIBUTE_FIDELITY.of(True)
        answer = await desk.create(Operation.PRINT_JOB, strict, job=wanted)
        assert answer.status is Status.SUCCESSFUL_OK
        assert list((await desk.job(answer.job_id)).template) == wanted
