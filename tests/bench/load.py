"""The load: a process of its own, so that it does not share an interpreter with what it measures.

    python -m tests.bench.load requests PORT PATH KIND CONNECTIONS SECONDS
    python -m tests.bench.load upload PORT PATH MEBIBYTES [tls]

Prints one JSON object. Requests are made as octets once; answers are only counted.
"""

import asyncio
import json
import socket
import ssl
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from typing import Final

from ippserver.iana import names
from ippserver.iana.enums import Operation
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.message import Request, Version
from ippserver.ipp.tags import GroupTag

PIECE: Final = bytes(1024 * 1024)
DOCUMENT: Final = b"%PDF-1.7\n" + bytes(20_000)
ANSWER_SECONDS: Final = 120.0
QUESTIONS: Final = 2000


def message(operation: Operation, uri: str, user: str = "bench") -> bytes:
    """A request without document."""
    attributes = [
        names.ATTRIBUTES_CHARSET.of("utf-8"),
        names.ATTRIBUTES_NATURAL_LANGUAGE.of("en"),
        names.PRINTER_URI.of(uri),
        names.REQUESTING_USER_NAME.of(user),
    ]
    groups = (AttributeGroup(GroupTag.OPERATION, attributes),)
    return Request(version=Version(1, 1), operation_id=operation, request_id=1, groups=groups).encode()


def post(path: str, port: int, body: bytes) -> bytes:
    """An HTTP request with `body`."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/ipp\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Client(asyncio.Protocol):
    """Sends the next of its requests as soon as the answer is there."""

    def __init__(self, requests: Iterator[bytes], closed: asyncio.Event) -> None:
        self.answers = 0
        self.accepted = 0
        self._requests = requests
        self._closed = closed
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, mark, body = self._buffer.partition(b"\r\n\r\n")
        if not mark or not _is_whole(head, body):
            return
        self._buffer = b""
        self.answers += 1
        status = body[body.index(b"\r\n") + 2 :][2:4] if b"chunked" in head.lower() else body[2:4]
        self.accepted += head.startswith(b"HTTP/1.1 200") and status < b"\x01"
        assert self._transport is not None
        self._transport.write(next(self._requests))

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed.set()


def _is_whole(head: bytes, body: bytes) -> bool:
    lower = head.lower()
    at = lower.find(b"content-length:")
    if at >= 0:
        return len(body) >= int(lower[at + 15 :].split(b"\r\n", 1)[0])
    return body.endswith(b"0\r\n\r\n")


async def requests(port: int, path: str, kind: str, connections: int, seconds: float) -> dict[str, float]:
    """Answers per second over `connections` connections that are kept alive.

    `kind` is "print", "attributes" (the same question again and again) or "questions" (more different ones
    in turn than a server is likely to remember).
    """
    operation = Operation.PRINT_JOB if kind == "print" else Operation.GET_PRINTER_ATTRIBUTES
    users = [f"user-{number}" for number in range(QUESTIONS if kind == "questions" else 1)]
    document = DOCUMENT if kind == "print" else b""
    uri = f"ipp://localhost:{port}{path}"
    posts = cycle([post(path, port, message(operation, uri, user) + document) for user in users])
    loop, closed = asyncio.get_running_loop(), asyncio.Event()
    clients = [
        (await loop.create_connection(lambda: Client(posts, closed), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    begun = time.perf_counter()
    try:
        async with asyncio.timeout(seconds):
            await closed.wait()
    except TimeoutError:
        pass
    took = time.perf_counter() - begun
    answers, accepted = (sum(c.answers for c in clients), sum(c.accepted for c in clients))
    return {"per_second": answers / took, "accepted_per_second": accepted / took}


def connected(port: int, *, tls: bool) -> socket.socket:
    """A connection to this host, on request with TLS, whatever the certificate is."""
    connection = socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS)
    if not tls:
        return connection
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(connection)


def upload(port: int, path: str, mebibytes: int, *, tls: bool = False) -> dict[str, float]:
    """Mebibytes per second of one chunked Print-Job, from the first octet to the answer."""
    with connected(port, tls=tls) as connection:
        begun = time.perf_counter()
        head = f"POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/ipp\r\n"
        connection.sendall(f"{head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n".encode())
        start = message(Operation.PRINT_JOB, f"ipp://localhost:{port}{path}") + DOCUMENT
        connection.sendall(f"{len(start):x}\r\n".encode() + start + b"\r\n")
        chunk = f"{len(PIECE):x}\r\n".encode() + PIECE + b"\r\n"
        for _ in range(mebibytes):
            connection.sendall(chunk)
        connection.sendall(b"0\r\n\r\n")
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        took = time.perf_counter() - begun
    if not answer.partition(b"\r\n\r\n")[2] or b" 200 " not in answer[:15]:
        raise SystemExit(f"the upload was refused: {answer[:200]!r}")
    return {"mebibytes_per_second": mebibytes / took}


def main(arguments: list[str]) -> None:
    """Runs what the command line says."""
    match arguments:
        case ["requests", port, path, kind, connections, seconds]:
            figures = asyncio.run(requests(int(port), path, kind, int(connections), float(seconds)))
        case ["upload", port, path, mebibytes]:
            figures = upload(int(port), path, int(mebibytes))
        case ["upload", port, path, mebibytes, "tls"]:
            figures = upload(int(port), path, int(mebibytes), tls=True)
        case _:
            raise SystemExit(__doc__)
    print(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
