"""Who knows a Job's password: asked slowly, off the event loop, and of those who guess ever more seldom."""

import asyncio
import logging
from collections import OrderedDict, deque
from dataclasses import replace
from functools import partial
from ipaddress import IPv6Address, ip_address
from typing import Final

from ippserver.engine.jobs import Jobs
from ippserver.interfaces import Clock, Ids
from ippserver.ipp.values import Keyword
from ippserver.model.errors import Busy, NotAuthorized
from ippserver.model.job import Job
from ippserver.model.password import Password

logger: Final = logging.getLogger(__name__)

_AT_ONCE: Final = 2
"""Passwords hashed at the same time: each takes 16 MiB and a processor."""
_WINDOW_SECONDS: Final = 60.0
_WRONG_PER_WINDOW: Final = 10
_MAX_ADDRESSES: Final = 1000
"""Of so many is known when they were wrong; beyond, each Job still counts for itself."""


class Passwords:
    """Makes and asks for passwords of Jobs."""

    def __init__(self, jobs: Jobs, clock: Clock, ids: Ids) -> None:
        self._jobs = jobs
        self._clock = clock
        self._ids = ids
        self._guesses = Guesses(clock)
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def sealed(self, octets: bytes, encryption: Keyword) -> Password:
        """What is kept of a new password that came as `octets`."""
        async with self._turns:
            return await asyncio.to_thread(Password.of, octets, encryption, self._ids.uuid())

    async def ask(self, job: Job, octets: bytes, encryption: Keyword, peer: str) -> None:
        """Returns where `octets`, which come from the address `peer`, are the password of `job`.

        A try is counted before the answer is known, with the Job, so that neither many requests at once nor
        a restart give more of them.

        Raises:
            NotAuthorized: They are not, or it was tried too often and nobody is asked any more.
            Busy: It is too soon after others that were wrong.
            NoSuchJob, StoreError: The Job is gone, or cannot be changed now.
        """
        self._guesses.count(peer)
        counted = await self._jobs.apply(job.id, partial(_counted, now=self._clock.now()))
        assert counted.password is not None, "whoever asks knows that there is one"
        async with self._turns:
            known = await asyncio.to_thread(counted.password.known_by, octets, encryption)
        if not known:
            tries = counted.password.tries
            logger.warning(
                "job %d: wrong password, try %d", job.id, tries, extra={"job_id": job.id, "peer": peer}
            )
            raise NotAuthorized("The password is wrong.")
        self._guesses.forgive(peer)
        await self._jobs.apply(job.id, _forgiven)


def _counted(job: Job, *, now: float) -> Job:
    """`job` with one more try of its password."""
    password = job.password
    assert password is not None, "a Job's password is never taken away"
    if password.spent:
        raise NotAuthorized("The password was wrong too often: the job can only be canceled.")
    seconds = password.wait_seconds(now)
    if seconds:
        raise Busy(f"The password was wrong too often: try again in {seconds:.0f} seconds.")
    return replace(job, password=password.tried_at(now))


def _forgiven(job: Job) -> Job:
    return replace(job, password=job.password and job.password.forgiven())


class Guesses:
    """How often each address, or each /64 of IPv6, was wrong within the last minute; of a bounded number."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._moments: OrderedDict[str, deque[float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._moments)

    def count(self, peer: str) -> None:
        """Counts a guess of `peer`; raises Busy where it has had all of this minute."""
        now = self._clock.monotonic()
        moments = self._moments.setdefault(_network(peer), deque())
        while moments and moments[0] <= now - _WINDOW_SECONDS:
            moments.popleft()
        if len(moments) >= _WRONG_PER_WINDOW:
            seconds = moments[0] + _WINDOW_SECONDS - now
            raise Busy(f"Too many wrong passwords: try again in {seconds:.0f} seconds.")
        moments.append(now)
        self._moments.move_to_end(_network(peer))
        while len(self._moments) > _MAX_ADDRESSES:
            self._moments.popitem(last=False)

    def forgive(self, peer: str) -> None:
        """Takes back the last guess of `peer`, which was right."""
        moments = self._moments.get(_network(peer))
        if moments:
            moments.pop()


def _network(peer: str) -> str:
    """What counts as one address: those that one client can have as many of as it likes are one."""
    try:
        address = ip_address(peer)
    except ValueError:  # a socket of this host
        return peer
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(address)
