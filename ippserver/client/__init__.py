"""A small asyncio IPP client (RFC 3510 5.1): the command line, tests and outputs that forward share it."""

from ippserver.client.client import IppClient
from ippserver.client.errors import BadAnswer, ClientError, HttpError, IppStatusError, Unreachable, Untrusted
from ippserver.client.job import JobInfo
from ippserver.client.trust import Trust

__all__ = [
    "BadAnswer",
    "ClientError",
    "HttpError",
    "IppClient",
    "IppStatusError",
    "JobInfo",
    "Trust",
    "Unreachable",
    "Untrusted",
]
