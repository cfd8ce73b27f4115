"""A forward output that is tried, and what the other Printer is asked."""

import asyncio
from typing import Any

import pytest

from ippserver.iana.enums import JobState, Operation
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import OutputError, Parcel, Wishes
from ippserver.outputs.forward import ForwardConfig, ForwardOutput
from ippserver.testing.fakes import stream
from tests.outputs.parcels import PDF, parcel
from tests.outputs.peers import HastyClock, job

PATIENCE_SECONDS = 20.0
ASKING, MAKING, SENDING, FOLLOWING = (
    Operation.GET_PRINTER_ATTRIBUTES,
    Operation.CREATE_JOB,
    Operation.SEND_DOCUMENT,
    Operation.GET_JOB_ATTRIBUTES,
)
INCOMING = job(JobState.PENDING_HELD, JobStateReason.JOB_INCOMING)
PROCESSING = job(JobState.PROCESSING)


def output(uri: str, **config: Any) -> ForwardOutput:
    """One for that Printer, whose pauses are short."""
    settings = {"timeout_seconds": 10.0, **config}
    return ForwardOutput("next", ForwardConfig(uri=uri, **settings), HastyClock(parcel().job.created + 1000))


async def tried(made: ForwardOutput, given: Parcel, target: str = "") -> str:
    """Where a document is that is sent as it came."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        wanted = await made.wants(given, target)
        assert wanted == Wishes()
        return await made.deliver(given, target, [stream([PDF])])


async def failure(made: ForwardOutput, given: Parcel, target: str = "") -> OutputError:
    """Why it is not there."""
    with pytest.raises(OutputError) as caught:
        await tried(made, given, target)
    return caught.value
