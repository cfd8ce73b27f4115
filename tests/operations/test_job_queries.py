"""Get-Job-Attributes and Get-Jobs (RFC 8011 4.2.6, 4.3.4)."""

import asyncio

import pytest

from ippserver.iana import names, vendor
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.groups import ALL, JOB_DESCRIPTION, JOB_TEMPLATE
from ippserver.iana.keywords import WhichJobs
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import MAX_INTEGER, Keyword, OctetString, OutOfBand, Uri
from ippserver.model.access import Preset, Principal, Role
from ippserver.model.capabilities import WHICH_JOBS
from ippserver.model.printer import PrinterConfig
from ippserver.model.states import JobEvent
from ippserver.model.views import JOB_PRIVATE
from ippserver.testing.desk import AUTHORITY, PDF, URI, Answer, Desk, Tray, here

IGNORED = Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES


def want(*wanted: str) -> Attribute:
    """requested-attributes."""
    return names.REQUESTED_ATTRIBUTES.of(*map(Keyword, wanted))


def ids(answer: Answer) -> list[int | None]:
    """The job-ids, in the order in which they are told."""
    return [names.JOB_ID.get(group) for group in answer.jobs]


async def history(desk: Desk) -> dict[JobState, int]:
    """A Job in every state; those that are over ended a second after one another."""
    found = {}
    for state, events in (
        (JobState.COMPLETED, (JobEvent.START, JobEvent.FINISH)),
        (JobState.CANCELED, (JobEvent.CANCEL,)),
        (JobState.ABORTED, (JobEvent.ABORT,)),
        (JobState.PROCESSING_STOPPED, (JobEvent.START, JobEvent.PAUSE)),
        (JobState.PROCESSING, (JobEvent.START,)),
        (JobState.PENDING, ()),
        (JobState.PENDING_HELD, (JobEvent.HOLD,)),
    ):
        job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
        for event in events:
            await desk.jobs.on(job_id, event)
        desk.clock.advance(1)
        found[state] = job_id
    return found


# ---- Get-Jobs


@pytest.mark.effect(Operation.GET_JOBS)
async def test_unasked_the_unfinished_jobs_show_their_uri_and_id(desk: Desk) -> None:
    jobs = await history(desk)
    answer = await desk.ask(Operation.GET_JOBS)
    assert answer.status is Status.SUCCESSFUL_OK
    for group in answer.jobs:
        assert [attribute.name for attribute in group] == [names.JOB_URI.name, names.JOB_ID.name]
        assert names.JOB_URI.get(group) == f"{URI}/{names.JOB_ID.get(group)}"
    assert ids(answer) == [
        jobs[JobState.PROCESSING_STOPPED],
        jobs[JobState.PROCESSING],
        jobs[JobState.PENDING],
        jobs[JobState.PENDING_HELD],
    ]


@pytest.mark.parametrize(
    ("which", "states"),
    [
        (WhichJobs.COMPLETED, (JobState.ABORTED, JobState.CANCELED, JobState.COMPLETED)),
        (
            WhichJobs.NOT_COMPLETED,
            (JobState.PROCESSING_STOPPED, JobState.PROCESSING, JobState.PENDING, JobState.PENDING_HELD),
        ),
        (
            WhichJobs.ALL,
            (
                JobState.PROCESSING_STOPPED,
                JobState.PROCESSING,
                JobState.PENDING,
                JobState.PENDING_HELD,
                JobState.ABORTED,
                JobState.CANCELED,
                JobState.COMPLETED,
            ),
        ),
        (WhichJobs.ABORTED, (JobState.ABORTED,)),
        (WhichJobs.CANCELED, (JobState.CANCELED,)),
        (WhichJobs.PENDING, (JobState.PENDING,)),
        (WhichJobs.PENDING_HELD, (JobState.PENDING_HELD,)),
        (WhichJobs.PROCESSING, (JobState.PROCESSING,)),
        (WhichJobs.PROCESSING_STOPPED, (JobState.PROCESSING_STOPPED,)),
    ],
)
async def test_which_jobs_chooses_by_state_the_next_to_end_or_the_last_that_did_first(
    desk: Desk, which: Keyword, states: tuple[JobState, ...]
) -> None:
    jobs = await history(desk)
    answer = await desk.ask(Operation.GET_JOBS, names.WHICH_JOBS.of(which))
    assert answer.status is Status.SUCCESSFUL_OK
    assert ids(answer) == [jobs[state] for state in states]


