"""The commands that talk to a printer, against our own server and against one that is not ours."""

import errno
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ippserver.cli import main
from ippserver.iana import names
from ippserver.iana.enums import JobState
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.message import Request, Response, Version
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import OctetString
from ippserver.testing import CapturedJob, VirtualPrinter
from tests.cli.test_progress import TERMINAL

PATIENCE_SECONDS = 60.0
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def ippserver(*arguments: str, stdin: bytes = b"", **environment: str) -> Result:
    return CliRunner().invoke(main, list(arguments), input=stdin, env=environment)


def on_terminal(*arguments: str, typed: bytes = b"") -> tuple[int, bytes]:
    """The exit status of the program, and all that its user sees, who types this when asked for something."""
    command = [sys.executable, "-m", "ippserver", *arguments]
    environ = {**os.environ, **TERMINAL}
    mine, theirs = pty.openpty()
    # In a session of its own, so that it knows no terminal but this one.
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ, start_new_session=True
    ) as program:
        os.close(theirs)
        try:
            seen = b""
            while more := _read(mine):
                seen += more
                if typed and seen.endswith(b": "):
                    os.write(mine, typed)
                    typed = b""
            return program.wait(PATIENCE_SECONDS), seen
        except BaseException:
            program.kill()
            raise
        finally:
            os.close(mine)


def _read(terminal: int) -> bytes:
    """More of what was written there; nothing once nobody can write any more."""
    try:
        return os.read(terminal, 100_000)
    except OSError as error:
        if error.errno == errno.EIO:
            return b""
        raise


@pytest.fixture
def virtual(ipp_printer: VirtualPrinter) -> VirtualPrinter:
    return ipp_printer


def captured(printer: VirtualPrinter, job_id: int) -> CapturedJob:
    return next(job for job in printer.jobs if job.id == job_id)


@pytest.fixture
def pdf(tmp_path: Path) -> str:
    path = tmp_path / "report.pdf"
    path.write_bytes(PDF)
    return str(path)


def test_show_prints_aligned_lines_or_an_object(uri: str) -> None:
    result = ippserver("show", uri, names.PRINTER_STATE.name, names.COPIES_SUPPORTED.name)
    assert result.exit_code == 0, result.stderr
    assert sorted(result.stdout.splitlines()) == ["copies-supported  1-999", "printer-state     idle"]
    shown = json.loads(ippserver("show", uri, names.PRINTER_STATE.name, "--json").stdout)
    assert shown == {names.PRINTER_STATE.name: "idle"}


def test_show_without_names_shows_everything(uri: str) -> None:
    shown = json.loads(ippserver("show", uri, "--json").stdout)
    assert len(shown) > 50
    assert "Print-Job" in shown[names.OPERATIONS_SUPPORTED.name]


def test_a_file_is_printed_and_waited_for(uri: str, pdf: str) -> None:
    result = ippserver("print", uri, pdf, "--wait", "-o", "copies=2", "--user", "fred")
    assert result.exit_code == 0, result.stderr
    assert f"({uri}/" in result.stdout
    assert ": completed" in result.stdout
    [newest, *_] = json.loads(ippserver("jobs", uri, "--which", "completed", "--json").stdout)
    assert newest[names.JOB_NAME.name] == "report.pdf"
    assert newest[names.JOB_ORIGINATING_USER_NAME.name] == "fred"
    shown = json.loads(ippserver("job", uri, str(newest[names.JOB_ID.name]), "--json").stdout)
    assert shown[names.COPIES.name] == 2
    lines = ippserver("job", newest[names.JOB_URI.name]).stdout.splitlines()
    assert [names.COPIES.name, "2"] in [line.split() for line in lines]


def test_standard_input_is_printed(virtual: VirtualPrinter) -> None:
    result = ippserver("print", virtual.uri, "-", "--wait", "--json", stdin=PDF)
    assert result.exit_code == 0, result.stderr
    [shown] = json.loads(result.stdout)
    job = captured(virtual, shown[names.JOB_ID.name])
    assert (job.name, job.state, job.documents[0].data) == ("(stdin)", "completed", PDF)
    assert job.documents[0].format == "application/pdf"


