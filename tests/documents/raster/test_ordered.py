"""Encoding beside drawing."""

import io
import threading
from contextlib import suppress
from functools import partial

import pytest

from ippserver.documents.raster.ordered import Ordered


def test_pieces_are_written_in_order_whichever_is_made_first() -> None:
    file, go_on = io.BytesIO(), threading.Event()

    def slow() -> bytes:
        assert go_on.wait(60)
        return b"first "

    def quick() -> bytes:
        go_on.set()
        return b"third"

    with Ordered(file, threads=2) as ordered:
        ordered.write_later(slow)
        ordered.write(b"second ")
        ordered.write_later(quick)
    assert file.getvalue() == b"first second third"


def test_no_more_than_a_few_pieces_wait() -> None:
    file = io.BytesIO()
    with Ordered(file) as ordered:
        for number in range(20):
            ordered.write_later(partial(bytes, [number]))
            assert number - len(file.getvalue()) <= 2
    assert file.getvalue() == bytes(range(20))


def test_what_goes_wrong_in_a_thread_is_raised() -> None:
    def wrong() -> bytes:
        raise MemoryError

    with pytest.raises(MemoryError), Ordered(io.BytesIO()) as ordered:
        ordered.write_later(wrong)


def test_nothing_more_is_written_behind_an_error() -> None:
    file, before = io.BytesIO(), set(threading.enumerate())
    with suppress(KeyError), Ordered(file) as ordered:
        ordered.write_later(lambda: b"never")
        raise KeyError
    assert file.getvalue() == b""
    left = set(threading.enumerate()) - before
    assert not [thread for thread in left if thread.name.startswith("ThreadPool")]
