"""Documents in memory, for tests and for servers that shall leave nothing behind."""

import hashlib
from collections.abc import AsyncGenerator, Collection
from typing import Final

from ippserver.interfaces import DocumentStream, NoSuchDocument, Spooled, SpoolFailed, SpoolFull
from ippserver.spools.keys import checked

_PIECE_OCTETS: Final = 1024 * 1024


class MemorySpool:
    """A Spool of at most `max_octets`, gone with the process (see interfaces.Spool)."""

    def __init__(self, *, max_octets: int = 1024**3) -> None:
        self._max_octets = max_octets
        self._octets = 0
        self._documents: dict[str, bytes] = {}

    async def open(self) -> None:
        """Nothing is needed."""

    async def close(self) -> None:
        """Nothing is held."""

    async def write(self, key: str, document: DocumentStream, *, lasting: bool = True) -> Spooled:
        """Stores all of `document` under `key`, or nothing."""
        checked(key)
        if await self.full():
            raise SpoolFull("the spool's memory is full")
        octets = bytearray()
        try:
            async for piece in document:
                octets += piece
                self._occupy(len(piece))
        except BaseException:
            self._octets -= len(octets)
            raise
        self._octets -= len(self._documents.get(key, b""))
        self._documents[key] = bytes(octets)
        return Spooled(size_octets=len(octets), sha256=hashlib.sha256(octets).hexdigest())

    def _occupy(self, octets: int) -> None:
        self._octets += octets
        if self._octets > self._max_octets:
            raise SpoolFailed("the document is larger than the spool's memory")

    async def copy(self, key: str, new_key: str) -> None:
        """Keeps the document under another key, too."""
        document = self._documents.get(checked(key))
        if document is None:
            raise NoSuchDocument(f"the spool has no document {key}")
        self._octets += len(document)
        self._documents[checked(new_key)] = document

    async def read(self, key: str) -> AsyncGenerator[bytes, None]:
        """The document in pieces of at most 1 MiB."""
        document = self._documents.get(checked(key))
        if document is None:
            raise NoSuchDocument(f"the spool has no document {key}")
        for start in range(0, len(document), _PIECE_OCTETS):
            yield document[start : start + _PIECE_OCTETS]

    async def delete(self, keys: Collection[str]) -> None:
        """Removes the documents that are there."""
        for key in keys:
            self._octets -= len(self._documents.pop(checked(key), b""))

    async def sweep(self, keep: Collection[str]) -> int:
        """Removes every document that is not in `keep`; answers how many."""
        kept = frozenset(keep)
        orphans = [key for key in self._documents if key not in kept]
        await self.delete(orphans)
        return len(orphans)

    async def missing(self, keys: Collection[str]) -> Collection[str]:
        """Those of `keys` under which there is nothing."""
        return frozenset(keys) - self._documents.keys()

    async def full(self) -> bool:
        """True while there is no room."""
        return self._octets >= self._max_octets
