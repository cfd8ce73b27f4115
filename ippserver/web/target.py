"""The request-target: which path and query are meant, and which host, where the client said so there."""

from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

from ippserver.model.uris import InvalidUri, IppUri, UriTooLong, parse
from ippserver.web.refusal import Refusal


class Target(NamedTuple):
    """A request-target in normal form (RFC 9112 3.2)."""

    path: str
    query: str = ""
    authority: str | None = None
    """Of an absolute target; it overrides the Host field (RFC 9112 3.2.2)."""


@lru_cache(maxsize=256)
def parse_target(text: str) -> Target:
    """The target that `text` is, in origin form (`/ipp/print`) or absolute form (`http://host/ipp/print`).

    `%HH` of an unreserved character is that character; dot segments and `%2F` stay and so name another path.

    Raises:
        Refusal: 400 where it is none, 404 where it is longer than the URI of any Printer.
    """
    try:
        if text.startswith("/"):
            uri = parse(f"ipp://localhost{text}")
            return Target(uri.path, uri.query or "")
        uri = parse(text)
    except UriTooLong:
        raise Refusal(HTTPStatus.NOT_FOUND, "There is nothing here.") from None
    except InvalidUri:
        raise Refusal(HTTPStatus.BAD_REQUEST, "The request target is malformed.") from None
    return Target(uri.path, uri.query or "", _authority(uri))


def _authority(uri: IppUri) -> str:
    if uri.userinfo is not None:
        raise Refusal(HTTPStatus.BAD_REQUEST, "The request target is malformed.")
    return uri.authority