async def test_every_value_of_which_jobs_supported_is_served_and_no_other(desk: Desk) -> None:
    shown = await desk.ask(Operation.GET_PRINTER_ATTRIBUTES, want(names.WHICH_JOBS_SUPPORTED.name))
    assert names.WHICH_JOBS_SUPPORTED.all(shown.printer) == WHICH_JOBS
    for which in WHICH_JOBS:
        answer = await desk.ask(Operation.GET_JOBS, names.WHICH_JOBS.of(which))
        assert answer.status is Status.SUCCESSFUL_OK


@pytest.mark.parametrize("which", [WhichJobs.FETCHABLE, WhichJobs.STORED_GROUP, Keyword("x-unknown")])
async def test_another_value_of_which_jobs_is_refused_with_what_else_is_unsupported(
    desk: Desk, which: Keyword
) -> None:
    asked = names.WHICH_JOBS.of(which)
    answer = await desk.ask(Operation.GET_JOBS, asked, Attribute("x-unknown", (1,)))
    assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED
    assert set(answer.unsupported) == {asked, Attribute("x-unknown", (OutOfBand.UNSUPPORTED,))}


async def test_the_unfinished_come_by_priority_then_by_age(desk: Desk) -> None:
    priorities = (50, 10, 90, 50)
    for priority in priorities:
        await desk.ask(Operation.PRINT_JOB, job=[names.JOB_PRIORITY.of(priority)], document=PDF)
    answer = await desk.ask(
        Operation.GET_JOBS, want(names.JOB_ID.name, names.NUMBER_OF_INTERVENING_JOBS.name)
    )
    assert ids(answer) == [3, 1, 4, 2]
    assert [names.NUMBER_OF_INTERVENING_JOBS.get(group) for group in answer.jobs] == [0, 1, 2, 3]


async def test_intervening_jobs_are_counted_alike_for_one_job_and_for_all(desk: Desk) -> None:
    await history(desk)
    await desk.ask(Operation.CREATE_JOB, job=[names.JOB_PRIORITY.of(80)])
    await desk.ask(Operation.PRINT_JOB, job=[names.JOB_PRIORITY.of(80)], document=PDF)
    wanted = want(names.JOB_ID.name, names.NUMBER_OF_INTERVENING_JOBS.name)
    every = await desk.ask(Operation.GET_JOBS, wanted, names.WHICH_JOBS.of(WhichJobs.ALL))
    assert len(every.jobs) == 9
    for group in every.jobs:
        job_id = names.JOB_ID.get(group)
        assert job_id is not None
        one = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id, wanted)
        assert one.job == group


@pytest.mark.parametrize(("limit", "count"), [(1, 1), (3, 3), (4, 4), (2**31 - 1, 4)])
async def test_the_limit_cuts_what_matches_from_its_end(desk: Desk, limit: int, count: int) -> None:
    await history(desk)
    every = ids(await desk.ask(Operation.GET_JOBS))
    assert ids(await desk.ask(Operation.GET_JOBS, names.LIMIT.of(limit))) == every[:count]


async def test_the_limit_counts_only_what_matches(desk: Desk) -> None:
    for user in ("bob", "bob", "alice", "bob", "alice"):
        await desk.ask(Operation.PRINT_JOB, document=PDF, user=user)
    answer = await desk.ask(Operation.GET_JOBS, names.LIMIT.of(2), names.MY_JOBS.of(True), user="alice")
    assert ids(answer) == [3, 5]


async def test_my_jobs_are_those_of_exactly_that_name(desk: Desk) -> None:
    for user in ("alice", "Alice", "alice ", None):
        await desk.ask(Operation.CREATE_JOB, user=user)
    for user, mine in (("alice", [1]), ("Alice", [2]), (None, [4]), ("anonymous", [4]), ("bob", [])):
        assert ids(await desk.ask(Operation.GET_JOBS, names.MY_JOBS.of(True), user=user)) == mine
    assert ids(await desk.ask(Operation.GET_JOBS, names.MY_JOBS.of(False))) == [1, 2, 3, 4]


async def test_no_job_is_no_error_and_no_group(desk: Desk) -> None:
    answer = await desk.ask(Operation.GET_JOBS, names.WHICH_JOBS.of(WhichJobs.COMPLETED))
    assert answer.status is Status.SUCCESSFUL_OK
    assert answer.jobs == []


