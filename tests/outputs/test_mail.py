"""A mail server as output: a small one of our own, in the clear and with TLS."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from ippserver.interfaces import OutputError, OutputRefused, OutputUnavailable
from ippserver.outputs.mail import MailConfig, MailOutput
from ippserver.testing.fakes import stream
from tests.outputs.parcels import PDF, parcel
from tests.steps import MOST_SECONDS, steps

SECONDS = 20.0


class Post:
    """A mail server on a loopback port."""

    def __init__(self) -> None:
        self.port = 0
        self.answers: dict[str, bytes] = {}
        """What is answered to a command in the place of success."""
        self.commands: list[str] = []
        self.mails: list[EmailMessage] = []

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            writer.write(self.answers.get("CONNECT", b"220 post\r\n"))
            while line := await reader.readline():
                command = line.decode().strip()
                self.commands.append(command)
                word = command.split(":")[0].split()[0].upper()
                if word in self.answers:
                    writer.write(self.answers[word])
                elif word == "EHLO":
                    writer.write(b"250-post\r\n250 AUTH PLAIN\r\n")
                elif word == "AUTH":
                    writer.write(b"235 fine\r\n")
                elif word == "DATA":
                    writer.write(b"354 go on\r\n")
                    octets = await reader.readuntil(b"\r\n.\r\n")
                    self.mails.append(message_from_bytes(octets[:-3], EmailMessage, policy=SMTP))
                    writer.write(self.answers.get("MAIL-IS-THERE", b"250 taken\r\n"))
                elif word == "QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                else:
                    writer.write(b"250 fine\r\n")
                await writer.drain()
        writer.close()


@asynccontextmanager
async def serving(post: Post, context: ssl.SSLContext | None = None) -> AsyncIterator[MailConfig]:
    """The settings with which `post` is reached."""
    server = await asyncio.start_server(post.handle, "127.0.0.1", 0, ssl=context)
    post.port = server.sockets[0].getsockname()[1]
    try:
        yield MailConfig(
            host="127.0.0.1",
            port=post.port,
            sender="printer@example.org",
            recipients=("office@example.org", "archive@example.org"),
            tls="off" if context is None else "tls",
            timeout_seconds=SECONDS,
        )
    finally:
        server.close()
        await server.wait_closed()


async def test_the_document_is_attached_to_a_mail_of_its_own() -> None:
    post = Post()
    async with serving(post) as config:
        output = MailOutput("mail", replace(config, subject="{user}: {name}"))
        await output.open()
        given = parcel(name="Bericht – März\r\nBcc: spy@example.org")
        given = replace(given, job=replace(given.job, processing_since=1_800_000_000.0))
        target = await output.plan(given)
        assert await output.deliver(given, target, [stream([PDF[:4], PDF[4:]])]) == target
    (mail,) = post.mails
    assert target == "mailto:office@example.org,archive@example.org"
    assert mail["Subject"] == "alice: Bericht – März Bcc: spy@example.org"
    assert mail["Bcc"] is None
    assert mail["From"] == "printer@example.org"
    assert mail["To"] == "office@example.org, archive@example.org"
    assert mail["Message-ID"] == f"<{given.job.uuid}-1-1800000000000@example.org>"
    (attachment,) = mail.iter_attachments()
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_filename() == "Bericht – März Bcc_ spy@example.org.pdf"
    assert attachment.get_content() == PDF
    recipients = [command for command in post.commands if command.upper().startswith("RCPT")]
    assert len(recipients) == 2


@pytest.mark.parametrize("media_type", ["multipart/mixed", "message/rfc822", "application/é", "nothing"])
async def test_whatever_a_client_calls_its_document_it_is_one_attachment(media_type: str) -> None:
    post = Post()
    async with serving(post) as config:
        given = parcel(media_type=media_type)
        await MailOutput("mail", config).deliver(given, "", [stream([PDF])])
    ((attachment,),) = ([*mail.iter_attachments()] for mail in post.mails)
    assert attachment.get_content_type() == "application/octet-stream"
    assert attachment.get_content() == PDF


async def test_a_large_document_does_not_hold_up_the_loop() -> None:
    """To write 24 MiB as text takes 150 ms."""
    config = MailConfig(host="127.0.0.1", port=1, sender="a@b.c", recipients=("d@e.f",))
    document = bytes(24 * 2**20)
    with steps() as seen, pytest.raises(OutputUnavailable, match="cannot be reached"):
        await MailOutput("mail", config).deliver(parcel(document), "", [stream([document])])
    assert seen.longest_seconds < MOST_SECONDS


async def test_it_logs_in_with_the_password_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("s3cret\n")
    post = Post()
    async with serving(post) as config:
        config = replace(config, user="printer", password=f"file:{tmp_path / 'password'}")
        await MailOutput("mail", config).deliver(parcel(), "", [stream([PDF])])
    credentials = base64.b64encode(b"\0printer\0s3cret").decode()
    assert f"AUTH PLAIN {credentials}" in post.commands


async def test_a_password_that_is_not_there_keeps_the_server_from_starting() -> None:
    config = MailConfig(
        host="localhost", port=25, sender="a@b.c", recipients=("d@e.f",), password="env:NOT_THERE"
    )
    with pytest.raises(OutputError, match="output mail: env:NOT_THERE is empty"):
        await MailOutput("mail", config).open()


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"MAIL-IS-THERE": b"552 too large\r\n"}, OutputRefused),
        ({"RCPT": b"550 nobody of that name\r\n"}, OutputRefused),
        ({"MAIL-IS-THERE": b"451 later\r\n"}, OutputError),
        ({"RCPT": b"450 later\r\n"}, OutputUnavailable),
        ({"MAIL": b"530 log in\r\n"}, OutputUnavailable),
        ({"CONNECT": b"421 busy\r\n"}, OutputUnavailable),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else value.__name__,
)
async def test_its_answer_says_whether_to_try_again(
    answers: dict[str, bytes], kind: type[OutputError]
) -> None:
    post = Post()
    post.answers = answers
    async with serving(post) as config:
        with pytest.raises(OutputError) as caught:
            await MailOutput("mail", config).deliver(parcel(), "", [stream([PDF])])
    assert type(caught.value) is kind
    assert next(iter(answers.values())).decode()[:3] in str(caught.value)


async def test_a_server_that_is_not_there_makes_the_output_unavailable() -> None:
    config = MailConfig(host="127.0.0.1", port=1, sender="a@b.c", recipients=("d@e.f",))
    with pytest.raises(OutputUnavailable, match=r"mail server 127\.0\.0\.1 cannot be reached: Connection"):
        await MailOutput("mail", config).deliver(parcel(), "", [stream([PDF])])


async def test_a_server_that_does_not_offer_tls_gets_no_mail() -> None:
    post = Post()
    async with serving(post) as config:
        with pytest.raises(OutputUnavailable):
            await MailOutput("mail", replace(config, tls="starttls")).deliver(parcel(), "", [stream([PDF])])
    assert post.mails == []
    assert not any(command.startswith("AUTH") for command in post.commands)


async def test_a_document_that_is_too_large_is_refused_before_anything_is_sent() -> None:
    config = MailConfig(host="127.0.0.1", port=1, sender="a@b.c", recipients=("d@e.f",), max_octets=5)
    with pytest.raises(OutputRefused, match="more than the 5 octets"):
        await MailOutput("mail", config).deliver(parcel(), "", [stream([PDF])])


@pytest.mark.parametrize(
    "answer", [b"220-again\r\n" * 50_000, b"220 " + b"x" * 400_000], ids=["lines", "line"]
)
async def test_a_server_that_says_too_much_makes_the_output_unavailable(answer: bytes) -> None:
    post = Post()
    post.answers = {"CONNECT": answer}
    async with serving(post) as config:
        with pytest.raises(OutputUnavailable):
            await MailOutput("mail", config).deliver(parcel(), "", [stream([PDF])])
    assert post.mails == []


async def test_a_server_that_drips_makes_the_output_unavailable() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while True:
                writer.write(b"2")
                await writer.drain()
                await asyncio.sleep(0.02)
        writer.close()

    post = Post()
    post.handle = drip  # type: ignore[method-assign] # another way to answer
    async with serving(post) as config:
        output = MailOutput("mail", replace(config, timeout_seconds=0.05))
        async with asyncio.timeout(SECONDS):
            with pytest.raises(OutputUnavailable):
                await output.deliver(parcel(), "", [stream([PDF])])
    assert post.mails == []
