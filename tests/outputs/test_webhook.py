"""A web server as output: what it gets, and what becomes of its answers."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import BodyPartReader, web

from ippserver.iana import names
from ippserver.interfaces import (
    DocumentInterrupted,
    OutputError,
    OutputRefused,
    OutputUnavailable,
)
from ippserver.outputs.webhook import WebhookConfig, WebhookOutput
from ippserver.testing.fakes import FakeClock, stream
from tests.outputs.parcels import PDF, parcel

SECONDS = 20.0
LARGE = [b"x" * 700_000] * 4


class Hook:
    """A web server on a loopback port, which keeps what it gets."""

    def __init__(self) -> None:
        self.status = 200
        self.answer = "thanks"
        self.headers: list[dict[str, str]] = []
        self.parts: list[list[tuple[str, str, str, bytes]]] = []
        """For each request: name, file name, media type and octets of its parts."""
        self.silent = False
        self.end = asyncio.Event()
        self.port = 0

    async def handle(self, request: web.Request) -> web.Response:
        """Takes a form apart."""
        if self.silent:
            await self.end.wait()
        self.headers.append(dict(request.headers))
        found = []
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            assert isinstance(part, BodyPartReader)
            octets = bytes(await part.read())
            media_type = part.headers.get("Content-Type", "")
            found.append((part.name or "", part.filename or "", media_type, octets))
        self.parts.append(found)
        headers = {"Location": "/elsewhere"} if 300 <= self.status < 400 else {}
        return web.Response(status=self.status, text=self.answer, headers=headers)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?token=hidden"


@asynccontextmanager
async def running(hook: Hook) -> AsyncIterator[None]:
    application = web.Application(client_max_size=2**24)
    application.router.add_post("/hook", hook.handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        hook.port = runner.addresses[0][1]
        yield
    finally:
        hook.end.set()
        await runner.cleanup()


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    made = Hook()
    async with running(made):
        yield made


async def opened(hook: Hook, **config: object) -> WebhookOutput:
    """An open output that posts to `hook`."""
    whole = replace(WebhookConfig(url=hook.url, timeout_seconds=SECONDS), **config)  # type: ignore[arg-type]  # as given
    made = WebhookOutput("hook", whole, FakeClock())
    await made.open()
    return made


@pytest.fixture
def secret(tmp_path: Path) -> str:
    (tmp_path / "secret").write_text("k3y\n")
    return f"file:{tmp_path / 'secret'}"


async def test_the_job_as_json_and_the_document_are_posted(hook: Hook) -> None:
    output = await opened(hook)
    given = parcel(template=(names.COPIES.of(2),))
    target = await output.plan(given)
    assert (
        await output.deliver(given, target, [stream([PDF[:4], PDF[4:]])]) == f"http://127.0.0.1:{hook.port}"
    )
    (job, document) = hook.parts[0]
    assert job[:3] == ("job", "job.json", "application/json")
    described = json.loads(job[3])
    assert described["job"][names.COPIES.name] == 2
    assert [file["sha256"] for file in described["content"]["files"]] == [hashlib.sha256(PDF).hexdigest()]
    assert document == ("document", "7-1.pdf", "application/pdf", PDF)


async def test_a_large_document_is_streamed_with_its_length(hook: Hook) -> None:
    output = await opened(hook)
    content = b"".join(LARGE)
    await output.deliver(parcel(content), "", [stream(LARGE)])
    assert hook.parts[0][1][3] == content
    assert int(hook.headers[0]["Content-Length"]) > len(content)
    assert "Transfer-Encoding" not in hook.headers[0]


async def test_it_is_signed_with_the_moment(hook: Hook, secret: str) -> None:
    output = await opened(hook, secret=secret)
    await output.deliver(parcel(), "", [stream([PDF])])
    signature = dict(each.split("=") for each in hook.headers[0]["Ippserver-Signature"].split(","))
    (job, document) = hook.parts[0]
    digests = [hashlib.sha256(part[3]).hexdigest() for part in (job, document)]
    signed = ".".join((signature["t"], *digests))
    assert signature["t"] == "1800000000"
    assert signature["v1"] == hmac.new(b"k3y", signed.encode(), hashlib.sha256).hexdigest()


async def test_a_second_try_can_be_told_from_another_document_and_from_a_restart(hook: Hook) -> None:
    output = await opened(hook)
    runs = [
        (1_800_000_000.0, False),
        (1_800_000_000.0, False),
        (1_800_000_000.5, False),
        (1_800_000_000.5, True),
    ]
    for since, proofed in runs:
        job = replace(parcel().job, processing_since=since, proofed=proofed)
        await output.deliver(replace(parcel(), job=job), "", [stream([PDF])])
    keys = [headers["Idempotency-Key"] for headers in hook.headers]
    assert keys[0] == keys[1] == f"{parcel().job.uuid}-1-1800000000000"
    assert len(set(keys)) == 3


async def test_fields_are_made_by_templates_as_paperless_wants_them(
    hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERLESS", "Token abc")
    output = await opened(
        hook,
        job_field="",
        authorization="env:PAPERLESS",
        fields={"title": ("{name} of {user}",), "tags": ("3", "7"), "created": ("{date}",)},
    )
    await output.deliver(parcel(name="Invoice: 5/7\r\nX: y"), "", [stream([PDF])])
    assert hook.headers[0]["Authorization"] == "Token abc"
    assert [(part[0], part[3]) for part in hook.parts[0][:-1]] == [
        ("title", b"Invoice: 5/7 X: y of alice"),
        ("tags", b"3"),
        ("tags", b"7"),
        ("created", hook.parts[0][3][3]),
    ]
    assert hook.parts[0][-1][0] == "document"


# ---- answers


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, OutputRefused),
        (413, OutputRefused),
        (415, OutputRefused),
        (401, OutputUnavailable),
        (404, OutputUnavailable),
        (429, OutputUnavailable),
        (503, OutputUnavailable),
        (500, OutputError),
        (302, OutputError),
        (408, OutputError),
    ],
)
async def test_its_status_says_whether_to_try_again(hook: Hook, status: int, kind: type[OutputError]) -> None:
    output = await opened(hook)
    hook.status, hook.answer = status, "go <away>\n" + "!" * 100_000
    with pytest.raises(OutputError) as caught:
        await output.deliver(parcel(), "", [stream([PDF])])
    assert type(caught.value) is kind
    assert f"HTTP status {status}: go <away> !!!" in str(caught.value)
    assert "hidden" not in str(caught.value)
    assert len(str(caught.value)) < 300
    assert len(hook.parts) == 1, "no redirect is followed"


async def test_a_server_that_is_not_there_makes_the_output_unavailable(hook: Hook) -> None:
    output = await opened(hook, url="http://127.0.0.1:1/hook?token=hidden")
    with pytest.raises(OutputUnavailable, match=r"^127\.0\.0\.1 cannot be reached: [A-Z][a-z ]+\.$"):
        await output.deliver(parcel(), "", [stream([PDF])])


async def test_a_server_that_is_silent_makes_the_output_unavailable(hook: Hook) -> None:
    output = await opened(hook, timeout_seconds=0.2)
    hook.silent = True
    with pytest.raises(OutputUnavailable, match=r"127\.0\.0\.1 is silent\."):
        await output.deliver(parcel(), "", [stream([PDF])])


async def test_a_server_that_goes_without_an_answer_makes_the_output_unavailable() -> None:
    async def go(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"--\r\n")  # all of it: else the kernel resets the connection
        writer.close()

    async with await asyncio.start_server(go, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?token=hidden"
        output = await opened(Hook(), url=url)
        with pytest.raises(OutputUnavailable) as caught:
            await output.deliver(parcel(), "", [stream([PDF])])
    assert str(caught.value) == "127.0.0.1 closed the connection without an answer."


async def test_what_the_content_raises_comes_through(hook: Hook) -> None:
    output = await opened(hook)
    with pytest.raises(DocumentInterrupted):
        await output.deliver(parcel(b"never"), "", [stream([b"ne"], then=DocumentInterrupted())])
    assert hook.parts == []


@pytest.mark.parametrize("key", ["secret", "authorization"])
async def test_a_secret_that_is_not_there_keeps_the_server_from_starting(hook: Hook, key: str) -> None:
    with pytest.raises(OutputError, match="output hook: /nowhere cannot be read"):
        await opened(hook, **{key: "file:/nowhere"})


async def test_an_authorization_of_two_lines_keeps_the_server_from_starting(
    hook: Hook, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("Token abc\nX-Other: y\n")
    with pytest.raises(OutputError, match="more than one line"):
        await opened(hook, authorization=f"file:{tmp_path / 'token'}")


async def test_a_secret_that_was_lost_makes_the_output_unavailable(hook: Hook, secret: str) -> None:
    output = await opened(hook, secret=secret)
    Path(secret.removeprefix("file:")).unlink()  # noqa: ASYNC240 (nobody waits for it)
    with pytest.raises(OutputUnavailable):
        await output.deliver(parcel(), "", [stream([PDF])])
    assert hook.parts == []


DRIPS = {
    "header": (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "interim": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "status": (b"", b"H"),
}


@pytest.mark.parametrize(("begin", "drop"), DRIPS.values(), ids=DRIPS)
async def test_a_server_that_drips_makes_the_output_unavailable(begin: bytes, drop: bytes) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            writer.write(begin)
            while True:
                writer.write(drop)
                await writer.drain()
                await asyncio.sleep(0.02)
        writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        output = WebhookOutput("hook", WebhookConfig(url=url, timeout_seconds=0.2), FakeClock())
        async with asyncio.timeout(SECONDS):
            with pytest.raises(OutputUnavailable):
                await output.deliver(parcel(), "", [stream([PDF])])


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 307 Again\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["headers", "header", "garbage", "file", "metadata"],
)
async def test_a_hostile_answer_is_a_failure_and_nothing_is_followed(answer: bytes) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"--\r\n")
        with suppress(ConnectionError):
            writer.write(answer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        output = WebhookOutput("hook", WebhookConfig(url=url, timeout_seconds=SECONDS), FakeClock())
        with pytest.raises(OutputError) as caught:
            await output.deliver(parcel(), "", [stream([PDF])])
    assert str(caught.value).isprintable()


async def test_an_endless_answer_is_read_in_part(hook: Hook) -> None:
    hook.answer = "x" * 10_000_000
    made = await opened(hook)
    assert await made.deliver(parcel(), "target", [stream([PDF])]) == "target"
