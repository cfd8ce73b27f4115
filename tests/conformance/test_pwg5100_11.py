"""PWG 5100.11: enterprise printing, as the suites of libcups and ippsample demand it."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation
from ippserver.iana.keywords import WhichJobs
from ippserver.ipp.attributes import Collection
from ippserver.ipp.values import Keyword
from ippserver.testing.desk import PDF
from tests.conformance.subject import Subject

PROOF = Collection([names.PROOF_PRINT_COPIES.of(1), names.MEDIA.of(Keyword("iso_a5_148x210mm"))])


async def done(subject: Subject) -> int:
    """The job-id of a job that was printed."""
    subject.finish()
    job_id = await subject.print()
    async with subject.at_work():
        await subject.desk.until(job_id, JobState.COMPLETED)
    return job_id


@pytest.mark.parametrize("operation", [Operation.RESUBMIT_JOB, Operation.REPROCESS_JOB])
async def test_a_job_that_is_done_is_printed_again_as_a_new_one(
    subject: Subject, operation: Operation
) -> None:
    job_id = await done(subject)
    again = (await subject.ask(operation, of=job_id)).job_id
    assert again != job_id
    async with subject.at_work():
        job = await subject.desk.until(again, JobState.COMPLETED)
    assert await subject.desk.content(job) == [PDF]
    assert await subject.state(job_id) == JobState.COMPLETED


async def test_a_proof_is_printed_and_the_rest_when_the_job_is_sent_again(subject: Subject) -> None:
    subject.finish()
    async with subject.at_work():
        job_id = await subject.print(job=[names.PROOF_PRINT.of(PROOF)])
        await subject.desk.until(job_id, JobState.COMPLETED)
        assert await subject.job(job_id, names.PROOF_PRINT) == (PROOF,)
        again = (await subject.ask(Operation.RESUBMIT_JOB, of=job_id)).job_id
        await subject.desk.until(again, JobState.COMPLETED)
    assert await subject.job(again, names.PROOF_PRINT) == ()


@pytest.mark.parametrize("which", [WhichJobs.PROOF_PRINT, WhichJobs.SAVED])
async def test_jobs_that_are_kept_for_later_are_listed(subject: Subject, which: Keyword) -> None:
    assert which in await subject.printer(names.WHICH_JOBS_SUPPORTED)
    answer = await subject.ask(Operation.GET_JOBS, names.WHICH_JOBS.of(which))
    assert answer.jobs == []


async def test_the_printer_has_a_serial_number_of_its_own_and_a_contact(subject: Subject) -> None:
    (serial,) = await subject.printer(names.PRINTER_SERIAL_NUMBER)
    (uuid,) = await subject.printer(names.PRINTER_UUID)
    assert str(uuid).replace("-", "").upper().startswith(f"URN:UUID:{serial}")
    assert await subject.printer(names.PRINTER_SERVICE_CONTACT_COL) == ()
    contact = Collection([names.CONTACT_NAME.of("Olga")])
    said = [names.PRINTER_SERVICE_CONTACT_COL.of(contact)]
    await subject.desk.ask(Operation.SET_PRINTER_ATTRIBUTES, printer=said)
    assert await subject.printer(names.PRINTER_SERVICE_CONTACT_COL) == (contact,)


async def test_the_attributes_for_one_user_are_those_of_the_printer(subject: Subject) -> None:
    user = (await subject.ask(Operation.GET_USER_PRINTER_ATTRIBUTES)).printer
    everybody = (await subject.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer
    assert {attribute.name for attribute in user} == {attribute.name for attribute in everybody}
