import asyncio
import subprocess
import sys
from contextlib import ExitStack

import pytest

from ippserver.runtime.programs import open_pipe, signal_name

SECONDS = 20.0


async def test_what_a_program_says_is_read_line_by_line() -> None:
    with ExitStack() as held:
        words, target = await open_pipe(held, 100)
        program = [sys.executable, "-c", "print('one'); print('two')"]
        process = await asyncio.create_subprocess_exec(*program, stdout=target)
        target.close()
        async with asyncio.timeout(SECONDS):
            assert [line async for line in words] == [b"one\n", b"two\n"]
            assert await process.wait() == 0


async def test_the_end_of_a_program_is_heard_of_whatever_it_has_said() -> None:
    with ExitStack() as held:
        words, target = await open_pipe(held, 100)
        program = [sys.executable, "-c", "while True: print('x' * 1000)"]
        process = await asyncio.create_subprocess_exec(*program, stdout=target, stderr=subprocess.DEVNULL)
        target.close()
        async with asyncio.timeout(SECONDS):
            with pytest.raises(ValueError, match="limit"):
                await words.readline()
            process.kill()
            assert await process.wait() == -9


@pytest.mark.parametrize(("number", "name"), [(9, "SIGKILL"), (40, "signal 40"), (999, "signal 999")])
def test_a_signal_has_a_name(number: int, name: str) -> None:
    assert signal_name(number) == name
