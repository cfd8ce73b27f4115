import asyncio
from dataclasses import replace

import pytest

from ippserver.engine.jobs import Jobs
from ippserver.engine.passwords import Guesses, Passwords
from ippserver.iana.keywords import JobPasswordEncryption as Encryption
from ippserver.model.errors import Busy, NotAuthorized
from ippserver.model.job import Job
from ippserver.spools.memory import MemorySpool
from ippserver.stores.memory import MemoryStore
from ippserver.testing.fakes import CountingIds, FakeClock, job_draft
from tests.engine.house import CONFIG

PEER = "192.0.2.1"


class Gate:
    """Passwords, and one Job that has "1234" for one."""

    def __init__(self, passwords: Passwords, jobs: Jobs, job: Job, clock: FakeClock) -> None:
        self.passwords = passwords
        self.jobs = jobs
        self.job = job
        self.clock = clock

    async def ask(self, octets: bytes, peer: str = PEER) -> None:
        await self.passwords.ask(self.job, octets, Encryption.NONE, peer)

    async def tries(self) -> int:
        job = await self.jobs.get(self.job.id)
        assert job is not None
        assert job.password is not None
        return job.password.tries


@pytest.fixture
async def gate() -> Gate:
    clock, ids = FakeClock(), CountingIds()
    jobs = Jobs(MemoryStore(), MemorySpool(), clock, ids)
    await jobs.open()
    passwords = Passwords(jobs, clock, ids)
    password = await passwords.sealed(b"1234", Encryption.NONE)
    job = await jobs.submit(replace(job_draft(), password=password), None, CONFIG)
    return Gate(passwords, jobs, job, clock)


async def test_whoever_knows_it_is_forgiven_what_was_wrong(gate: Gate) -> None:
    with pytest.raises(NotAuthorized):
        await gate.ask(b"4321")
    assert await gate.tries() == 1
    await gate.ask(b"1234")
    assert await gate.tries() == 0


async def test_many_guesses_at_once_are_no_more_than_one_after_the_other(gate: Gate) -> None:
    peers = [f"192.0.2.{number}" for number in range(20)]
    outcomes = await asyncio.gather(*(gate.ask(b"0000", peer) for peer in peers), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(NotAuthorized) == 3
    assert [type(outcome) for outcome in outcomes].count(Busy) == 17
    assert await gate.tries() == 3


async def test_a_guess_counts_although_its_sender_went_away(gate: Gate) -> None:
    counted = asyncio.Event()
    gate.jobs.watch(lambda change: counted.set())
    task = asyncio.create_task(gate.ask(b"0000"))
    await counted.wait()
    task.cancel()
    await asyncio.wait([task])
    assert await gate.tries() == 1


def test_an_address_has_ten_guesses_a_minute() -> None:
    clock = FakeClock()
    guesses = Guesses(clock)
    for _ in range(10):
        guesses.count(PEER)
        clock.advance(1)
    with pytest.raises(Busy, match="50 seconds"):
        guesses.count(PEER)
    clock.advance(50)
    guesses.count(PEER)


def test_what_was_right_does_not_count() -> None:
    guesses = Guesses(FakeClock())
    for _ in range(100):
        guesses.count(PEER)
        guesses.forgive(PEER)
    guesses.count(PEER)
    for _ in range(9):
        guesses.count(PEER)
    with pytest.raises(Busy):
        guesses.count(PEER)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("local", "local", True),
    ],
)
def test_a_network_of_ipv6_counts_as_one_address(one: str, other: str, same: bool) -> None:
    guesses = Guesses(FakeClock())
    for _ in range(10):
        guesses.count(one)
    if same:
        with pytest.raises(Busy):
            guesses.count(other)
    else:
        guesses.count(other)
    with pytest.raises(Busy):
        guesses.count(one)


def test_of_very_many_addresses_the_last_ones_are_known() -> None:
    guesses = Guesses(FakeClock())
    for number in range(5000):
        guesses.count(f"10.0.{number // 250}.{number % 250}")
    assert len(guesses) <= 1000
