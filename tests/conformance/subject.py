"""The printer under test: a Desk with a tray that can be held, and short words for what the suites ask."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.message import Request, Version
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword
from ippserver.model.printer import PrinterConfig
from ippserver.testing.desk import PDF, URI, Answer, Desk, Tray


class Subject:
    """One printer, access open, at which every request is alice's."""

    def __init__(self, *printers: PrinterConfig, **options: Any) -> None:  # any option of a Desk
        self.tray = Tray(open_at_once=False)
        self.desk = Desk(*printers, outputs=[self.tray], **options)

    async def open(self) -> "Subject":
        """Makes it ready."""
        await self.desk.open()
        return self

    # ---- asking

    async def answer(
        self,
        operation: Operation,
        *attributes: Attribute,
        of: int | None = None,
        document: bytes = b"",
        user: str = "alice",
        **groups: Iterable[Attribute] | None,
    ) -> Answer:
        """The answer to a request about the printer, or the job `of` that id, with more `groups` by name."""
        about = [] if of is None else [names.JOB_ID.of(of)]
        usual = [
            names.ATTRIBUTES_CHARSET.of("utf-8"),
            names.ATTRIBUTES_NATURAL_LANGUAGE.of("en"),
            names.PRINTER_URI.of(URI),
            *about,
            names.REQUESTING_USER_NAME.of(user),
        ]
        more = [
            AttributeGroup(GroupTag[name.upper()], each) for name, each in groups.items() if each is not None
        ]
        request = Request(
            version=Version(2, 0),
            operation_id=operation,
            request_id=1,
            groups=(AttributeGroup(GroupTag.OPERATION, (*usual, *attributes)), *more),
        )
        return await self.desk.answer(request, document=document)

    async def ask(self, operation: Operation, *attributes: Attribute, **more: Any) -> Answer:
        """As `answer`, which is successful-ok."""
        answer = await self.answer(operation, *attributes, **more)
        assert answer.status is Status.SUCCESSFUL_OK, answer.response
        return answer

    async def print(self, *attributes: Attribute, job: Iterable[Attribute] | None = None) -> int:
        """The job-id of a new job."""
        return (await self.ask(Operation.PRINT_JOB, *attributes, job=job, document=PDF)).job_id

    # ---- looking

    async def printer(self, definition: AttributeDef[Any]) -> tuple[Any, ...]:
        """The values of an attribute of the printer."""
        wanted = names.REQUESTED_ATTRIBUTES.of(Keyword(definition.name))
        answer = await self.answer(Operation.GET_PRINTER_ATTRIBUTES, wanted)
        return definition.all(answer.printer)

    async def job(self, job_id: int, definition: AttributeDef[Any]) -> tuple[Any, ...]:
        """The values of an attribute of a job."""
        answer = await self.answer(Operation.GET_JOB_ATTRIBUTES, of=job_id)
        return definition.all(answer.job)

    async def state(self, job_id: int) -> int:
        """job-state."""
        (state,) = await self.job(job_id, names.JOB_STATE)
        return int(state)

    # ---- working

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Has jobs printed inside; what is begun stays in process until `finish`."""
        async with self.desk.printing():
            yield

    async def working(self, job_id: int) -> None:
        """Returns when the job is in process and its output at work."""
        await self.desk.until(job_id, JobState.PROCESSING)
        await self.tray.working.wait()

    def finish(self) -> None:
        """Lets the output go on, now and from now on."""
        self.tray.may_finish.set()
