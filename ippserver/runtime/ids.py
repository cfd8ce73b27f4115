"""Names that nobody has had before."""

from uuid import uuid4


class RandomIds:
    """Random UUIDs (RFC 9562 5.4)."""

    __slots__ = ()

    def uuid(self) -> str:
        """A new UUID, lower case, without urn:uuid:."""
        return str(uuid4())
