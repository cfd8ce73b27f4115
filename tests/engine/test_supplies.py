"""What is printed uses up what was counted of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

import pytest

from ippserver.iana import names, vendor
from ippserver.iana.enums import JobState
from ippserver.interfaces import OutputError, OutputUnavailable
from ippserver.model.conversion import Wanted
from ippserver.model.delivery import RetryPolicy
from ippserver.model.device_config import DeviceConfig, TrayConfig
from ippserver.model.job import Job
from ippserver.model.parcel import Parcel, Wish, Wishes
from tests.engine.faults import Tray
from tests.engine.house import CONFIG, House
from tests.engine.test_renditions import BAD, RASTER, Other, Shouter

TRAYS: Final = vendor.IPPSERVER_INPUT_TRAY_LEVELS
DEVICE: Final = DeviceConfig(simulate=True, trays=(TrayConfig(capacity=10),), supply_impressions=100)
SAID: Final = (names.JOB_IMPRESSIONS.of(7), names.JOB_MEDIA_SHEETS.of(7))


def house_of(
    *outputs: Tray,
    wanted: Mapping[str, Wanted],
    converter: Shouter | None = None,
    wishes: Mapping[str, Wish] | None = None,
) -> House:
    """A printer with ten sheets; what is converted has two, and four impressions."""
    return House(
        *outputs,
        configs=(replace(CONFIG, device=DEVICE),),
        wanted=wanted,
        wishes=wishes,
        converter=converter or Shouter(),
        retry=RetryPolicy(attempts=2, first_seconds=1.0),
    )


@asynccontextmanager
async def printing(house: House) -> AsyncIterator[None]:
    await house.open()
    async with house.printing():
        yield


async def sent(house: House, *contents: bytes) -> Job:
    """A Job of such documents, of which its client says something else than what is counted."""
    job = await house.create(supplied=SAID)
    for number, content in enumerate(contents, 1):
        await house.send(job.id, content, last=number == len(contents))
    return job


def used(house: House) -> tuple[int, int]:
    """The sheets, and the impressions of each color."""
    device = house.printer.status.device
    (tray,), supply = device.trays, device.supplies[-1]
    return tray.capacity - tray.level, supply.capacity - supply.level


async def test_what_was_counted_is_used_up_whatever_the_client_said() -> None:
    house = house_of(Tray(), wanted={"tray": RASTER})
    async with printing(house):
        job = await sent(house, b"one", b"two")
        await house.until(job.id, JobState.COMPLETED)
    assert used(house) == (4, 8)


@pytest.mark.parametrize("wanted", [{"tray": RASTER, "other": RASTER}, {"other": RASTER}])
async def test_what_goes_to_several_outputs_is_used_up_once(wanted: Mapping[str, Wanted]) -> None:
    """And by the count of one that makes pages, where another takes documents as they are."""
    house = house_of(Tray(), Other(), wanted=wanted)
    async with printing(house):
        job = await sent(house, b"one")
        await house.until(job.id, JobState.COMPLETED)
    assert used(house) == (2, 4)


async def test_where_nobody_counts_the_word_of_the_client_does() -> None:
    house = house_of(Tray(), wanted={})
    async with printing(house):
        job = await sent(house, b"one", b"two")
        await house.until(job.id, JobState.COMPLETED)
    assert used(house) == (7, 7)


async def test_what_an_output_takes_as_it_is_after_a_look_is_not_counted_either() -> None:
    async def wish(parcel: Parcel, target: str) -> Wishes:
        return Wishes()

    house = house_of(Tray(), wanted={}, wishes={"tray": wish})
    async with printing(house):
        job = await sent(house, b"one", b"two")
        await house.until(job.id, JobState.COMPLETED)
    assert used(house) == (7, 7)


async def test_what_is_tried_again_is_not_used_up_again() -> None:
    tray = Tray()
    tray.faults.fails("deliver", OutputError("jam"))
    house = house_of(tray, wanted={"tray": RASTER})
    async with printing(house):
        job = await sent(house, b"one")
        await house.clock.until_sleeping()
        house.clock.advance(10.0)
        await house.until(job.id, JobState.COMPLETED)
    assert used(house) == (2, 4)


async def test_what_cannot_be_made_uses_up_nothing() -> None:
    house = house_of(Tray(), wanted={"tray": RASTER}, converter=Shouter(BAD))
    async with printing(house):
        job = await sent(house, b"one")
        await house.until(job.id, JobState.ABORTED)
    assert used(house) == (0, 0)


async def test_a_job_waits_for_what_was_counted_and_then_goes_on() -> None:
    tray = Tray()
    house = house_of(tray, wanted={"tray": RASTER})
    async with printing(house):
        await house.printer.set([TRAYS.of(1)])
        job = await sent(house, b"one")
        waiting = await house.until(job.id, JobState.PROCESSING_STOPPED)
        assert "empty" in waiting.message
        assert tray.delivered == {}
        await house.printer.set([TRAYS.of(10)])
        await house.until(job.id, JobState.COMPLETED)
    assert used(house)[0] == 1
    assert list(tray.delivered.values()) == [b"ONE"]


async def test_a_document_that_waits_for_paper_is_not_forgotten_when_the_one_before_is_settled() -> None:
    tray, other = Tray(), Other()
    tray.faults.fails("deliver", OutputUnavailable("off"))
    house = house_of(tray, other, wanted={"tray": RASTER, "other": RASTER})
    async with printing(house):
        await house.printer.set([TRAYS.of(3)])
        job = await sent(house, b"one", b"two")
        await house.until(job.id, JobState.PROCESSING_STOPPED)  # other is ahead, with the second document
        assert list(other.delivered.values()) == [b"ONE"]
        await house.clock.until_sleeping()
        house.clock.advance(10.0)
        await house.until_job(job.id, lambda job: job.document(1).deliveries[0].done)
        await house.printer.set([TRAYS.of(10)])
        await house.until(job.id, JobState.COMPLETED)
    assert list(tray.delivered.values()) == list(other.delivered.values()) == [b"ONE", b"TWO"]


async def test_a_job_that_waits_for_paper_can_be_canceled() -> None:
    tray = Tray()
    house = house_of(tray, wanted={"tray": RASTER})
    async with printing(house):
        await house.printer.set([TRAYS.of(0)])
        job = await sent(house, b"one")
        await house.until(job.id, JobState.PROCESSING_STOPPED)
        await house.cancel(job)
        await house.until(job.id, JobState.CANCELED)
    assert (tray.delivered, used(house)[1]) == ({}, 0)
