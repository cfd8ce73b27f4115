import asyncio
import io
import threading
from collections.abc import AsyncIterator, Callable

import pytest

from ippserver.runtime.threads import Workers, one_behind, to_end

PATIENCE_SECONDS = 60.0


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    pool = Workers("test", 2)
    yield pool
    await pool.close()


@pytest.fixture(params=[2, None], ids=["own", "shared"])
async def any_workers(request: pytest.FixtureRequest) -> AsyncIterator[Workers]:
    pool = Workers("test", request.param)
    yield pool
    await pool.close()


async def test_a_call_runs_in_another_thread(any_workers: Workers) -> None:
    assert await any_workers.run(threading.get_ident) != threading.get_ident()


async def test_what_a_call_raises_is_raised(any_workers: Workers) -> None:
    with pytest.raises(ZeroDivisionError):
        await any_workers.run(divmod, 1, 0)


async def test_a_cancelled_call_has_ended_when_its_caller_hears_of_it(workers: Workers) -> None:
    started, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        assert go_on.wait(PATIENCE_SECONDS)
        done.set()

    task = asyncio.ensure_future(workers.run(work))
    await workers.run(started.wait, PATIENCE_SECONDS)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    task.cancel()  # twice: an impatient user
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done.is_set()


async def test_what_a_cancelled_call_raises_is_not_reported_as_forgotten(workers: Workers) -> None:
    go_on = threading.Event()

    def work() -> None:
        assert go_on.wait(PATIENCE_SECONDS)
        raise ValueError("nobody asks")

    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    task = asyncio.ensure_future(workers.run(work))
    await asyncio.sleep(0)
    task.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    del task
    assert complaints == []


async def test_an_outcome_that_is_there_already_is_answered_at_once() -> None:
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    future.set_result(7)
    assert await to_end(future) == 7


async def test_a_file_is_closed_at_the_end_of_its_block(workers: Workers) -> None:
    async with workers.opened(lambda: io.BytesIO(b"octets")) as file:
        assert file.read() == b"octets"
    assert file.closed


async def test_a_file_is_closed_when_its_opening_was_cancelled(workers: Workers) -> None:
    go_on = threading.Event()
    opened: list[io.BytesIO] = []

    def open_slowly() -> io.BytesIO:
        assert go_on.wait(PATIENCE_SECONDS)
        opened.append(io.BytesIO())
        return opened[0]

    async def use(open_file: Callable[[], io.BytesIO]) -> None:
        async with workers.opened(open_file):
            pytest.fail("it was cancelled before")

    task = asyncio.ensure_future(use(open_slowly))
    await asyncio.sleep(0)
    task.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert opened[0].closed


async def test_work_goes_on_while_the_next_is_prepared_and_one_at_a_time(workers: Workers) -> None:
    order: list[str] = []
    go_on = threading.Event()

    def first() -> None:
        assert go_on.wait(PATIENCE_SECONDS)
        order.append("first")

    async with one_behind() as work:
        await work.begin(workers.run(first))
        order.append("prepared")
        go_on.set()
        await work.begin(workers.run(order.append, "second"))
        await work.end()
    assert order == ["prepared", "first", "second"]


async def test_what_work_raises_is_raised_by_the_next_call(workers: Workers) -> None:
    async with one_behind() as work:
        await work.begin(workers.run(divmod, 1, 0))
        with pytest.raises(ZeroDivisionError):
            await work.begin(workers.run(divmod, 1, 1))
        await work.begin(workers.run(divmod, 1, 0))
        with pytest.raises(ZeroDivisionError):
            await work.end()


async def test_after_the_block_nothing_runs_and_the_blocks_own_error_counts(workers: Workers) -> None:
    go_on, done = threading.Event(), threading.Event()

    def slow() -> None:
        assert go_on.wait(PATIENCE_SECONDS)
        done.set()
        raise ValueError("late")

    async def use() -> None:
        async with one_behind() as work:
            await work.begin(workers.run(slow))
            go_on.set()
            raise LookupError("early")

    with pytest.raises(LookupError):
        await use()
    assert done.is_set()
