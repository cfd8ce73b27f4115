"""A relay on loopback that remembers what the client sent, octet by octet."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ippserver.ipp.decoder import Decoder
from ippserver.ipp.message import Request


@dataclass
class Relay:
    """Listens on `port` and passes everything on to another port; `sent` is what came from each client."""

    port: int
    sent: list[bytearray] = field(default_factory=list)

    def requests(self) -> Iterator[tuple[Request, bytes]]:
        """The IPP requests that passed so far, each with the document after it."""
        for stream in self.sent:
            for body in _bodies(bytes(stream)):
                decoder = Decoder(Request)
                if decoder.feed(body):
                    yield decoder.message, decoder.remainder


@contextmanager
def relay(port: int) -> Iterator[Relay]:
    """A relay to `port` on loopback, until the context ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = Relay(listener.getsockname()[1])
        threads: list[threading.Thread] = []
        acceptor = threading.Thread(target=_accept, args=(listener, port, running, threads))
        acceptor.start()
        try:
            yield running
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            acceptor.join()
            for thread in threads:
                thread.join()


def _accept(listener: socket.socket, port: int, relay: Relay, threads: list[threading.Thread]) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return  # the listener was shut down: the context has ended
        server = socket.create_connection(("127.0.0.1", port))
        heard = bytearray()
        relay.sent.append(heard)
        for source, target, record in ((client, server, heard), (server, client, None)):
            thread = threading.Thread(target=_pump, args=(source, target, record))
            thread.start()
            threads.append(thread)


def _pump(source: socket.socket, target: socket.socket, record: bytearray | None) -> None:
    try:
        while piece := source.recv(65536):
            if record is not None:
                record += piece
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # either side has gone: so does the other
    finally:
        if record is None:
            source.close()
            target.close()


def _bodies(stream: bytes) -> Iterator[bytes]:
    """The bodies of the HTTP requests in `stream`, chunks joined."""
    while stream:
        head, found, stream = stream.partition(b"\r\n\r\n")
        if not found:
            return
        fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
        if fields.get(b"transfer-encoding", b"").strip() == b"chunked":
            body, stream = _chunks(stream)
        else:
            length = int(fields.get(b"content-length", b"0"))
            body, stream = stream[:length], stream[length:]
        yield body


def _chunks(stream: bytes) -> tuple[bytes, bytes]:
    body = b""
    while True:
        size, _, stream = stream.partition(b"\r\n")
        length = int(size or b"0", 16)
        body, stream = body + stream[:length], stream[length + 2 :]
        if length == 0:
            return body, stream
