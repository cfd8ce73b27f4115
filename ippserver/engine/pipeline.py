"""From the spool to the outputs: every Document of a Job to every output of its Printer, once."""

import logging
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import replace
from typing import Final

from ippserver.engine.printers import Printer
from ippserver.interfaces import Output, Parcel, Spool
from ippserver.model.document import Delivery, Document
from ippserver.model.job import Job
from ippserver.model.proof import due

logger: Final = logging.getLogger(__name__)


async def planned(printer: Printer, job: Job) -> Job:
    """`job` with a target for every delivery: to be stored before anything is written."""
    for document, output in _to_do(printer, job):
        if _delivery(document, output) is None:
            target = await output.plan(_parcel(printer, job, document))
            current = job.document(document.number)
            job = job.with_document(current.with_delivery(Delivery(output=output.name, target=target)))
    return job


async def delivered(printer: Printer, job: Job, number: int, spool: Spool) -> Job:
    """`job` after all is done that was planned for the Document with `number`, and not done.

    Raises:
        OutputError, SpoolError: One failed. What was done before it is found done when it is tried again.
    """
    for document, output in _to_do(printer, job):
        if document.number != number:
            continue
        delivery = _delivery(document, output)
        assert delivery is not None, "a job is planned before it is delivered"
        async with aclosing(spool.read(document.key)) as content:
            target = await output.deliver(_parcel(printer, job, document), delivery.target, content)
        logger.info(
            "job %d, document %d: %s has it as %s",
            job.id,
            document.number,
            output.name,
            target,
            extra={"job_id": job.id, "printer": job.printer},
        )
        current = job.document(document.number)
        job = job.with_document(current.with_delivery(replace(delivery, target=target, done=True)))
    return job


def _to_do(printer: Printer, job: Job) -> Iterator[tuple[Document, Output]]:
    if due(job) is None:
        return
    for document in job.documents:
        for output in () if document.over else printer.outputs:
            delivery = _delivery(document, output)
            if delivery is None or not delivery.done:
                yield document, output


def _delivery(document: Document, output: Output) -> Delivery | None:
    return next((known for known in document.deliveries if known.output == output.name), None)


def _parcel(printer: Printer, job: Job, document: Document) -> Parcel:
    return Parcel(job=due(job) or job, document=document, printer_name=printer.config.name)
