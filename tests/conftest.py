"""What holds for every test: nothing blocks the event loop, and nothing is left behind."""

import asyncio
import inspect
import os
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from weakref import WeakKeyDictionary

import pytest
from blockbuster import blockbuster_ctx
from hypothesis import HealthCheck, settings

from ippserver.testing.ports import closed_port

pytest_plugins = ["tests.effects", "tests.leaping"]

REPOSITORY = Path(__file__).parents[1]
MAY_TAKE_SECONDS = float(os.environ.get("IPPSERVER_TASKS_MAY_TAKE", "30"))
"""What tasks and threads have to end in after their test: on a busy machine they may wait for their turn."""

# A busy machine is no bug: speed is shown by benchmarks, never asserted by a timed test.
settings.register_profile(
    "explore", deadline=None, derandomize=False, suppress_health_check=[HealthCheck.too_slow]
)
# The same examples at each run and for everybody; `pytest --hypothesis-profile=explore` tries others.
settings.register_profile("ippserver", settings.get_profile("explore"), derandomize=True, database=None)
settings.load_profile("ippserver")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Watches the tasks of every coroutine test; the others need no event loop for that."""
    if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.function):
        # Early, so that it looks when other fixtures are gone; threads are looked at after the loop's end.
        item.fixturenames.insert(item.fixturenames.index("_no_thread_is_left") + 1, "_no_task_is_left")


@pytest.fixture(autouse=True, scope="session")
def _nothing_blocks_the_loop() -> Iterator[None]:
    """Blocking calls that code of ours makes on an event loop raise; what third parties do is theirs."""
    with blockbuster_ctx("ippserver", excluded_modules=["ippserver.testing"]):
        yield


@pytest.fixture
async def _no_task_is_left() -> AsyncIterator[None]:
    """Tasks that a test and its fixtures leave behind fail it; those that are ending get their time."""
    before = asyncio.all_tasks()
    yield
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    if left:
        _, left = await asyncio.wait(left, timeout=MAY_TAKE_SECONDS)
    assert not left, f"tasks left behind: {left}"


@pytest.fixture(autouse=True, scope="session")
def _starters() -> Iterator[Mapping[threading.Thread, threading.Thread]]:
    """Who has started each thread."""
    known: WeakKeyDictionary[threading.Thread, threading.Thread] = WeakKeyDictionary()
    start = threading.Thread.start

    def noted(thread: threading.Thread) -> None:
        known[thread] = threading.current_thread()
        start(thread)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", noted)
        yield known


@pytest.fixture(autouse=True)
def _no_thread_is_left(_starters: Mapping[threading.Thread, threading.Thread]) -> Iterator[None]:
    """Threads that a test leaves behind fail it; those that are ending get their time.

    A server of the whole session may start one at any moment: that is not this test's.
    """
    before = set(threading.enumerate())
    others = before - {threading.current_thread()}
    yield
    mine = [
        thread
        for thread in threading.enumerate()
        if thread not in before and _starters.get(thread) not in others
    ]
    deadline = time.monotonic() + MAY_TAKE_SECONDS
    for thread in mine:
        thread.join(max(0.0, deadline - time.monotonic()))
    left = [thread for thread in mine if thread.is_alive()]
    assert not left, f"threads left behind: {left}"


@pytest.fixture
def unused_tcp_port() -> Iterator[int]:
    """A port where nobody listens as long as the test runs; that of pytest-asyncio somebody may get."""
    with closed_port() as port:
        yield port


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder of the project."""
    return REPOSITORY


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of captured IPP messages, which are not part of the project."""
    folder = Path(os.environ.get("IPPSERVER_SAMPLES") or REPOSITORY.parent / "shared" / "specs" / "samples")
    if not folder.is_dir():
        pytest.skip(f"no captured messages at {folder} (IPPSERVER_SAMPLES names another folder)")
    return folder
