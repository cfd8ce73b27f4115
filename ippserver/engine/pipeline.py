"""From the spool to the outputs: one Document to one output, and what came of the try."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeAlias, TypeVar

from ippserver.engine.counting import Tally
from ippserver.engine.lanes import Lane
from ippserver.engine.printer import Printer
from ippserver.engine.renditions import Renditions
from ippserver.interfaces import (
    ConversionError,
    DocumentStream,
    Output,
    OutputError,
    OutputRefused,
    OutputUnavailable,
    Parcel,
    Spool,
    SpoolError,
    Watch,
    Wish,
    Wishes,
)
from ippserver.model.amount import Amount
from ippserver.model.conversion import SpooledFile, Wanted
from ippserver.model.delivery import Delivery, Failure
from ippserver.model.document import Document
from ippserver.model.job import Job
from ippserver.model.proof import due
from ippserver.model.together import are_one, first_left, leader, others

T = TypeVar("T")

logger: Final = logging.getLogger(__name__)

_OUR_FAULT: Final = "The server failed while printing this job."


Feed: TypeAlias = Callable[[Parcel, Amount | None, Mapping[str, int]], Awaitable[None]]
"""Waits until the device had what a Document uses up: as much as was counted of it, on these media."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a try came to nothing."""

    text: str
    """A sentence for people."""
    lasting: bool = False
    """Trying again is of no use."""
    down: bool = False
    """The document has no part in it: the output is down."""
    reason: str = ""
    """The job-state-reason that says the same, if one does."""


async def planned(printer: Printer, job: Job, now: Callable[[], float]) -> Job:
    """`job` with a target for every delivery: to be stored before anything is written.

    With an output that cannot choose one, that was the first try.
    """
    for number in [document.number for document in job.documents if not document.over]:
        await asyncio.sleep(0)  # there may be very many, and others want to be answered
        for output in () if due(job) is None else printer.outputs:
            document = job.document(number)
            if document.delivery(output.name) is not None:
                continue
            first = _first(printer, job, document, output)
            if first != number:
                one = are_one(job, printer.capabilities)
                delivery = Delivery(output=output.name, target="", together=first, as_one=one)
            else:
                parcel = parcel_of(printer, job, document, output)
                delivery = await planned_delivery(printer, parcel, output, now)
            job = job.with_document(document.with_delivery(delivery))
    return job


def _first(printer: Printer, job: Job, document: Document, output: Output) -> int:
    """The document-number of the first of those that the Document goes to the output with."""
    if output.name in printer.outlets.gather:
        return first_left(job, output.name)
    reads = printer.config.reads
    pages = reads(document.format) and printer.outlets.make_pages(output.name)
    return leader(job, reads) if pages and are_one(job, printer.capabilities) else document.number


async def planned_delivery(
    printer: Printer, parcel: Parcel, output: Output, now: Callable[[], float]
) -> Delivery:
    """A delivery of the parcel with its target; where that cannot be chosen, after the first try."""
    found = await tried(parcel, output, partial(output.plan, parcel))
    delivery = Delivery(output=output.name, target=found if isinstance(found, str) else "")
    if isinstance(found, Problem):
        delivery = after(delivery, found, printer.outlets.lanes[output.name], now())
        tell(parcel.job, parcel.document.number, delivery)
    return delivery


async def wished(parcel: Parcel, target: str, output: Output, wish: Wish | None) -> Wishes | Problem:
    """What the output wants documents to be that go to `target`, or why it does not say."""
    if wish is None:
        return Wishes(wanted=parcel.wanted)
    return await tried(parcel, output, partial(wish, parcel, target))


async def brought(
    parcel: Parcel,
    target: str,
    output: Output,
    spool: Spool,
    renditions: Renditions | None,
    *,
    wishes: Wishes,
    tallies: Mapping[int, Tally],
    feed: Feed | None = None,
) -> str | Problem:
    """Where the output has the Document now, as it was planned, or why it has not.

    That is nowhere, as an empty text says, where nothing of it is to be printed (RFC 8011 5.2.7). `tallies`,
    by document-number, count it meanwhile, and those that go with it; `feed` waits for what it uses up.
    """

    async def made(part: Parcel, wanted: Wanted | None) -> Parcel:
        if wanted is None:
            if feed is not None:
                await feed(part, None, {})
            return part.becoming(None)
        assert renditions is not None, "who has outputs that want a format can convert"
        tally = tallies[part.document.number]
        rendition = await renditions.of(part, wanted, tally)
        if feed is not None:
            await feed(part, tally.whole, rendition.outcome.media)
        return _measured(part.becoming(wanted, rendition), tally)

    async def deliver() -> str:
        whole = parcel
        if wishes.each:
            each = [await made(*one) for one in zip(parcel.each, wishes.each, strict=True)]
            whole = replace(parcel, each=tuple(each))
        else:
            whole = await made(parcel, wishes.wanted)
        if not whole.files:
            return ""
        async with _contents(spool, whole.files) as contents:
            return await output.deliver(whole, target, contents)

    return await tried(parcel, output, deliver)


