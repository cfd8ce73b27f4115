"""Programs as outputs: what they get, what they say, how they end."""

import asyncio
import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from ippserver.iana import names, vendor
from ippserver.iana.enums import PrintQuality
from ippserver.iana.keywords import PrinterStateReason
from ippserver.interfaces import OutputError, OutputRefused, OutputUnavailable
from ippserver.ipp.values import Keyword, Name
from ippserver.outputs.command import CommandOutput
from ippserver.testing.fakes import stream
from tests.outputs.parcels import PDF, Ear, parcel
from tests.processes import until_over

PATIENCE_SECONDS = 60.0


class Programs:
    """Shell scripts as programs, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scratch = folder / "work"

    async def output(self, script: str, *arguments: str, timeout_seconds: float = 20.0) -> CommandOutput:
        """An open output that runs `script`."""
        program = self.folder / "program"
        program.write_text(f"#!/bin/sh\ncd {self.folder}\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        command = [str(program), *arguments]
        made = CommandOutput("lab", command, self.scratch, timeout_seconds=timeout_seconds)
        await made.open()
        return made

    def text(self, name: str) -> str:
        return (self.folder / name).read_text()

    def pids(self) -> list[int]:
        """The program and its child, as far as it came."""
        return [int(self.text(name)) for name in ("pid", "child") if (self.folder / name).exists()]


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    return Programs(tmp_path)


async def test_a_program_gets_the_document_as_its_last_argument_and_as_its_input(programs: Programs) -> None:
    output = await programs.output('echo "$#:$1:$2" > args; cat > stdin; cat "$3" > file', "-a", "b c")
    assert await output.deliver(parcel(), "", [stream([PDF[:5], PDF[5:]])]) == ""
    assert programs.text("args").strip() == "3:-a:b c"
    assert programs.text("stdin") == programs.text("file") == PDF.decode()


async def test_a_document_of_more_files_than_a_program_can_be_given_is_refused_and_no_other(
    programs: Programs,
) -> None:
    output = await programs.output("true", "x" * 2**18)  # the kernel counts octets, whosever they are
    with pytest.raises(OutputRefused, match=r"so many files"):
        await output.deliver(parcel(), "", [stream([PDF])])


async def test_nothing_is_left_of_the_document_afterwards(programs: Programs) -> None:
    output = await programs.output('echo "$1" > path; test -f "$1"')
    await output.deliver(parcel(), "", [stream([PDF])])
    path = Path(programs.text("path").strip())
    assert path.name == "7-1.pdf"
    assert path.is_relative_to(programs.scratch)
    assert list(programs.scratch.iterdir()) == []


async def test_it_gets_the_attributes_in_its_environment_as_with_ippeveprinter(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPPSERVER__MAIL__PASSWORD", "secret")
    output = await programs.output("env > env")
    given = parcel(
        name="two\nlines",
        template=(names.COPIES.of(2), names.PRINT_QUALITY.of(PrintQuality.DRAFT)),
    )
    await output.deliver(given, "", [stream([PDF])])
    found = dict(line.split("=", 1) for line in programs.text("env").splitlines())
    assert found["CONTENT_TYPE"] == "application/pdf"
    assert found["IPP_JOB_ID"] == "7"
    assert found["IPP_JOB_NAME"] == "two lines"
    assert found["IPP_JOB_ORIGINATING_USER_NAME"] == "alice"
    assert found["IPP_JOB_PRINTER_URI"] == "ipp://printer.local:631/ipp/print"
    assert (found["IPP_COPIES"], found["IPP_PRINT_QUALITY"]) == ("2", "draft")
    assert found["IPP_MEDIA_DEFAULT"] == "iso_a4_210x297mm"
    assert found["IPP_PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED"] == "300dpi,600dpi"
    assert found["IPP_DOCUMENT_NAME"] == "page one"
    assert found["IPPSERVER_OUTPUT"] == "lab"
    assert "IPPSERVER__MAIL__PASSWORD" not in found


async def test_it_gets_all_attributes_as_json(programs: Programs) -> None:
    output = await programs.output('cat "$IPPSERVER_JSON" > json')
    await output.deliver(parcel(template=(names.COPIES.of(2),)), "", [stream([PDF])])
    found = json.loads(programs.text("json"))
    job = {
        names.JOB_ID.name: 7,
        names.JOB_NAME.name: "report",
        names.COPIES.name: 2,
        names.JOB_URI.name: "ipp://printer.local:631/ipp/print/7",
    }
    assert job.items() <= found["job"].items()
    assert found["document"][names.DOCUMENT_FORMAT.name] == "application/pdf"
    assert [file["octets"] for file in found["content"]["files"]] == [len(PDF)]
    assert found["printer"] == "Office"


async def test_what_clients_wrote_is_seen_by_no_shell(programs: Programs) -> None:
    output = await programs.output('printf "%s" "$IPP_JOB_NAME" > name')
    await output.deliver(parcel(name="$(touch pwned); `id`"), "", [stream([PDF])])
    assert programs.text("name") == "$(touch pwned); `id`"
    assert not (programs.folder / "pwned").exists()


# ---- what it says


async def test_what_it_says_of_the_device_is_told(programs: Programs) -> None:
    output = await programs.output(
        "echo 'STATE: media-low-warning,toner-low-warning' >&2\n"
        "echo 'STATE: -toner-low-warning' >&2\n"
        "echo 'STATE: +cover-open-error' >&2\n"
        'echo \'ATTR: marker-levels=80,20 marker-names="Black","Cyan ink" copies=3\' >&2\n'
    )
    ear = Ear()
    await output.deliver(parcel(watch=ear), "", [stream([PDF])])
    last = ear.reported[-1]
    assert last.reasons == (
        Keyword(f"{PrinterStateReason.COVER_OPEN}-error"),
        Keyword(f"{PrinterStateReason.MEDIA_LOW}-warning"),
    )
    assert set(last.attributes) == {
        vendor.MARKER_LEVELS.of(80, 20),
        vendor.MARKER_NAMES.of(Name("Black"), Name("Cyan ink")),
    }


async def test_what_is_printed_of_the_document_is_told(programs: Programs) -> None:
    output = await programs.output(
        "echo 'ATTR: job-impressions-completed=1 job-media-sheets-completed=1' >&2\n"
        "echo 'ATTR: job-impressions-completed=3' >&2\n"
        "echo 'ATTR: job-impressions-completed=-1 job-media-sheets-completed=many' >&2\n"
    )
    ear = Ear()
    await output.deliver(parcel(watch=ear), "", [stream([PDF])])
    assert ear.printed == [(1, 1), (3, None)]


@pytest.mark.parametrize(
    "line",
    [
        "ATTR: marker-levels=nonsense",
        "ATTR: marker-levels=101",
        "ATTR: marker-levels='",
        "ATTR: ",
        "STATE: +UPPER,no space,,",
        "DEBUG: marker-levels=5",
        "",
        "x" * 20_000,
    ],
)
async def test_what_makes_no_sense_is_left_out(programs: Programs, line: str) -> None:
    output = await programs.output(f'echo "{line}" >&2; echo "INFO: done" >&2')
    ear = Ear()
    await output.deliver(parcel(watch=ear), "", [stream([PDF])])
    assert all(not report.reasons and not report.attributes for report in ear.reported)
    assert ear.said == ["done"]


async def test_what_it_says_for_people_is_told(programs: Programs) -> None:
    output = await programs.output("echo 'INFO: page 1' >&2; echo 'ERROR: \tno   paper' >&2")
    ear = Ear()
    await output.deliver(parcel(watch=ear), "", [stream([PDF])])
    assert ear.said == ["page 1", "no paper"]


# ---- how it ends


@pytest.mark.parametrize(
    ("script", "kind", "message"),
    [
        ("exit 1", OutputError, "program ended with status 1."),
        ("echo 'ERROR: no paper' >&2; exit 3", OutputError, "no paper"),
        ("exit 65", OutputRefused, "program ended with status 65."),
        ("echo 'ERROR: off' >&2; exit 69", OutputUnavailable, "off"),
        ("kill -9 $$", OutputError, "program was ended by SIGKILL."),
    ],
)
async def test_its_status_says_whether_to_try_again(
    programs: Programs, script: str, kind: type[OutputError], message: str
) -> None:
    output = await programs.output(script)
    with pytest.raises(OutputError) as caught:
        await output.deliver(parcel(), "", [stream([PDF])])
    assert (type(caught.value), str(caught.value)) == (kind, message)


async def test_it_may_leave_its_input_alone(programs: Programs) -> None:
    output = await programs.output("exec < /dev/null; exit 0")
    assert await output.deliver(parcel(b"x" * 3_000_000), "", [stream([b"x" * 3_000_000])]) == ""


async def test_what_it_leaves_running_is_not_waited_for(programs: Programs) -> None:
    output = await programs.output("sleep 600 & echo $! > pid")
    async with asyncio.timeout(PATIENCE_SECONDS):
        await output.deliver(parcel(), "", [stream([PDF])])
    os.kill(int(programs.text("pid")), 9)


SLOW = "echo $$ > pid.new; mv pid.new pid; sleep 600 & echo $! > child.new; mv child.new child; wait"


async def child_started(programs: Programs) -> None:
    """Returns when the program has started its child."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (programs.folder / "child").exists():  # noqa: ASYNC110 (another process: there is no event)
            await asyncio.sleep(0.01)


