import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ippserver.runtime.logging import (
    MAX_OCTETS,
    JsonFormatter,
    LineWriter,
    LogFormat,
    TextFormatter,
    configure,
    escape,
    shorten,
)


def _record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    record = logging.LogRecord("ippserver.web", logging.INFO, __file__, 1, message, args, None)
    record.created, record.msecs = 1_800_000_000.25, 250.0
    record.__dict__.update(extra)
    return record


def test_a_text_line_has_moment_level_logger_message_and_extra() -> None:
    line = TextFormatter().format(_record("accepted %d octets", 7, job_id=3, peer="::1", odd="hidden"))
    assert line == "2027-01-15T08:00:00.250Z info ippserver.web: accepted 7 octets job_id=3 peer=::1"


def test_a_json_line_has_the_same_as_an_object() -> None:
    line = JsonFormatter().format(_record("accepted %d octets", 7, job_id=3, peer="::1", odd="hidden"))
    assert json.loads(line) == {
        "time": "2027-01-15T08:00:00.250Z",
        "level": "info",
        "logger": "ippserver.web",
        "message": "accepted 7 octets",
        "job_id": 3,
        "peer": "::1",
    }


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()], ids=["text", "json"])
@pytest.mark.parametrize(
    "hostile", ["a\nb", "a\r\nb", "\x1b[2Jb", "\u202eb", "a\x00b", "a\u2028b", "\udce4b"]
)
def test_what_a_peer_sends_stays_on_its_line(formatter: logging.Formatter, hostile: str) -> None:
    line = formatter.format(_record("job %s", hostile, printer=hostile))
    assert line.isprintable()
    line.encode()


def test_a_text_line_is_bounded() -> None:
    line = TextFormatter().format(_record("job %s", "ä" * 5000, peer="x" * 5000))
    assert len(line.encode()) <= MAX_OCTETS
    assert line.endswith("…")


def test_a_json_message_is_bounded() -> None:
    line = json.loads(JsonFormatter().format(_record("job %s", "ä" * 5000, peer="x" * 5000)))
    assert len(line["message"].encode()) <= MAX_OCTETS
    assert len(line["peer"].encode()) <= MAX_OCTETS


def _failure() -> logging.LogRecord:
    error = ValueError("first\n2027-01-15T08:00:00.250Z info forged: line")
    record = _record("failed")
    record.exc_info = (ValueError, error, None)
    return record


def test_a_traceback_follows_indented_so_that_it_forges_no_line() -> None:
    first, *rest = TextFormatter().format(_failure()).split("\n")
    assert first.endswith("failed")
    assert any("forged" in line for line in rest)
    assert all(line.startswith("    ") for line in rest)


def test_a_traceback_is_part_of_the_json_object() -> None:
    line = JsonFormatter().format(_failure())
    assert "\n" not in line
    assert "ValueError" in json.loads(line)["traceback"]


def test_escaping_leaves_ordinary_text_alone() -> None:
    assert escape("Grüße, 世界 🙂") == "Grüße, 世界 🙂"


def test_shortening_cuts_between_characters() -> None:
    assert shorten("ää", 4) == "ää"
    assert shorten("äää", 5) == "ä…"


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that stalls for two seconds is given up by the server, but not by these tests."""
    monkeypatch.setattr("ippserver.runtime.logging._END_SECONDS", 60.0)


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    yield reading, writing
    for descriptor in (reading, writing):
        try:
            os.close(descriptor)
        except OSError:  # closed by the test
            continue


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    logger = logging.getLogger()
    level, handlers = logger.level, logger.handlers[:]
    yield logger
    logger.setLevel(level)
    logger.handlers[:] = handlers


def test_configured_loggers_write_lines_of_their_level(pipe: tuple[int, int], root: logging.Logger) -> None:
    writer = configure("warning", LogFormat.TEXT, descriptor=pipe[1])
    logging.getLogger("ippserver.one").info("hidden")
    logging.getLogger("ippserver.one").warning("shown")
    writer.close()
    assert os.read(pipe[0], 10_000).decode().endswith("warning ippserver.one: shown\n")


def test_configuring_again_takes_the_place_of_the_first(pipe: tuple[int, int], root: logging.Logger) -> None:
    configure("info", LogFormat.TEXT, descriptor=pipe[1])
    writer = configure("info", LogFormat.JSON, descriptor=pipe[1])
    logging.getLogger("ippserver.one").warning("once")
    writer.close()
    assert json.loads(os.read(pipe[0], 10_000))["message"] == "once"


def test_an_unknown_level_is_refused(root: logging.Logger) -> None:
    with pytest.raises(ValueError, match="LOUD"):
        configure("loud")
    assert not any(isinstance(handler, LineWriter) for handler in root.handlers)


def test_a_full_disk_loses_lines_and_nothing_else() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    writer = LineWriter(full)
    writer.setFormatter(TextFormatter())
    writer.handle(_record("lost"))
    writer.close()
    os.close(full)
    assert writer.dropped == 1


def test_a_closed_pipe_loses_lines_and_nothing_else(pipe: tuple[int, int]) -> None:
    os.close(pipe[0])
    writer = LineWriter(pipe[1])
    writer.setFormatter(TextFormatter())
    writer.handle(_record("lost"))
    writer.close()
    assert writer.dropped == 1


def test_a_record_whose_arguments_do_not_fit_is_counted_and_stops_nothing(pipe: tuple[int, int]) -> None:
    writer = LineWriter(pipe[1])
    writer.setFormatter(TextFormatter())
    writer.handle(_record("%d", "seven"))
    writer.handle(_record("fine"))
    writer.close()
    assert writer.dropped == 1
    assert b"fine" in os.read(pipe[0], 1000)


def test_lines_that_come_faster_than_they_are_written_are_dropped_without_waiting(
    pipe: tuple[int, int], tmp_path: Path
) -> None:
    writer = LineWriter(pipe[1])  # nobody reads: the pipe fills up, then the queue
    writer.setFormatter(TextFormatter())
    for _ in range(12_000):
        writer.handle(_record("x" * 400))
    assert writer.dropped > 0
    while os.read(pipe[0], 1 << 20) and writer.waiting:
        pass
    writer.close()
