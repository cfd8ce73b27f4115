"""Every number of the HTTP side in one place: sizes in octets, deadlines in seconds."""

from dataclasses import dataclass
from typing import Final

KIB: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpLimits:
    """What one client may take of the server. The defaults are meant for port 631 on any network."""

    connections: int = 1024
    connections_per_address: int = 64
    crowded_share: float = 0.8
    """Of `connections`; above it, documents must come with `minimum_rate`."""
    tls_connections: int = 512
    """Of `connections`; an idle one holds 28 KiB more than one in the clear, by measure."""
    turned_away_seconds: float = 1.0
    """How long a connection above the cap is kept, to read that it was refused."""
    turned_away: int = 128
    """How many of those there may be; the next ones are closed without a word."""

    head_seconds: float = 10.0
    """From the accept, or the first octet of a later request, to the end of its header section."""
    handshake_seconds: float = 10.0
    """From the first octet of TLS to the end of its handshake."""
    keep_alive_seconds: float = 60.0
    attributes_seconds: float = 30.0
    """From the header section to the end of the attributes; then HTTP 408."""
    document_seconds: float = 300.0
    """Without an octet of the document: clients render while they send."""
    minimum_rate: float = 1.0 * KIB
    """Octets per second, for documents while the server is crowded and for readers of our answers."""
    rate_seconds: float = 10.0
    """How long a document is watched before `minimum_rate` is judged."""
    answer_seconds: float = 30.0
    """In which an answer's reader must keep `minimum_rate`, else the connection is cut."""
    lingering_seconds: float = 2.0
    lingering_octets: int = 64 * KIB
    """How much longer, and how much, is read of a request that was answered early."""
    stop_seconds: float = 10.0
    """How long requests that are under way may take when the server stops."""

    buffer_octets: int = 128 * KIB
    """Of a body that is not taken yet, on each connection; above twice as much, no more is read for a while.

    Twice as much is what comes in one read: with less, each one would stop the reading.
    """
    target_octets: int = 8190
    fields: int = 64
    field_octets: int = 4 * KIB
    """One header field: its name, the colon and its value."""
    authorization_octets: int = 16 * KIB
    """The value of Authorization, which Kerberos makes long."""
    field_section_octets: int = 32 * KIB
    """All header fields together."""
    chunk_extension_octets: int = 4 * KIB
    """Of one body, in all its chunks together."""
    trailers: int = 16
    trailer_octets: int = 4 * KIB
    """All trailer fields together."""
