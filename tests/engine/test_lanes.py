import asyncio
from collections.abc import Callable

import pytest

from ippserver.engine.lanes import Lane
from ippserver.model.delivery import RetryPolicy
from ippserver.testing.fakes import FakeClock

POLICY = RetryPolicy(attempts=10, first_seconds=4.0, longest_seconds=10.0)


class Road:
    """A lane, and who has passed on it."""

    def __init__(self, width: int = 1) -> None:
        self.clock = FakeClock()
        self.moved = 0
        self.lane = Lane(POLICY, self.clock, width=width, chance=lambda: 0.5, moved=self._note)
        self.inside: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}

    def _note(self) -> None:
        self.moved += 1

    def drive(
        self, name: str, place: int | None = None, outcome: Callable[[Lane], object] = Lane.came_through
    ) -> asyncio.Task[None]:
        """Passes as soon as it may, and leaves when its gate is opened."""
        gate = self.gates[name] = asyncio.Event()
        place = self.lane.place() if place is None else place

        async def pass_() -> None:
            async with self.lane.passage(place):
                self.inside.append(name)
                await gate.wait()
                outcome(self.lane)

        return asyncio.ensure_future(pass_())

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    async def leaves(self, name: str) -> None:
        self.gates[name].set()
        await self.settle()


async def stop(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("width", [1, 2, 3])
async def test_so_many_pass_at_once_in_the_order_of_their_places(width: int) -> None:
    road = Road(width)
    tasks = [road.drive(name) for name in "abcd"]
    await road.settle()
    assert road.inside == list("abcd")[:width]
    assert not road.lane.free
    await road.leaves("a")
    assert road.inside == list("abcd")[: width + 1]
    await stop(*tasks)
    assert road.lane.free


async def test_an_older_place_passes_before_those_that_wait() -> None:
    road = Road()
    older = road.lane.place()
    tasks = [road.drive("a"), road.drive("b")]
    await road.settle()
    tasks.append(road.drive("old", older))
    await road.settle()
    await road.leaves("a")
    assert road.inside == ["a", "old"]
    await stop(*tasks)


async def test_whoever_gives_up_waiting_is_stepped_over() -> None:
    road = Road()
    first, second, third = (road.drive(name) for name in "abc")
    await road.settle()
    await stop(second)
    await road.leaves("a")
    assert road.inside == ["a", "c"]
    await stop(first, third)


async def test_while_it_is_down_one_tries_after_a_pause_and_the_others_wait_behind_it() -> None:
    road = Road(width=3)
    assert road.lane.is_down() == 4.0
    assert (road.lane.down, road.lane.free, road.moved) == (True, False, 1)
    place = road.lane.place()
    tasks = [road.drive("a", place, Lane.is_down), road.drive("b"), road.drive("c")]
    await road.settle()
    assert road.inside == []
    road.clock.advance(4.0)
    await road.settle()
    assert road.inside == ["a"]
    await road.leaves("a")
    tasks.append(road.drive("again", place))
    await road.settle()
    road.clock.advance(7.9)
    await road.settle()
    assert road.inside == ["a"]
    road.clock.advance(0.1)
    await road.settle()
    assert road.inside == ["a", "again"]
    await road.leaves("again")
    assert road.inside == ["a", "again", "b", "c"]
    assert (road.lane.down, road.moved) == (False, 2)
    await stop(*tasks)


async def test_it_is_tried_at_once_when_the_pause_is_over_before_somebody_comes() -> None:
    road = Road()
    road.lane.is_down()
    road.clock.advance(5.0)
    assert road.lane.free
    task = road.drive("a")
    await road.settle()
    assert road.inside == ["a"]
    await stop(task)


async def test_whoever_is_first_while_it_is_down_may_give_up() -> None:
    road = Road()
    road.lane.is_down()
    first, second = road.drive("a"), road.drive("b")
    await road.settle()
    await stop(first)
    road.clock.advance(4.0)
    await road.settle()
    assert road.inside == ["b"]
    await stop(second)


def test_pauses_grow_up_to_the_longest_one() -> None:
    lane = Road().lane
    assert [lane.is_down() for _ in range(4)] == [4.0, 8.0, 10.0, 10.0]


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 3.0), (0.5, 4.0), (1.0, 5.0)])
def test_chance_spreads_the_pauses(chance: float, seconds: float) -> None:
    assert POLICY.pause_seconds(1, chance) == seconds
