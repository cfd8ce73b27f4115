"""Refusals that are HTTP's and not IPP's: a status and one fixed sentence, never an echo of the request."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp.hdrs import CONNECTION, SERVER

PRODUCT: Final = "ippserver"
"""The Server field: a name without a version, which would only help an attacker to choose."""


_SAFETY: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
"""For a browser that shows the sentence (W07)."""


class Refusal(Exception):
    """The request is refused by HTTP: `sentence` is all of the answer's body, then the connection closes."""

    def __init__(
        self, status: HTTPStatus, sentence: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, sentence)
        self.status = status
        self.sentence = sentence
        self.headers = headers or {}

    def __str__(self) -> str:
        return f"{self.status.value} {self.sentence}"

    def response(self) -> web.Response:
        """The answer, which closes the connection."""
        response = web.Response(
            status=self.status.value,
            text=f"{self.sentence}\n",
            headers={SERVER: PRODUCT, **_SAFETY, CONNECTION: "close", **self.headers},
        )
        response.force_close()
        return response

    def encode(self) -> bytes:
        """The octets of the answer, for a connection that has no parser behind it."""
        body = f"{self.sentence}\n".encode()
        fields = {
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(body)),
            SERVER: PRODUCT,
            **_SAFETY,
            **self.headers,
            CONNECTION: "close",
        }
        lines = [f"HTTP/1.1 {self.status.value} {self.status.phrase}"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        return "\r\n".join([*lines, "", ""]).encode() + body


class NotHttp(Exception):
    """What came is no HTTP that could be answered (TLS, HTTP/0.9): the connection closes without a word."""
