"""IPP Everywhere's self-certification (PWG 5100.20): jobs, I-11 to I-20.1 of ippeveselfcert."""

import re
from collections.abc import Iterable
from typing import Any, Final

import pytest

from ippserver.iana import groups, names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import PrinterStateReason, Sides, WhichJobs
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.values import MimeMediaType, OutOfBand
from ippserver.model.device_config import DeviceConfig, TrayConfig
from ippserver.model.printer import PrinterConfig
from ippserver.testing.desk import URI, Answer
from tests.conformance.subject import Subject
from tests.rasters import pwg_raster

RASTER: Final = names.DOCUMENT_FORMAT.of(MimeMediaType("image/pwg-raster"))
NAME: Final = names.JOB_NAME.of("onepage-letter.pwg")
DOCUMENT: Final = pwg_raster("sgray_8", (300, 300))
UNFINISHED: Final = range(JobState.PENDING, JobState.CANCELED)

DEFAULTS: Final = (
    (names.MEDIA, names.MEDIA_DEFAULT),
    (names.PRINT_COLOR_MODE, names.PRINT_COLOR_MODE_DEFAULT),
    (names.PRINT_CONTENT_OPTIMIZE, names.PRINT_CONTENT_OPTIMIZE_DEFAULT),
    (names.PRINT_RENDERING_INTENT, names.PRINT_RENDERING_INTENT_DEFAULT),
    (names.PRINT_QUALITY, names.PRINT_QUALITY_DEFAULT),
    (names.PRINTER_RESOLUTION, names.PRINTER_RESOLUTION_DEFAULT),
)

SHOWN: Final = (
    names.DATE_TIME_AT_COMPLETED,
    names.DATE_TIME_AT_CREATION,
    names.DATE_TIME_AT_PROCESSING,
    names.JOB_ID,
    names.JOB_IMPRESSIONS,
    names.JOB_IMPRESSIONS_COMPLETED,
    names.JOB_NAME,
    names.JOB_ORIGINATING_USER_NAME,
    names.JOB_PRINTER_UP_TIME,
    names.JOB_PRINTER_URI,
    names.JOB_STATE,
    names.JOB_STATE_MESSAGE,
    names.JOB_STATE_REASONS,
    names.JOB_URI,
    names.JOB_UUID,
    names.TIME_AT_COMPLETED,
    names.TIME_AT_CREATION,
    names.TIME_AT_PROCESSING,
)
"""What a job shows, one value each but for its reasons."""