@asynccontextmanager
async def _contents(spool: Spool, files: Sequence[SpooledFile]) -> AsyncIterator[Sequence[DocumentStream]]:
    """What is in the `files`, in order, until it is left; there may be a hundred thousand of them."""
    contents = [spool.read(file.key) for file in files]
    try:
        yield contents
    finally:
        for content in contents:
            await content.aclose()


def _measured(parcel: Parcel, tally: Tally) -> Parcel:
    """The parcel whose Document, and Job, say how much they are."""
    extent, _ = tally.counts
    document = replace(parcel.document, extent=extent)
    return replace(parcel, document=document, job=parcel.job.with_document(document))


def parcel_of(
    printer: Printer, job: Job, document: Document, output: Output, watch: Watch | None = None
) -> Parcel:
    """What the output gets to know of the Document, and of those that go with it."""
    reads, wanted = printer.config.reads, printer.outlets.wanted.get(output.name)
    alone = Parcel(
        job=due(job) or job,
        document=document,
        printer_name=printer.config.name,
        printer=printer.capabilities,
        printer_uri=printer.outlets.uri,
        watch=watch,
    )
    together = (document, *others(job, document, output.name))
    each = {
        one.number: replace(
            alone, document=one, convertible=reads(one.format), wanted=wanted if reads(one.format) else None
        )
        for one in sorted(together, key=lambda one: one.number)
    }
    return replace(each[document.number], each=tuple(each.values()) if len(each) > 1 else ())


async def tried(parcel: Parcel, output: Output, work: Callable[[], Awaitable[T]]) -> T | Problem:
    """What `work` answers, or why it cannot: one delivery's fault is nobody else's."""
    try:
        return await work()
    except OutputUnavailable as error:
        return Problem(str(error), down=True)
    except ConversionError as error:
        return Problem(str(error), lasting=error.lasting, reason=error.reason or "")
    except OutputRefused as error:
        return Problem(str(error), lasting=True, reason=error.reason or "")
    except SpoolError as error:
        return Problem(str(error), lasting=True)
    except OutputError as error:
        return Problem(str(error))
    except Exception:
        logger.exception("job %d: output %s failed", parcel.job.id, output.name, extra=_known(parcel.job))
        return Problem(_OUR_FAULT, lasting=True)


def after(delivery: Delivery, found: str | Problem, lane: Lane, now: float) -> Delivery:
    """`delivery` after a try: done, given up, or due again; the lane learns of it, too."""
    if isinstance(found, str):
        lane.came_through()
        return delivery.succeeded(found)
    attempts = delivery.attempts + 1
    if found.down:
        pause_seconds = lane.is_down()
    else:
        lane.came_through()
        pause_seconds = lane.pause_seconds(attempts)
    last = found.lasting or attempts >= lane.policy.attempts
    failure = Failure(now, found.text, found.reason)
    return delivery.failed(failure, None if last else now + pause_seconds)


def tell(job: Job, number: int, delivery: Delivery) -> None:
    """Logs what came of a try of the Job's document `number`."""
    said = (job.id, number, delivery.output)
    if delivery.done:
        place = f" as {delivery.target}" if delivery.target else ""
        logger.info("job %d, document %d: %s has it%s", *said, place, extra=_known(job))
        return
    outlook = "given up" if delivery.dead else "tried again"
    logger.warning(
        "job %d, document %d: %s failed, %s after attempt %d: %s",
        *said,
        outlook,
        delivery.attempts,
        delivery.error,
        extra=_known(job),
    )


def _known(job: Job) -> dict[str, object]:
    return {"job_id": job.id, "printer": job.printer}
