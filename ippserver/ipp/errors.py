"""What can be wrong with octets that claim to be an IPP message."""


class MalformedMessage(Exception):
    """The octets are no IPP message.

    `reason` is a sentence without the peer's octets in it, `offset` the octet (from the message's first)
    where the fault was seen, `spec` the section that was broken ("RFC 8010 3.1.7").
    """

    def __init__(self, reason: str, offset: int, spec: str = "RFC 8010 3.1") -> None:
        super().__init__(reason, offset, spec)
        self.reason = reason
        self.offset = offset
        self.spec = spec

    def __str__(self) -> str:
        return f"{self.reason} (octet {self.offset}, {self.spec})"


class LimitExceeded(MalformedMessage):
    """The message is larger than the receiver is willing to hold, however well-formed it is."""