async def settings(subject: Subject) -> list[Attribute]:
    """A job's settings that are the printer's own defaults."""
    printer = (await subject.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer
    asked = [Attribute(job.name, default.all(printer)) for job, default in DEFAULTS]
    return [*asked, names.SIDES.of(Sides.ONE_SIDED)]


async def print_raster(subject: Subject) -> Answer:
    """The answer to a Print-Job with the printer's own defaults."""
    return await subject.ask(
        Operation.PRINT_JOB, NAME, RASTER, job=await settings(subject), document=DOCUMENT
    )


def check_shown(job: AttributeGroup) -> None:
    """Sees that the job shows all that it must."""
    for definition in SHOWN:
        attribute = job.get(definition.name)
        assert attribute is not None, definition
        assert len(attribute.values) == 1 or definition is names.JOB_STATE_REASONS, definition
        fits = [each.syntax.problem(attribute.values) is None for each in definition.registrations]
        assert any(fits) or attribute.values[0] in (OutOfBand.NO_VALUE, OutOfBand.UNKNOWN), definition
    assert names.JOB_PRINTER_URI.get(job) == URI
    assert names.JOB_ORIGINATING_USER_NAME.get(job) == "alice"
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", str(names.JOB_UUID.get(job)))


def check_settings(job: AttributeGroup, wanted: Iterable[Attribute]) -> None:
    """Sees that the job shows what was asked for it, and no pages picked out."""
    assert {each.name: job.get(each.name) for each in wanted} == {each.name: each for each in wanted}
    assert names.COPIES.get(job) in (None, 1)
    assert job.get(names.PAGE_RANGES.name) is None


async def test_i_11_the_defaults_are_valid(subject: Subject) -> None:
    answer = await subject.ask(Operation.VALIDATE_JOB, NAME, RASTER, job=await settings(subject))
    assert answer.jobs == []


@pytest.mark.parametrize(
    "definition",
    [names.JOB_URI, names.JOB_ID, names.JOB_STATE, names.JOB_STATE_MESSAGE, names.JOB_STATE_REASONS],
    ids=lambda definition: definition.name,
)
async def test_i_12_a_new_job_tells_what_it_is(subject: Subject, definition: AttributeDef[Any]) -> None:
    answer = await print_raster(subject)
    assert definition.all(answer.job)
    assert names.JOB_STATE.get(answer.job) in UNFINISHED


async def test_i_13_get_jobs_shows_ids_and_uris_alone(subject: Subject) -> None:
    job_id = (await print_raster(subject)).job_id
    (job,) = (await subject.ask(Operation.GET_JOBS)).jobs
    assert {attribute.name for attribute in job} == {names.JOB_ID.name, names.JOB_URI.name}
    assert names.JOB_ID.get(job) == job_id


async def test_i_13_1_get_jobs_shows_all_of_a_job_at_work(subject: Subject) -> None:
    async with subject.at_work():
        await subject.working((await print_raster(subject)).job_id)
        (job,) = (await subject.ask(Operation.GET_JOBS, names.REQUESTED_ATTRIBUTES.of(groups.ALL))).jobs
    check_shown(job)
    assert names.JOB_STATE.get(job) in UNFINISHED


async def printed(subject: Subject) -> int:
    """The job-id of a job that is completed."""
    subject.finish()
    async with subject.at_work():
        job_id = (await print_raster(subject)).job_id
        await subject.desk.until(job_id, JobState.COMPLETED)
    return job_id


async def test_i_14_a_completed_job_shows_what_was_asked_for(subject: Subject) -> None:
    job_id = await printed(subject)
    job = (await subject.ask(Operation.GET_JOB_ATTRIBUTES, of=job_id)).job
    check_shown(job)
    check_settings(job, await settings(subject))
    assert names.JOB_STATE.get(job) == JobState.COMPLETED


async def test_i_15_completed_jobs_are_listed_by_id_and_uri(subject: Subject) -> None:
    job_id = await printed(subject)
    (job,) = (await subject.ask(Operation.GET_JOBS, names.WHICH_JOBS.of(WhichJobs.COMPLETED))).jobs
    assert {attribute.name for attribute in job} == {names.JOB_ID.name, names.JOB_URI.name}
    assert names.JOB_ID.get(job) == job_id


async def test_i_15_1_completed_jobs_are_listed_with_all_of_them(subject: Subject) -> None:
    await printed(subject)
    everything = names.REQUESTED_ATTRIBUTES.of(groups.ALL)
    answer = await subject.ask(Operation.GET_JOBS, names.WHICH_JOBS.of(WhichJobs.COMPLETED), everything)
    (job,) = answer.jobs
    check_shown(job)
    check_settings(job, await settings(subject))


async def test_i_16_a_completed_job_cannot_be_canceled(subject: Subject) -> None:
    answer = await subject.answer(Operation.CANCEL_JOB, of=await printed(subject))
    assert answer.status is Status.CLIENT_ERROR_NOT_POSSIBLE


async def test_i_17_ones_own_jobs_can_be_canceled_together(subject: Subject) -> None:
    async with subject.at_work():
        job_id = (await print_raster(subject)).job_id
        await subject.working(job_id)
        await subject.ask(Operation.CANCEL_MY_JOBS)
        await subject.desk.until(job_id, JobState.CANCELED)
    check_settings((await subject.ask(Operation.GET_JOB_ATTRIBUTES, of=job_id)).job, await settings(subject))


async def test_i_18_a_job_is_created_and_its_document_sent(subject: Subject) -> None:
    wanted = await settings(subject)
    subject.finish()
    async with subject.at_work():
        created = await subject.ask(Operation.CREATE_JOB, NAME, job=wanted)
        last = names.LAST_DOCUMENT.of(True)
        await subject.ask(Operation.SEND_DOCUMENT, RASTER, last, of=created.job_id, document=DOCUMENT)
        await subject.desk.until(created.job_id, JobState.COMPLETED)
    job = (await subject.ask(Operation.GET_JOB_ATTRIBUTES, of=created.job_id)).job
    check_shown(job)
    check_settings(job, wanted)


async def test_i_19_a_job_without_a_document_can_be_closed(subject: Subject) -> None:
    job_id = (await subject.ask(Operation.CREATE_JOB, NAME)).job_id
    await subject.ask(Operation.CLOSE_JOB, of=job_id)
    assert await subject.job(job_id, names.JOB_NAME) == ("onepage-letter.pwg",)
    answer = await subject.answer(Operation.CANCEL_JOB, of=job_id)
    assert answer.status in (Status.SUCCESSFUL_OK, Status.CLIENT_ERROR_NOT_POSSIBLE)


async def test_i_20_1_a_job_without_paper_says_that_media_are_needed() -> None:
    """A person takes the paper out there; here the tray holds another medium than the job wants."""
    letters = DeviceConfig(simulate=True, trays=(TrayConfig(media="na_letter_8.5x11in"),))
    printer = PrinterConfig(path="/ipp/print", name="Office", device=letters)
    subject = await Subject(printer).open()
    subject.finish()
    async with subject.at_work():
        job_id = (await print_raster(subject)).job_id
        await subject.desk.until(job_id, JobState.PROCESSING_STOPPED)
        reasons = await subject.printer(names.PRINTER_STATE_REASONS)
    assert [reason for reason in reasons if reason.startswith(PrinterStateReason.MEDIA_NEEDED)]
