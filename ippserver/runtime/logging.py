"""Log lines for people or for machines: a record is one line, whatever a client sent, and nobody waits.

Lines are made where the record is, and written by a thread of their own. Where they cannot be written (a full
disk, a closed pipe) or come faster than they can be, they are dropped and counted: printing goes on.
"""

import json
import logging
import os
import queue
import re
import threading
import time
from collections.abc import Mapping
from enum import Enum
from typing import Final

MAX_OCTETS: Final = 512
"""The length of a line of text (of a JSON line's message), whatever a peer sent; tracebacks come on top."""
EXTRA: Final = ("job_id", "printer", "request_id", "peer")
"""What a record's `extra` may hold, and in this order is shown."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What could end a line, command a terminal or turn text around; lone surrogates cannot be written."""
_MAX_WAITING: Final = 10_000
_END_SECONDS: Final = 2.0


class LogFormat(Enum):
    """How lines look."""

    TEXT = "text"
    JSON = "json"


def escape(text: str) -> str:
    """`text` on one line, its control characters as Python writes them."""
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)


def shorten(text: str, octets: int = MAX_OCTETS) -> str:
    """`text` cut to at most `octets` as UTF-8, with an ellipsis where something is missing."""
    encoded = text.encode(errors="replace")
    if len(encoded) <= octets:
        return text
    return encoded[: octets - 3].decode(errors="ignore") + "…"


def _moment(record: logging.LogRecord) -> str:
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{int(record.msecs):03d}Z"


def _extra(record: logging.LogRecord) -> Mapping[str, object]:
    found = ((key, getattr(record, key, None)) for key in EXTRA)
    return {key: value for key, value in found if value is not None}


class TextFormatter(logging.Formatter):
    """`MOMENT LEVEL MODULE: message key=value ...`, and an indented traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of `record`, without its end."""
        extra = "".join(f" {key}={value}" for key, value in _extra(record).items())
        message = escape(record.getMessage() + extra)
        line = shorten(f"{_moment(record)} {record.levelname.lower()} {record.name}: {message}")
        if record.exc_info:
            trace = self.formatException(record.exc_info)
            line += "".join(f"\n    {escape(part)}" for part in trace.split("\n"))
        return line


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, the extra keys, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of `record`, without its end."""
        line: dict[str, object] = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": shorten(escape(record.getMessage())),
        }
        for key, value in _extra(record).items():
            line[key] = value if isinstance(value, int) else shorten(escape(str(value)))
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class LineWriter(logging.Handler):
    """Writes lines to a descriptor from a thread of its own; `close` waits for those that are there."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._lines: queue.Queue[str | None] = queue.Queue(_MAX_WAITING)
        self._thread = threading.Thread(target=self._write_all, name="log", daemon=True)
        self._thread.start()
        self.dropped = 0

    @property
    def waiting(self) -> int:
        """How many lines are not yet written."""
        return self._lines.qsize()

    def emit(self, record: logging.LogRecord) -> None:
        """Makes the line and leaves it to the thread; never raises, never waits."""
        try:
            self._lines.put_nowait(self.format(record) + "\n")
        except (queue.Full, TypeError, ValueError):  # the latter two: arguments that do not fit
            self.dropped += 1

    def _write_all(self) -> None:
        while (line := self._lines.get()) is not None:
            octets = line.encode(errors="backslashreplace")
            try:
                while octets:
                    octets = octets[os.write(self._descriptor, octets) :]
            except OSError:
                self.dropped += 1

    def close(self) -> None:
        """Writes what waits, for at most two seconds, and ends the thread."""
        if self._thread.is_alive():
            try:
                self._lines.put(None, timeout=_END_SECONDS)
            except queue.Full:
                pass
            self._thread.join(_END_SECONDS)
        super().close()


def configure(level: str = "info", style: LogFormat = LogFormat.TEXT, *, descriptor: int = 2) -> LineWriter:
    """Sends every logger's records of `level` and above to `descriptor`; close the answer at the end.

    Raises:
        ValueError: There is no such level.
    """
    root = logging.getLogger()
    root.setLevel(level.upper())
    writer = LineWriter(descriptor)
    writer.setFormatter(JsonFormatter() if style is LogFormat.JSON else TextFormatter())
    for handler in root.handlers[:]:
        if isinstance(handler, LineWriter):
            root.removeHandler(handler)
            handler.close()
    root.addHandler(writer)
    return writer
