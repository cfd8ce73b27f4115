"""What was logged during a test, by the test: servers of the whole session have threads of their own."""

import logging
import threading

import pytest


def logged(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """What this thread, and so the event loop of this test, has logged."""
    return [record for record in caplog.records if record.thread == threading.get_ident()]
