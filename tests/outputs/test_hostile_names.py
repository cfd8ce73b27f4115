"""What clients call their jobs and themselves is a name at every output, and no more (SECURITY V15, W10)."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Final

import pytest

from ippserver.interfaces import Parcel
from ippserver.outputs.command import CommandOutput
from ippserver.outputs.folder import FolderOutput
from ippserver.outputs.forward import ForwardConfig, ForwardOutput
from ippserver.outputs.mail import MailOutput
from ippserver.outputs.names import component
from ippserver.outputs.webhook import WebhookConfig, WebhookOutput
from ippserver.runtime.clock import SystemClock
from ippserver.testing import VirtualPrinter
from ippserver.testing.fakes import FakeClock, stream
from tests.outputs.parcels import PDF, parcel
from tests.outputs.test_mail import Post, serving

NAMES: Final = (
    "../../canary",
    "/etc/passwd",
    "..",
    "C:\\canary",
    "-rf",
    "--output=canary",
    "=cmd|'/C calc'!A0",
    "@SUM(1+1)",
    "$(touch canary) `touch canary`; touch canary",
    "a\r\nBcc: evil@example.org\r\n\r\nbody",
    "a\n.\nQUIT",
    'a"; filename="canary',
    "a\0b",
    "\x1b[2J\x9b2J\x7f",
    "a\x85b\u2028c\u2029d",
    "\u202egpj.exe",
    "\ud800",
    "%s%n{0.__class__}${jndi:x}",
    "<script>alert(1)</script>",
    "x" * 255,
    "🙂" * 63,
)
HEADER: Final = {
    b"host",
    b"accept",
    b"accept-encoding",
    b"user-agent",
    b"connection",
    b"content-type",
    b"content-length",
    b"idempotency-key",
}


def named(name: str) -> Parcel:
    """A document of somebody called so, as is the job."""
    whole = parcel(name=name, user=name)
    return replace(whole, document=replace(whole.document, name=whole.job.name))


@pytest.fixture(params=NAMES, ids=[ascii(text)[:30] for text in NAMES])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def is_one_line(text: str) -> bool:
    """Whether nothing in it ends a line, or steers a terminal."""
    return text.isprintable() and len(text.splitlines()) <= 1


async def test_a_folder_gets_a_file_of_its_own_and_nothing_elsewhere(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "here" / "prints"
    output = FolderOutput("folder", folder, template="{user}/{name}-{printer}{ext}")
    await output.open()
    whole = named(name)
    await output.deliver(whole, await output.plan(whole), [stream([PDF])])
    files = await asyncio.to_thread(lambda: [path for path in tmp_path.rglob("*") if path.is_file()])
    assert len(files) == 1
    assert files[0].parent.parent == folder
    assert is_one_line(files[0].relative_to(folder).as_posix())
    assert not files[0].name.startswith(("-", "."))


TELL: Final = """
import json, os, sys
job = json.load(open(os.environ["IPPSERVER_JSON"]))
told = {"arguments": sys.argv[2:], "environment": dict(os.environ), "job": job}
open(sys.argv[1], "w").write(json.dumps(told))
"""


async def test_a_program_gets_it_in_its_environment_on_one_line_and_never_as_an_option(
    tmp_path: Path, name: str
) -> None:
    told = tmp_path / "told"
    output = CommandOutput("command", [sys.executable, "-c", TELL, str(told)], tmp_path / "scratch")
    await output.open()
    await output.deliver(named(name), "", [stream([PDF])])
    found = json.loads(told.read_text())
    (document,) = found["arguments"]
    assert Path(document).parent.parent == tmp_path / "scratch"
    assert is_one_line(document)
    variables = {key: text for key, text in found["environment"].items() if key.startswith("IPP")}
    controls = set("\r\n\0\x1b\x7f\x85\x9b\u2028")
    assert [key for key, text in variables.items() if set(text) & controls] == []
    assert all(key.replace("_", "").isalnum() for key in variables)
    assert found["job"]["job"]["job-name"] == name


@asynccontextmanager
async def hearing(heard: list[bytes]) -> AsyncIterator[str]:
    """The URL of a server that keeps the octets of each request."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"--\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def test_a_web_server_gets_it_in_fields_and_json_and_never_in_a_header(name: str) -> None:
    heard: list[bytes] = []
    async with hearing(heard) as url:
        config = WebhookConfig(url=url, fields={"title": ["{name} by {user}"]})
        output = WebhookOutput("hook", config, FakeClock())
        await output.deliver(named(name), "", [stream([PDF])])
    head, _, body = heard[0].partition(b"\r\n\r\n")
    fields = {line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:]}
    assert fields == HEADER
    boundary = head.partition(b"boundary=")[2].split(b"\r\n")[0]
    parts = body.split(b"--" + boundary)[1:-1]
    assert len(parts) == 3
    for part in parts:
        lines = part.partition(b"\r\n\r\n")[0].strip().split(b"\r\n")
        assert {line.partition(b":")[0] for line in lines} <= {b"Content-Disposition", b"Content-Type"}
        assert b"canary" not in lines[0]
    title = next(part for part in parts if b'name="title"' in part).partition(b"\r\n\r\n")[2]
    assert is_one_line(title.removesuffix(b"\r\n").decode())


async def test_a_mail_has_the_headers_and_the_recipients_that_it_should(name: str) -> None:
    post = Post()
    async with serving(post) as config:
        output = MailOutput("mail", replace(config, subject="{name} of {user}"))
        await output.deliver(named(name), "", [stream([PDF])])
    (mail,) = post.mails
    again = message_from_bytes(mail.as_bytes(), policy=default)
    assert set(again.keys()) <= {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "MIME-Version",
        "Content-Type",
    }
    assert is_one_line(str(again["Subject"]))
    told = [command.partition(":")[2] for command in post.commands if command.upper().startswith("RCPT")]
    assert told == [f"<{recipient}>" for recipient in config.recipients]
    (attachment,) = again.iter_attachments()
    assert attachment.get_content() == PDF
    file_name = attachment.get_filename() or ""
    assert file_name.endswith(".pdf")
    assert is_one_line(file_name)
    assert file_name == component(file_name)
    assert "/" not in file_name


@pytest.fixture(scope="module")
def other() -> Iterator[VirtualPrinter]:
    with VirtualPrinter() as printer:
        yield printer


SENDABLE: Final = [text for text in NAMES if "\0" not in text and "\ud800" not in text]


@pytest.mark.parametrize("text", SENDABLE, ids=lambda text: ascii(text)[:30])
async def test_another_printer_gets_it_as_it_is(text: str, other: VirtualPrinter) -> None:
    """It is the other's to take care; what no message can hold never came here."""
    output = ForwardOutput("next", ForwardConfig(uri=other.uri, timeout_seconds=10.0), SystemClock())
    await output.open()
    whole = named(text)
    target = await output.deliver(whole, await output.plan(whole), [stream([PDF])])
    job = next(job for job in other.jobs if target.endswith(f"/{job.id}"))
    assert (job.name, job.user) == (text, text)