async def test_when_its_time_is_up_it_is_killed_with_all_that_it_started(programs: Programs) -> None:
    output = await programs.output(SLOW, timeout_seconds=0.5)
    with pytest.raises(OutputError, match=r"program took longer than 0\.5 seconds\."):
        await output.deliver(parcel(), "", [stream([PDF])])
    await until_over(*programs.pids())
    assert list(programs.scratch.iterdir()) == []


@pytest.mark.parametrize(("stubborn", "times"), [(False, 1), (True, 1), (True, 3)])
async def test_when_the_job_is_canceled_it_is_killed_with_all_that_it_started(
    programs: Programs, stubborn: bool, times: int
) -> None:
    """However often: its time may be up at the moment, or the server be stopped."""
    output = await programs.output(("trap '' TERM\n" if stubborn else "") + SLOW)
    task = asyncio.ensure_future(output.deliver(parcel(), "", [stream([PDF])]))
    await child_started(programs)
    async with asyncio.timeout(PATIENCE_SECONDS):
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0.01)
        with pytest.raises(asyncio.CancelledError):
            await task
    await until_over(*programs.pids())
    assert list(programs.scratch.iterdir()) == []


async def test_when_the_job_is_canceled_while_it_begins_it_is_killed_with_all_that_it_started(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, begun = asyncio.create_subprocess_exec, asyncio.Event()

    async def begin_slowly(*command: str, **options: Any) -> asyncio.subprocess.Process:
        process = await begin(*command, **options)
        await begun.wait()
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", begin_slowly)
    output = await programs.output(SLOW)
    task = asyncio.ensure_future(output.deliver(parcel(), "", [stream([PDF])]))
    await child_started(programs)
    task.cancel()
    await asyncio.sleep(0)
    begun.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until_over(*programs.pids())
    assert list(programs.scratch.iterdir()) == []


async def test_a_program_that_is_not_there_keeps_the_server_from_starting(tmp_path: Path) -> None:
    output = CommandOutput("lab", ["/nowhere/print"], tmp_path / "work")
    with pytest.raises(OutputError, match="output lab: there is no program /nowhere/print"):
        await output.open()


async def test_a_program_that_is_gone_later_makes_the_output_unavailable(programs: Programs) -> None:
    output = await programs.output("exit 0")
    (programs.folder / "program").unlink()
    with pytest.raises(OutputUnavailable):
        await output.deliver(parcel(), "", [stream([PDF])])


async def test_any_program_of_the_path_will_do(tmp_path: Path) -> None:
    script = "import os, sys; open(os.environ['IPPSERVER_JSON']); assert sys.argv[1].endswith('.pdf')"
    output = CommandOutput("lab", [sys.executable, "-c", script], tmp_path / "work")
    await output.open()
    assert await output.deliver(parcel(), await output.plan(parcel()), [stream([PDF])]) == ""