async def test_a_job_with_nothing_to_show_is_still_a_group(desk: Desk) -> None:
    await desk.ask(Operation.CREATE_JOB)
    answer = await desk.ask(Operation.GET_JOBS, want(names.COPIES.name))
    assert [group.attributes for group in answer.jobs] == [()]


async def test_a_long_history_lets_others_have_their_turn(desk: Desk) -> None:
    for _ in range(100):
        await desk.ask(Operation.CREATE_JOB)
    turns = 0

    async def somebody_else() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(somebody_else())
    answer = await desk.ask(Operation.GET_JOBS, want(ALL))
    other.cancel()
    assert len(answer.jobs) == 100
    assert turns >= 5


async def test_groups_of_attributes_are_known_here_too(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.PRINT_JOB, job=[names.COPIES.of(2)], document=PDF)).job_id
    for group in (ALL, JOB_TEMPLATE, JOB_DESCRIPTION):
        listed = await desk.ask(Operation.GET_JOBS, want(group))
        shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id, want(group))
        assert listed.job == shown.job


async def test_unknown_names_are_ignored_and_reported_once(desk: Desk) -> None:
    await desk.ask(Operation.CREATE_JOB)
    await desk.ask(Operation.CREATE_JOB)
    answer = await desk.ask(Operation.GET_JOBS, want("x-b", names.JOB_ID.name, "x-a", "x-b"))
    assert answer.status is IGNORED
    assert answer.unsupported == (want("x-a", "x-b"),)
    assert ids(answer) == [1, 2]


async def test_a_printer_lists_its_own_jobs_only() -> None:
    paths = ("/", "/printer", "/printer/tiger")
    desk = await Desk(*(PrinterConfig(path=path, name=path) for path in paths)).open()
    for path in paths:
        target = [names.PRINTER_URI.of(Uri(f"ipp://{AUTHORITY}{path}"))]
        created = await desk.ask(Operation.CREATE_JOB, target=target)
        assert ids(await desk.ask(Operation.GET_JOBS, target=target)) == [created.job_id]


# ---- which of them


async def test_the_list_begins_at_first_index_and_ends_at_the_limit(desk: Desk) -> None:
    jobs = [(await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id for _ in range(5)]
    for first, limit, expected in ((1, 2, jobs[:2]), (2, 2, jobs[1:3]), (5, 9, jobs[4:]), (6, 1, [])):
        answer = await desk.ask(Operation.GET_JOBS, names.FIRST_INDEX.of(first), names.LIMIT.of(limit))
        assert (answer.status, ids(answer)) == (Status.SUCCESSFUL_OK, expected)


async def test_first_index_and_limit_count_what_the_filters_leave(desk: Desk) -> None:
    mine = []
    for user in ("alice", "bob") * 3:
        job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF, user=user)).job_id
        await desk.jobs.on(job_id, JobEvent.CANCEL)
        desk.clock.advance(1)
        mine += [job_id] if user == "alice" else []
    answer = await desk.ask(
        Operation.GET_JOBS,
        names.WHICH_JOBS.of(WhichJobs.COMPLETED),
        names.MY_JOBS.of(True),
        names.FIRST_INDEX.of(2),
        names.LIMIT.of(5),
        user="alice",
    )
    assert ids(answer) == mine[::-1][1:]


@pytest.mark.parametrize("attribute", [names.FIRST_INDEX.of(0), names.LIMIT.of(0), names.JOB_IDS.of(1, 0)])
async def test_numbers_begin_at_one(desk: Desk, attribute: Attribute) -> None:
    assert (await desk.ask(Operation.GET_JOBS, attribute)).status is Status.CLIENT_ERROR_BAD_REQUEST


async def test_jobs_are_listed_by_their_ids_whatever_their_state(desk: Desk) -> None:
    jobs = await history(desk)
    wanted = [jobs[JobState.COMPLETED], jobs[JobState.PENDING], 99]
    answer = await desk.ask(Operation.GET_JOBS, names.JOB_IDS.of(*wanted))
    assert answer.status is Status.SUCCESSFUL_OK
    assert ids(answer) == [jobs[JobState.PENDING], jobs[JobState.COMPLETED]]


