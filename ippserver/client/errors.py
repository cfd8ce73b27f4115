"""What can go wrong when asking a Printer; an InvalidUri is noticed before anything is asked."""

from ippserver.iana.enums import Status
from ippserver.ipp.attributes import AttributeGroup


class ClientError(Exception):
    """The Printer did not do what it was asked; the text is a sentence for the user."""


class Unreachable(ClientError):
    """No answer came: no such host, nobody listens, TLS failed, or silence."""


class Untrusted(Unreachable):
    """The peer's certificate proves nothing to us, so nothing was sent."""

    def __init__(self, text: str, fingerprint: bytes = b"") -> None:
        super().__init__(text)
        self.fingerprint = fingerprint
        """The SHA-256 of that certificate; empty where it is not known."""


class HttpError(ClientError):
    """The peer answered with an HTTP status other than 200, which has no IPP message (RFC 8010 3.4.3)."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class BadAnswer(ClientError):
    """What the peer answered is no IPP response to the request."""


class IppStatusError(ClientError):
    """The Printer answered with an error status-code (RFC 8011 4.1.6)."""

    def __init__(self, status: Status, message: str, unsupported: AttributeGroup) -> None:
        super().__init__(f"{status.keyword}: {message}" if message else status.keyword)
        self.status = status
        self.message = message
        """status-message, or empty."""
        self.unsupported = unsupported
        """The attributes that the Printer refused, with the values it refused (RFC 8011 4.1.7)."""
