"""An output that throws documents away, for tests of everything before it."""

from collections.abc import Sequence

from ippserver.interfaces import DocumentStream, Parcel


class DiscardOutput:
    """Reads documents to their end and keeps nothing (see interfaces.Output)."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def name(self) -> str:
        """Its name among the Printer's outputs."""
        return self._name

    async def open(self) -> None:
        """Nothing is needed."""

    async def plan(self, parcel: Parcel) -> str:
        """There is no place to name."""
        return ""

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """Reads `contents`, so that a document that cannot be read fails here as elsewhere."""
        for content in contents:
            async for _ in content:
                pass
        return target
