"""Proofs: a first run that somebody looks at before all copies are printed (PWG 5100.11)."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobStateReason, WhichJobs
from ippserver.interfaces import Parcel
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword, OutOfBand
from ippserver.model.access import Preset
from ippserver.testing.desk import PDF, Answer, Desk, Tray
from tests.operations.protected import key

A5 = Keyword("iso_a5_148x210mm")
APPROVAL = JobStateReason.JOB_SUSPENDED_FOR_APPROVAL


class Counter(Tray):
    """A tray that notes how many copies on which media each document is printed on."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[tuple[int | None, str | None]] = []

    async def plan(self, parcel: Parcel) -> str:
        template = AttributeGroup(GroupTag.JOB, parcel.job.template)
        media = names.MEDIA.get(template)
        self.runs.append((names.COPIES.get(template), None if media is None else str(media)))
        return f"{parcel.job.id}-{parcel.document.number}-{len(self.runs)}"


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
async def desk(counter: Counter) -> Desk:
    return await Desk(outputs=[counter]).open()


def proof(*members: Attribute) -> Attribute:
    return names.PROOF_PRINT.of(Collection(members or [names.PROOF_PRINT_COPIES.of(1)]))


async def asked(desk: Desk, *template: Attribute) -> Answer:
    return await desk.ask(Operation.PRINT_JOB, job=[names.COPIES.of(9), *template], document=PDF)


async def suspended(desk: Desk) -> int:
    """A Job of nine copies, of which two have been printed."""
    job_id = (await asked(desk, names.PROOF_COPIES.of(2))).job_id
    async with desk.printing():
        await desk.until(job_id, JobState.PROCESSING_STOPPED)
    return job_id


async def listed(desk: Desk, which: Keyword) -> list[int | None]:
    answer = await desk.ask(Operation.GET_JOBS, names.WHICH_JOBS.of(which))
    return [names.JOB_ID.get(group) for group in answer.jobs]


async def test_a_proof_print_is_the_end_of_its_job(desk: Desk, counter: Counter) -> None:
    answer = await asked(desk, proof(names.PROOF_PRINT_COPIES.of(1), names.MEDIA.of(A5)))
    assert answer.status is Status.SUCCESSFUL_OK
    async with desk.printing():
        await desk.until(answer.job_id, JobState.COMPLETED)
    assert counter.runs == [(1, A5)]
    shown = (await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, answer.job_id)).job
    kept = names.PROOF_PRINT.get(shown)
    assert kept is not None
    assert names.PROOF_PRINT_COPIES.get(kept) == 1
    assert names.MEDIA.get(kept) == A5
    assert names.COPIES.get(shown) == 9


@pytest.mark.effect(Operation.RESUBMIT_JOB)
async def test_all_copies_come_with_resubmit_job(desk: Desk, counter: Counter) -> None:
    job_id = (await asked(desk, proof())).job_id
    async with desk.printing():
        await desk.until(job_id, JobState.COMPLETED)
        whole = await desk.ask_of(Operation.RESUBMIT_JOB, job_id)
        await desk.until(whole.job_id, JobState.COMPLETED)
    assert counter.runs == [(1, None), (9, None)]
    shown = (await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, whole.job_id)).job
    assert names.PROOF_PRINT.attribute(shown) is None


@pytest.mark.effect(Operation.REPROCESS_JOB)
async def test_all_copies_come_with_reprocess_job(desk: Desk, counter: Counter) -> None:
    job_id = (await asked(desk, proof())).job_id
    async with desk.printing():
        await desk.until(job_id, JobState.COMPLETED)
        whole = await desk.ask_of(Operation.REPROCESS_JOB, job_id)
        await desk.until(whole.job_id, JobState.COMPLETED)
    assert counter.runs == [(1, None), (9, None)]


@pytest.mark.effect(Operation.RESUME_JOB)
async def test_proof_copies_wait_for_resume_job(desk: Desk, counter: Counter) -> None:
    job_id = await suspended(desk)
    assert APPROVAL in (await desk.job(job_id)).reasons
    assert counter.runs == [(2, None)]
    assert (await desk.ask_of(Operation.RESUME_JOB, job_id)).status is Status.SUCCESSFUL_OK
    async with desk.printing():
        done = await desk.until(job_id, JobState.COMPLETED)
    assert counter.runs == [(2, None), (7, None)]
    assert len(counter.delivered) == 2
    assert APPROVAL not in done.reasons