@pytest.mark.parametrize(
    "other",
    [
        names.WHICH_JOBS.of(WhichJobs.ALL),
        names.MY_JOBS.of(True),
        names.LIMIT.of(1),
        names.FIRST_INDEX.of(1),
    ],
)
async def test_job_ids_stand_alone(desk: Desk, other: Attribute) -> None:
    named = names.JOB_IDS.of(1)
    answer = await desk.ask(Operation.GET_JOBS, other, named)
    assert answer.status is Status.CLIENT_ERROR_CONFLICTING_ATTRIBUTES
    assert answer.unsupported == (named, other)


# ---- whose Jobs they are


PERSONAL = (
    names.JOB_ACCOUNT_ID.of("4711"),
    names.JOB_ACCOUNTING_USER_ID.of("project-x"),
    names.JOB_MESSAGE_TO_OPERATOR.of("call me"),
    names.JOB_PHONE_NUMBER.of("tel:+49301234"),
    names.JOB_RECIPIENT_NAME.of("Bob"),
    names.JOB_SHEET_MESSAGE.of("for your eyes only"),
)


async def shown_names(
    desk: Desk, user: str | None, principal: Principal | None = None
) -> tuple[set[str], ...]:
    """The names of what Get-Jobs and Get-Job-Attributes show of Job 1."""
    origin = here(principal=principal)
    listed = await desk.ask(Operation.GET_JOBS, want(ALL), user=user, origin=origin)
    target = [names.JOB_URI.of(Uri(f"{URI}/1"))]
    one = await desk.ask(Operation.GET_JOB_ATTRIBUTES, target=target, user=user, origin=origin)
    assert listed.status is one.status is Status.SUCCESSFUL_OK
    return tuple({attribute.name for attribute in answer.job} for answer in (listed, one))


@pytest.mark.parametrize(
    ("preset", "user", "principal", "is_shown"),
    [
        (Preset.OPEN, "bob", None, True),
        (Preset.OPEN, None, None, True),
        (Preset.HOME, "alice", None, True),
        (Preset.HOME, "bob", None, False),
        (Preset.HOME, "ALICE", None, False),
        (Preset.HOME, None, None, False),
        (Preset.HOME, None, Principal(name="eve", role=Role.OPERATOR, authenticated=True), True),
        (Preset.HOME, "alice", Principal(name="mallory", authenticated=True), False),
    ],
)
async def test_in_preset_home_strangers_see_that_a_job_is_there_and_not_what_it_is_called(
    preset: Preset, user: str | None, principal: Principal | None, is_shown: bool
) -> None:
    desk = await Desk(preset=preset).open()
    about = (
        names.DOCUMENT_NAME.of("secret.pdf"),
        names.DOCUMENT_METADATA.of(OctetString(b"subject=secret")),
        names.REQUESTING_USER_URI.of("mailto:alice@example.com"),
    )
    info = names.CLIENT_INFO.of(Collection([names.CLIENT_NAME.of("Secrets")]))
    await desk.ask(Operation.PRINT_JOB, *about, info, job=PERSONAL, document=PDF)
    for shown in await shown_names(desk, user, principal):
        of_client = JOB_PRIVATE - {vendor.IPPSERVER_DELIVERIES.name}  # it is not printed yet
        assert (shown >= of_client) is is_shown
        assert bool(shown & JOB_PRIVATE) is is_shown
        assert {names.JOB_ID.name, names.JOB_STATE.name, names.JOB_K_OCTETS.name} <= shown


async def test_what_is_hidden_is_answered_as_if_it_were_shown() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
    answer = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id, want(names.JOB_NAME.name), user="bob")
    assert answer.status is Status.SUCCESSFUL_OK
    assert answer.unsupported == ()
    assert answer.job.attributes == ()


async def test_a_job_of_more_sheets_than_there_are_numbers_is_shown() -> None:
    desk = await Desk(outputs=[Tray()]).open()
    said = names.JOB_IMPRESSIONS.of(MAX_INTEGER)
    job_id = (await desk.ask(Operation.PRINT_JOB, said, job=[names.COPIES.of(9)], document=PDF)).job_id
    async with desk.printing():
        await desk.until(job_id, JobState.COMPLETED)
    shown = (await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)).job
    counters = (names.JOB_IMPRESSIONS_COMPLETED, names.JOB_MEDIA_SHEETS_COMPLETED)
    assert [each.get(shown) for each in counters] == [MAX_INTEGER, MAX_INTEGER]