def test_each_file_is_a_job_of_its_own(virtual: VirtualPrinter, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("one\n" * 200_000)
    (tmp_path / "two.pdf").write_bytes(PDF)
    files = [str(tmp_path / name) for name in ("one.txt", "two.pdf")]
    result = ippserver("print", virtual.uri, *files, "--wait", "-o", "job-name=pair", "--json")
    assert result.exit_code == 0, result.stderr
    jobs = [captured(virtual, shown[names.JOB_ID.name]) for shown in json.loads(result.stdout)]
    assert [job.name for job in jobs] == ["pair", "pair"]
    assert [job.documents[0].format for job in jobs] == ["text/plain", "application/pdf"]
    assert [job.documents[0].size_octets for job in jobs] == [800_000, len(PDF)]


def test_a_file_that_is_refused_does_not_keep_others_from_being_printed(
    virtual: VirtualPrinter, tmp_path: Path
) -> None:
    files = [tmp_path / name for name in ("nothing.txt", "something.txt")]
    for file, text in zip(files, ("", "something"), strict=True):
        file.write_text(text)
    result = ippserver("print", virtual.uri, *map(str, files), "--wait", "--json")
    assert result.exit_code == 1
    assert [job[names.JOB_NAME.name] for job in json.loads(result.stdout)] == ["something.txt"]
    assert result.stderr.splitlines() == [
        f"ippserver: {files[0]}: The printer says client-error-bad-request: The document is empty.",
        f"ippserver: Not printed: {files[0]}.",
    ]


def test_an_attribute_that_the_printer_ignores_is_told(virtual: VirtualPrinter, pdf: str) -> None:
    result = ippserver("print", virtual.uri, pdf, "-o", "x-unheard-of=5", "-o", "copies=1000")
    assert result.exit_code == 0
    assert "warning: the printer prints job" in result.stderr
    assert "copies        1000" in result.stderr
    assert "x-unheard-of" in result.stderr


def test_a_refusal_is_one_line_with_what_was_refused(uri: str, pdf: str) -> None:
    result = ippserver("print", uri, pdf, "-o", "document-format=text/x-unheard-of")
    assert result.exit_code == 1
    first, *others = result.stderr.splitlines()
    assert first.startswith("ippserver: The printer says client-error-")
    assert all("text/x-unheard-of" in line for line in others)


def test_jobs_that_are_missing_somewhere_are_found_and_restarted(pdf: str, tmp_path: Path) -> None:
    program = ["sh", "-c", f"test -e {tmp_path / 'up'}"]
    output = {"type": "command", "command": program, "attempts": 1, "format": "original"}
    with VirtualPrinter(settings={"printer": [{"output": [output]}]}) as printer:
        assert ippserver("print", printer.uri, pdf, "--wait").exit_code == 1
        (tmp_path / "up").touch()
        result = ippserver("restart", printer.uri, "--undelivered")
        assert result.stdout.startswith(f"Job 1 ({printer.uri}/1): ")
        assert printer.wait_for_job().state == "completed"
        nothing = ippserver("restart", printer.uri, "--undelivered")
        assert (nothing.exit_code, nothing.stdout, nothing.stderr) == (0, "", "Nothing is missing.\n")
        assert ippserver("restart", printer.uri, "1").exit_code == 0
        assert ippserver("restart", printer.uri, "1", "--undelivered").exit_code == 2


def test_jobs_are_held_released_and_canceled(virtual: VirtualPrinter, pdf: str) -> None:
    printed = ippserver("print", virtual.uri, pdf, "-o", "job-hold-until=indefinite", "--json")
    job_id = str(json.loads(printed.stdout)[0][names.JOB_ID.name])
    job_uri = f"{virtual.uri}/{job_id}"
    assert "pending-held" in ippserver("jobs", virtual.uri).stdout
    held = ippserver("hold", job_uri, "--until", "indefinite")
    assert held.stdout.startswith(f"Job {job_id} ({job_uri}): pending-held")
    assert ippserver("cancel", virtual.uri, job_id).stdout.startswith(f"Job {job_id} ({job_uri}): canceled")
    again = ippserver("release", virtual.uri, job_id)
    assert again.exit_code == 1
    assert again.stderr.startswith("ippserver: The printer says client-error-not-possible")
    printed = ippserver(
        "print", virtual.uri, pdf, "-o", "job-hold-until=indefinite", "-o", "job-name=held", "--json"
    )
    other_id = json.loads(printed.stdout)[0][names.JOB_ID.name]
    [released] = json.loads(ippserver("release", virtual.uri, str(other_id), "--json").stdout)
    assert released[names.JOB_ID.name] == other_id
    assert virtual.wait_for_job(name="held").id == other_id


def test_a_job_that_is_canceled_while_it_is_waited_for_fails_the_command(
    virtual: VirtualPrinter, pdf: str
) -> None:
    program = [sys.executable, "-m", "ippserver", "print", virtual.uri, pdf, "--wait"]
    hold = ["-o", "job-hold-until=indefinite"]
    with subprocess.Popen([*program, *hold], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as waiting:
        job = virtual.wait_for_job(state="pending-held", timeout_seconds=PATIENCE_SECONDS)
        assert ippserver("cancel", virtual.uri, str(job.id)).exit_code == 0
        _, errors = waiting.communicate(timeout=PATIENCE_SECONDS)
    assert waiting.returncode == 1
    assert errors.decode() == f"ippserver: Not printed: job {job.id}.\n"


def test_no_jobs_are_told(virtual: VirtualPrinter) -> None:
    result = ippserver("jobs", virtual.uri, "--which", "processing-stopped")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "No jobs.\n")
    assert ippserver("jobs", virtual.uri, "--which", "processing-stopped", "--json").stdout == "[]\n"


def test_healthcheck_says_whether_the_printer_answers(uri: str, unused_tcp_port: int) -> None:
    result = ippserver("healthcheck", uri)
    assert (result.exit_code, result.stdout) == (0, f"{uri}: idle\n")
    assert json.loads(ippserver("healthcheck", uri, "--json").stdout)[names.PRINTER_STATE.name] == "idle"
    by_environment = ippserver("healthcheck", IPPSERVER_HEALTHCHECK_URI=uri)
    assert by_environment.output == result.output
    assert ippserver("healthcheck", f"ipp://localhost:{unused_tcp_port}/ipp/print").exit_code == 3
    assert ippserver("healthcheck", f"{uri}/no-such-printer").exit_code == 1


def test_an_unreachable_printer_is_one_line_and_status_3(unused_tcp_port: int) -> None:
    result = ippserver("show", f"ipp://127.0.0.1:{unused_tcp_port}/")
    assert result.exit_code == 3
    assert result.stderr == (
        f"ippserver: 127.0.0.1:{unused_tcp_port} cannot be reached: Connection refused."
        " Is it switched on, and is the port right?\n"
    )


class TestTls:
    @pytest.fixture
    def secure(self) -> Iterator[VirtualPrinter]:
        """A printer that nobody talks to in the clear."""
        settings = {"tls": {"mode": "require"}, "printer": [{"name": "secure"}]}
        with VirtualPrinter(settings=settings) as printer:
            yield printer

    def test_a_certificate_that_is_not_trusted_is_one_line_with_the_remedies(
        self, secure: VirtualPrinter
    ) -> None:
        result = ippserver("show", secure.ipps_uri)
        assert result.exit_code == 3
        assert result.stderr == (
            f"ippserver: The certificate of localhost:{secure.port} is not trusted: self-signed certificate."
            " Give the certificate to trust by --cafile FILE, or its fingerprint if it is this one:"
            f" --fingerprint {secure.fingerprint}\n"
        )

    @pytest.mark.parametrize("option", ["--cafile", "--fingerprint", "--insecure"])
    def test_a_printer_that_is_trusted_prints(
        self, secure: VirtualPrinter, tmp_path: Path, option: str
    ) -> None:
        (tmp_path / "page.pdf").write_bytes(b"%PDF-1.7")
        values = {"--cafile": [str(secure.certificate)], "--fingerprint": [secure.fingerprint]}
        result = ippserver(
            "print", option, *values.get(option, []), secure.ipps_uri, str(tmp_path / "page.pdf")
        )
        assert result.exit_code == 0, result.stderr

    def test_another_certificate_than_the_one_named_is_refused(self, secure: VirtualPrinter) -> None:
        result = ippserver("show", "--fingerprint", "AB" * 32, secure.ipps_uri)
        assert (result.exit_code, "is another one" in result.stderr) == (3, True)

    def test_a_printer_that_demands_tls_says_so(self, secure: VirtualPrinter) -> None:
        result = ippserver("show", secure.uri)
        assert (result.exit_code, "use an ipps: URI" in result.stderr) == (1, True)

    def test_healthcheck_finds_its_way_to_tls(self, secure: VirtualPrinter) -> None:
        for uri in (secure.uri, secure.ipps_uri):
            result = ippserver("healthcheck", uri)
            assert (result.exit_code, result.stdout) == (0, f"{secure.ipps_uri}: idle\n")

    @pytest.mark.parametrize(
        ("options", "reason"),
        [
            (["--fingerprint", "ABCD"], "64 hexadecimal digits"),
            (["--insecure", "--fingerprint", "AB" * 32], "Give one of"),
        ],
    )
    def test_options_that_make_no_sense_are_wrong_usage(self, options: list[str], reason: str) -> None:
        result = ippserver("show", *options, "ipps://localhost/")
        assert (result.exit_code, reason in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["show", "printer"], "The URI is not valid: it is relative."),
        (["show", "ipp://fred:secret@h/"], "The URI is not valid: it carries a user name or password."),
        (["show", "ipp://localhost:0/"], "The URI is not valid: its port is not between 1 and 65535."),
        (["print", "ipp://localhost/", "/no/such/file"], "No such file"),
        (["print", "ipp://localhost/"], "Missing argument 'FILE...'"),
        (["print", "ipp://localhost/", "-", "-o", "copies=x"], "copies takes integer(1:MAX), not 'x'."),
        (["jobs", "ipp://localhost/", "--which", "mine"], "'mine' is not one of"),
        (["cancel", "ipp://localhost/", "-1"], "No such option"),
        (["cancel", "ipp://localhost/", "0"], "0 is not in the range x>=1"),
    ],
)
def test_wrong_usage_is_status_2(arguments: list[str], reason: str) -> None:
    result = ippserver(*arguments)
    assert result.exit_code == 2
    assert reason in result.stderr


