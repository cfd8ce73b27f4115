"""What is read by GET and stays the same for a while: octets, their validators, and the answer with them.

RFC 9110 13 (conditional requests), PWG 5100.14 5.1.2. Everything comes from the package's own memory: no path
of a client is ever one on the disk (W11).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from typing import Final

from aiohttp import hdrs, web
from aiohttp.web_request import BaseRequest

from ippserver.web.refusal import PRODUCT

SAFETY: Final[Mapping[str, str]] = {
    hdrs.SERVER: PRODUCT,
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Fields of every answer to GET: nothing from elsewhere, no script, in no frame, and sent nowhere (W07)."""
_ETAG_OCTETS: Final = 16


@dataclass(frozen=True, slots=True)
class Resource:
    """Octets at a path. `since` is when they became what they are, seconds since the epoch."""

    body: bytes
    media_type: str
    since: float
    language: str | None = None

    @property
    def tag(self) -> str:
        """Its strong validator, without quotes."""
        return hashlib.sha256(self.body).hexdigest()[: 2 * _ETAG_OCTETS]


def answer(request: BaseRequest, resource: Resource) -> web.Response:
    """The answer to a GET or HEAD of `resource`: all of it, or that the client has it already."""
    fields = {
        **SAFETY,
        hdrs.CACHE_CONTROL: "no-cache",  # kept, but asked about: another release may draw another icon
        hdrs.ETAG: f'"{resource.tag}"',
        hdrs.LAST_MODIFIED: formatdate(resource.since, usegmt=True),
    }
    if _is_known(request, resource):
        return web.Response(status=HTTPStatus.NOT_MODIFIED.value, headers=fields)
    if resource.language is not None:
        fields[hdrs.CONTENT_LANGUAGE] = resource.language
    return web.Response(body=resource.body, headers={**fields, hdrs.CONTENT_TYPE: resource.media_type})


def _is_known(request: BaseRequest, resource: Resource) -> bool:
    """Whether what the client has is still right; If-None-Match counts more (RFC 9110 13.2.2)."""
    if hdrs.IF_NONE_MATCH in request.headers:
        known = request.if_none_match or ()
        return any(etag.value in ("*", resource.tag) for etag in known)
    since = request.if_modified_since
    return since is not None and int(resource.since) <= since.timestamp()
