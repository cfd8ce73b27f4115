"""Where a request came from: what the transport knows and the operations need."""

import asyncio
from dataclasses import dataclass

from ippserver.model.access import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The transport's side of one request."""

    path: str
    """The request-target's path, normalised by the rules of RFC 3986 6.2.2."""
    query: str = ""
    """The request-target's query, without the question mark; part of a Printer's identity."""
    scheme: str = "ipp"
    """"ipp", or "ipps" where the connection is TLS."""
    authority: str = "localhost"
    """Host and port as the client named them (the validated Host field), for the URIs that we generate."""
    peer: str = ""
    """The peer's address, for the log only."""
    principal: Principal | None = None
    """Who authenticated, or None."""
    gone: asyncio.Event | None = None
    """Set once the client sends nothing more; it may not listen either, so nothing is waited for."""

    def uri(self, path: str) -> str:
        """The URI of what is at `path`, in the words of this client."""
        return f"{self.scheme}://{self.authority}{path}"