def test_messages_are_logged_when_they_are_asked_for(uri: str) -> None:
    program = [sys.executable, "-m", "ippserver", "show", uri, names.PRINTER_STATE.name]
    log = ["--log-level", "debug", "--log-format", "json"]
    result = subprocess.run([*program, *log], capture_output=True, text=True, check=True)
    lines = [json.loads(line)["message"] for line in result.stderr.splitlines()]
    assert any("request 0x000b Get-Printer-Attributes" in line for line in lines)
    assert any("response 0x0000 successful-ok" in line for line in lines)


def test_a_terminal_sees_the_progress(virtual: VirtualPrinter, pdf: str) -> None:
    status, seen = on_terminal("print", virtual.uri, pdf, "--wait")
    assert status == 0
    assert b"Sending report.pdf" in seen
    assert b": completed" in seen


LANGUAGE = (names.ATTRIBUTES_CHARSET.of("utf-8"), names.ATTRIBUTES_NATURAL_LANGUAGE.of("en"))


def test_decode_shows_a_request_and_its_document() -> None:
    operation = AttributeGroup(GroupTag.OPERATION, (*LANGUAGE, names.PRINTER_URI.of("ipp://h/p")))
    request = Request(version=Version(1, 1), operation_id=2, request_id=7, groups=(operation,))
    result = ippserver("decode", "-", stdin=request.encode() + PDF)
    assert result.exit_code == 0
    first, *_, last = result.stdout.splitlines()
    assert first == "IPP/1.1 request 0x0002 Print-Job request-id 7"
    assert last == f"  document of {len(PDF)} octets"


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_decode_keeps_passwords_to_itself(form: list[str]) -> None:
    password = names.JOB_PASSWORD.of(OctetString(b"4711"))
    operation = AttributeGroup(GroupTag.OPERATION, (*LANGUAGE, names.PRINTER_URI.of("ipp://h/p"), password))
    request = Request(version=Version(1, 1), operation_id=2, request_id=7, groups=(operation,))
    result = ippserver("decode", "-", *form, stdin=request.encode())
    assert result.exit_code == 0
    assert names.JOB_PASSWORD.name in result.stdout
    assert "4711" not in result.stdout
    assert b"4711".hex() not in result.stdout


