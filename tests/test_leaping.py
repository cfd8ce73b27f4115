"""The clock that leaps: what it passes over, and what it waits for."""

import asyncio
import threading
import time

import pytest

pytestmark = pytest.mark.usefixtures("leaping")


async def test_hours_pass_at_once_and_in_their_order() -> None:
    woken: list[int] = []

    async def sleep(hours: int) -> None:
        await asyncio.sleep(hours * 3600)
        woken.append(hours)

    begun = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as tasks:
        for hours in (3, 1, 2):
            tasks.create_task(sleep(hours))
    assert woken == [1, 2, 3]
    assert asyncio.get_running_loop().time() - begun == pytest.approx(3 * 3600)


async def test_a_stall_is_no_time() -> None:
    async with asyncio.timeout(0.01):
        time.sleep(0.02)  # noqa: ASYNC251 - the stall
        await asyncio.sleep(0)
        await asyncio.sleep(0.005)


async def test_no_time_passes_while_a_thread_is_at_work() -> None:
    done = threading.Event()

    def work() -> None:
        time.sleep(0.1)
        done.set()

    async with asyncio.timeout(0.01):
        await asyncio.to_thread(work)
    assert done.is_set()


async def test_no_time_passes_while_octets_are_on_their_way() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(0.01):
            writer.write(await reader.readexactly(10_000_000))
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        async with asyncio.timeout(0.01):
            writer.write(bytes(10_000_000))
            assert len(await reader.read()) == 10_000_000
        writer.close()
        await writer.wait_closed()
