"""An answer with a document after it: streamed from the spool as fast as the client takes it."""

import logging
from contextlib import aclosing
from typing import Final

from aiohttp import web

from ippserver.interfaces import SpoolError
from ippserver.operations.declare import Enclosed
from ippserver.web.memory import FIELDS

logger: Final = logging.getLogger(__name__)


class EnclosingResponse(web.StreamResponse):
    """The HTTP response that holds the IPP `message`, then the octets of `document`."""

    def __init__(self, message: bytes, document: Enclosed) -> None:
        super().__init__(headers=FIELDS)
        self.content_length = len(message) + document.size_octets
        self._message = message
        self._document = document

    async def write_eof(self, data: bytes = b"") -> None:
        """Sends all of it. Where the spool fails on the way the connection is cut, short of the length."""
        try:
            async with aclosing(self._document.octets) as pieces:
                await self.write(self._message)
                async for piece in pieces:
                    await self.write(piece)
        except SpoolError as error:
            logger.error("a document could not be read: %s", error)  # noqa: TRY400
            raise ConnectionError from error
        await super().write_eof(data)
