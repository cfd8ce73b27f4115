"""The watch over every test is itself watched: a test that misbehaves fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from blockbuster import BlockingError

from ippserver.runtime import files

MISBEHAVIOUR = {
    "tasks left behind": """
        import asyncio

        async def test_a_task_is_left():
            test_a_task_is_left.task = asyncio.create_task(asyncio.sleep(3600))
    """,
    "threads left behind": """
        import threading

        def test_a_thread_is_left():
            threading.Thread(target=threading.Event().wait, args=(60,), daemon=True).start()
    """,
    "unclosed file": """
        def test_a_file_is_left():
            open(__file__)
    """,
    "succeeds although Pause-Printer does nothing": """
        import pytest
        from ippserver.iana.enums import Operation, Status
        from ippserver.testing.desk import Desk

        @pytest.mark.effect(Operation.PAUSE_PRINTER)
        async def test_only_the_status_is_looked_at():
            desk = await Desk().open()
            assert (await desk.ask(Operation.PAUSE_PRINTER)).status is Status.SUCCESSFUL_OK
    """,
}


@pytest.mark.parametrize("complaint", MISBEHAVIOUR)
def test_what_is_left_behind_fails_the_test(repository: Path, tmp_path: Path, complaint: str) -> None:
    for name in ("tests/conftest.py", "tests/effects.py", "tests/leaping.py", "pyproject.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((repository / name).read_bytes())
    lines = MISBEHAVIOUR[complaint].splitlines()
    (tmp_path / "tests/test_it.py").write_text("\n".join(line[8:] for line in lines))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_it.py"]
    environ = os.environ | {"IPPSERVER_TASKS_MAY_TAKE": "0.5"}
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert complaint in done.stdout


async def test_code_of_ours_may_not_block_the_loop(tmp_path: Path) -> None:
    with pytest.raises(BlockingError):
        files.open_private_folder(tmp_path / "new")