def test_decode_shows_a_response_in_json(tmp_path: Path) -> None:
    groups = (
        AttributeGroup(GroupTag.OPERATION, LANGUAGE),
        AttributeGroup(GroupTag.JOB, (names.JOB_STATE.of(JobState.PENDING),)),
    )
    path = tmp_path / "answer.ipp"
    path.write_bytes(Response(version=Version(2, 0), status_code=1, request_id=9, groups=groups).encode())
    shown = json.loads(ippserver("decode", str(path), "--json").stdout)
    assert (shown["kind"], shown["code_name"]) == (
        "response",
        "successful-ok-ignored-or-substituted-attributes",
    )
    assert shown["document_octets"] == 0
    assert shown["groups"][1]["attributes"] == [
        {"name": names.JOB_STATE.name, "values": [{"syntax": "enum", "value": 3}]}
    ]


@pytest.mark.parametrize("octets", [b"", b"%PDF-1.4", b"\x02\x00\x00\x0b\x00\x00\x00\x01\x01"])
def test_decode_says_where_octets_are_no_message(octets: bytes) -> None:
    result = ippserver("decode", "-", stdin=octets)
    assert result.exit_code == 1
    assert "holds no IPP message" in result.stderr
    assert "octet" in result.stderr


def test_a_job_is_held_and_released_by_its_pin(virtual: VirtualPrinter, pdf: str) -> None:
    printed = ippserver("print", virtual.uri, pdf, "--pin", "4711", "-o", "job-name=secret", "--json")
    [job] = json.loads(printed.stdout)
    assert job[names.JOB_STATE_REASONS.name] == ["job-password-wait"]
    job_id = str(job[names.JOB_ID.name])
    unasked = ippserver("release", virtual.uri, job_id)
    assert unasked.exit_code == 1
    assert unasked.stderr.startswith("ippserver: A PIN is needed")
    wrong = ippserver("release", virtual.uri, job_id, "--pin", "4712")
    assert wrong.exit_code == 1
    assert "The password is wrong" in wrong.stderr
    released = ippserver("release", virtual.uri, job_id, IPPSERVER_PIN="4711")
    assert released.exit_code == 0, released.stderr
    assert virtual.wait_for_job(name="secret").id == int(job_id)


def test_a_pin_is_asked_for_on_a_terminal_and_not_shown(virtual: VirtualPrinter, pdf: str) -> None:
    printed = ippserver("print", virtual.uri, pdf, "--pin", "4711", "-o", "job-name=asked", "--json")
    [job] = json.loads(printed.stdout)
    status, seen = on_terminal("release", virtual.uri, str(job[names.JOB_ID.name]), typed=b"4711\n")
    assert status == 0
    assert seen.startswith(f"PIN of job {job[names.JOB_ID.name]}: ".encode())
    assert b"4711" not in seen
    assert virtual.wait_for_job(name="asked").name == "asked"


def test_the_password_of_a_document_is_asked_for_where_somebody_can_type(
    virtual: VirtualPrinter, pdf: str
) -> None:
    asked = ippserver("print", virtual.uri, pdf, "--document-password", "-")
    assert asked.exit_code == 1
    assert "IPPSERVER_DOCUMENT_PASSWORD" in asked.stderr
    given = ippserver("print", virtual.uri, pdf, IPPSERVER_DOCUMENT_PASSWORD="swordfish")
    assert given.exit_code == 0
    assert names.DOCUMENT_PASSWORD.name in given.stderr  # it keeps documents as they came
    assert "swordfish" not in given.output