@pytest.mark.effect(Operation.RELEASE_JOB)
async def test_release_job_approves_of_a_proof_too(desk: Desk, counter: Counter) -> None:
    job_id = await suspended(desk)
    assert (await desk.ask_of(Operation.RELEASE_JOB, job_id)).status is Status.SUCCESSFUL_OK
    async with desk.printing():
        await desk.until(job_id, JobState.COMPLETED)
    assert counter.runs == [(2, None), (7, None)]


async def test_a_proof_that_is_no_good_is_canceled(desk: Desk, counter: Counter) -> None:
    job_id = await suspended(desk)
    assert (await desk.ask_of(Operation.CANCEL_JOB, job_id)).status is Status.SUCCESSFUL_OK
    assert (await desk.job(job_id)).state is JobState.CANCELED
    assert counter.runs == [(2, None)]


async def test_others_are_printed_while_a_proof_is_looked_at(desk: Desk) -> None:
    await suspended(desk)
    other = (await asked(desk)).job_id
    async with desk.printing():
        assert (await desk.until(other, JobState.COMPLETED)).id == other


@pytest.mark.parametrize("operation", [Operation.RESUME_JOB, Operation.RELEASE_JOB])
async def test_only_its_owner_approves_of_a_proof(operation: Operation) -> None:
    desk = await Desk(preset=Preset.HOME, outputs=[Tray()]).open()
    job_id = await suspended(desk)
    answer = await desk.ask_of(operation, job_id, user="bob")
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert APPROVAL in (await desk.job(job_id)).reasons


async def test_a_proof_of_a_job_with_a_password_waits_for_it(desk: Desk, counter: Counter) -> None:
    answer = await desk.ask(Operation.PRINT_JOB, *key(), job=[names.PROOF_COPIES.of(1)], document=PDF)
    assert names.JOB_STATE.get(answer.job) == JobState.PENDING_HELD
    await desk.ask_of(Operation.RELEASE_JOB, answer.job_id, *key())
    async with desk.printing():
        await desk.until(answer.job_id, JobState.PROCESSING_STOPPED)
    assert counter.runs == [(1, None)]


async def test_a_proof_survives_a_restart_of_the_server(desk: Desk, counter: Counter) -> None:
    job_id = await suspended(desk)
    after = await Desk(outputs=[counter], store=desk.store, spool=desk.spool).open()
    assert APPROVAL in (await after.job(job_id)).reasons
    await after.ask_of(Operation.RESUME_JOB, job_id)
    async with after.printing():
        await after.until(job_id, JobState.COMPLETED)
    assert counter.runs == [(2, None), (7, None)]


@pytest.mark.effect(Operation.GET_JOBS)
async def test_jobs_with_proofs_are_listed(desk: Desk) -> None:
    proofed = (await asked(desk, proof())).job_id
    async with desk.printing():
        await desk.until(proofed, JobState.COMPLETED)
    waiting = await suspended(desk)
    assert await listed(desk, WhichJobs.PROOF_PRINT) == [proofed]
    assert await listed(desk, WhichJobs.PROOF_AND_SUSPEND) == [waiting]
    await desk.ask_of(Operation.RESUME_JOB, waiting)
    assert await listed(desk, WhichJobs.PROOF_AND_SUSPEND) == []


@pytest.mark.parametrize(
    ("wanted", "bad"),
    [
        (names.PROOF_COPIES.of(1000), names.PROOF_COPIES.of(1000)),
        (
            proof(names.MEDIA.of(Keyword("x-stone"))),
            proof(names.MEDIA.of(Keyword("x-stone"))),
        ),
        (
            proof(names.SIDES.of(Keyword("one-sided"))),
            proof(Attribute(names.SIDES.name, (OutOfBand.UNSUPPORTED,))),
        ),
    ],
    ids=["copies", "media", "member"],
)
async def test_a_proof_that_cannot_be_is_ignored_and_reported_or_refused(
    desk: Desk, wanted: Attribute, bad: Attribute
) -> None:
    lenient = await asked(desk, wanted)
    assert lenient.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert lenient.unsupported == (bad,)
    strict = await desk.ask(
        Operation.PRINT_JOB, names.IPP_ATTRIBUTE_FIDELITY.of(True), job=[wanted], document=PDF
    )
    assert strict.status is Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED
