"""The catalogue of hostile input, row by row: answer, state, and a server as well as before (SECURITY 4)."""

import hashlib
from typing import Final

import pytest

from ippserver.testing.http import Answer, RawConnection
from tests.hostile.case import Case, Closed, Http, Ipp, Scene, State
from tests.hostile.catalogue import (
    charset,
    collections,
    documents,
    groups,
    header,
    lengths,
    pages,
    transport,
    uris,
    values,
)
from tests.hostile.decode import decode
from tests.hostile.server import Holdings, Journal, Server

CASES: Final[tuple[Case, ...]] = (
    *header.CASES,
    *groups.CASES,
    *lengths.CASES,
    *collections.CASES,
    *charset.CASES,
    *values.CASES,
    *uris.CASES,
    *documents.CASES,
    *transport.CASES,
    *pages.CASES,
)
SINGLE_OCTETS: Final = 1500
"""So many first octets come one by one, and the rest of a long request at once."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
async def test_a_case_in_whole_segments(case: Case, server: Server, journal: Journal) -> None:
    await _run(case, server, journal, single_octets=0)


@pytest.mark.parametrize("case", [case for case in CASES if case.single_octets], ids=lambda case: case.id)
async def test_a_case_in_one_octet_segments(case: Case, server: Server, journal: Journal) -> None:
    await _run(case, server, journal, single_octets=SINGLE_OCTETS)


def test_no_two_cases_have_the_same_id() -> None:
    ids = [case.id for case in CASES]
    assert len(ids) == len(set(ids))


async def _run(case: Case, server: Server, journal: Journal, *, single_octets: int) -> None:
    scene = Scene(await server.make_job(case.needs_job) if case.needs_job else 0)
    resources, before = await server.resources(), await server.holdings()
    answer = await _send(server, case.request(scene), single_octets)
    succeeded = check_answer(case, answer)
    await server.settle(resources)
    _check_state(case, scene, before, await server.holdings(), succeeded=succeeded)
    await server.is_well()
    if case.needs_job == "incoming":
        await server.cancel(scene.job_id)
    journal.check()


async def _send(server: Server, octets: bytes, single_octets: int) -> Answer | None:
    async with RawConnection(*server.address) as connection:
        if single_octets:
            await connection.send(octets[:single_octets], segments_of=1)
        await connection.send(octets[single_octets:])
        return await connection.answer(to_head=octets.startswith(b"HEAD "))


def check_answer(case: Case, answer: Answer | None) -> bool:
    """Whether the operation succeeded; fails where that is not the answer to be expected."""
    if isinstance(case.expect, Closed):
        assert answer is None
        return False
    assert answer is not None, "the connection was closed without an answer"
    if isinstance(case.expect, Http):
        assert answer.status == case.expect.status
        assert answer.closes == (answer.status >= 400)
        assert answer.status != 405 or "allow" in answer.fields
        return False
    return _check_response(case, case.expect, answer)


def _check_response(case: Case, expect: Ipp, answer: Answer) -> bool:
    assert answer.status == 200, answer.body
    assert answer.fields["content-type"] == "application/ipp"
    assert len(answer.body) <= case.max_answer_octets
    response = decode(answer.body)
    found = f"{response.code:#06x} {response.group(1).get('status-message')}"
    assert response.code in expect.statuses, found
    if case.request_id is not None:
        assert response.request_id == case.request_id
    if case.version is not None:
        assert response.version == case.version
    tag, attributes = response.groups[0]
    assert tag == 0x01
    assert list(attributes)[:2] == ["attributes-charset", "attributes-natural-language"]
    if response.code == 0x0001:
        assert response.group(0x05), "something was ignored, and is not named"
    return response.code < 0x0100


def _check_state(case: Case, scene: Scene, before: Holdings, after: Holdings, *, succeeded: bool) -> None:
    state = case.state
    if state is State.BY_ANSWER:
        state = State.JOB if succeeded else State.NOTHING
    new = {job: hashes for job, hashes in after.jobs.items() if job not in before.jobs}
    assert {job: after.jobs.get(job) for job in before.jobs} == before.jobs
    match state:
        case State.NOTHING | State.UNCHANGED:
            assert new == {}
            assert after.files == before.files
        case State.EMPTY_JOB:
            assert new == {}
            assert after.jobs[scene.job_id] == ()
            assert after.files == before.files
        case State.JOB:
            assert list(new.values()) == [(hashlib.sha256(case.document).hexdigest(),)]
            assert len(after.files - before.files) == 1
