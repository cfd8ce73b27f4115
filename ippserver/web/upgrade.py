"""From the clear to TLS: on the same connection where the client asks (RFC 2817 3), or demanded of it (4)."""

from http import HTTPStatus
from typing import Final

from aiohttp import hdrs
from aiohttp.web_request import BaseRequest

from ippserver.model.uris import parse, to_http
from ippserver.web.connection import Connection
from ippserver.web.refusal import Refusal
from ippserver.web.target import Target
from ippserver.web.tls import OFFERED, UPGRADE_TOKENS, Tls

_READING: Final = (hdrs.METH_GET, hdrs.METH_HEAD)
_WITHOUT_BODY: Final = (hdrs.METH_OPTIONS, *_READING)


async def ensure_tls(
    request: BaseRequest, connection: Connection, tls: Tls | None, target: Target, authority: str
) -> None:
    """Changes to TLS where the client asks for it; where nothing is answered in the clear, sees to that.

    An Upgrade on a POST is ignored: its body would be sent in the clear (RFC 7472 1.2).

    Raises:
        Refusal: 426, or for what a browser asks for a redirection to https.
        ConnectionError: The handshake failed.
    """
    if tls is None or connection.is_secure:
        return
    token = _wanted(request)
    if token is not None and request.method in _WITHOUT_BODY:
        await connection.upgrade(tls, token)
    elif tls.required and request.method in _READING:
        query = f"?{target.query}" if target.query else ""
        location = to_http(parse(f"ipps://{authority}{target.path}{query}"))
        raise Refusal(
            HTTPStatus.TEMPORARY_REDIRECT, f"This is at {location}.", headers={hdrs.LOCATION: location}
        )
    elif tls.required:
        raise Refusal(
            HTTPStatus.UPGRADE_REQUIRED,
            "This server demands TLS: use an ipps: or https: URI.",
            headers={hdrs.UPGRADE: OFFERED, hdrs.CONNECTION: "Upgrade, close"},
        )


def _wanted(request: BaseRequest) -> str | None:
    """The best of TLS that the client offers to change to; HTTP/1.0 has no Upgrade (RFC 9110 7.8)."""
    if "upgrade" not in _tokens(request, hdrs.CONNECTION) or request.version == (1, 0):
        return None
    wanted = _tokens(request, hdrs.UPGRADE)
    return next((token for token in UPGRADE_TOKENS if token.lower() in wanted), None)


def _tokens(request: BaseRequest, field: str) -> list[str]:
    values = request.headers.getall(field, ())
    return [token.strip().lower() for value in values for token in value.split(",")]
