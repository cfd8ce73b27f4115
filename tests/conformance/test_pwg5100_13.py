"""PWG 5100.13: driver replacement extensions, as the suites of libcups and ippsample demand them."""

import re

from ippserver.iana import names
from ippserver.iana.enums import Operation
from ippserver.iana.keywords import IdentifyActions
from ippserver.ipp.values import OctetString, Uri
from tests.conformance.subject import Subject

ALICE = Uri("urn:uuid:01234567-89ab-cdef-0123-456789abcdef")
METADATA = OctetString(b"dc:title=A letter")


async def test_every_job_has_a_uuid(subject: Subject) -> None:
    found = [await subject.job(await subject.print(), names.JOB_UUID) for _ in range(2)]
    assert len(set(found)) == 2
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", uuid) for (uuid,) in found)


async def test_get_jobs_begins_where_it_is_told_to(subject: Subject) -> None:
    first, second, third = [await subject.print() for _ in range(3)]
    answer = await subject.ask(Operation.GET_JOBS, names.FIRST_INDEX.of(2))
    assert [names.JOB_ID.get(job) for job in answer.jobs] == [second, third]
    answer = await subject.ask(Operation.GET_JOBS, names.FIRST_INDEX.of(1), names.LIMIT.of(1))
    assert [names.JOB_ID.get(job) for job in answer.jobs] == [first]


async def test_a_printer_identifies_itself(subject: Subject) -> None:
    assert await subject.printer(names.IDENTIFY_ACTIONS_SUPPORTED)
    await subject.ask(Operation.IDENTIFY_PRINTER)
    actions = names.IDENTIFY_ACTIONS.of(IdentifyActions.DISPLAY)
    await subject.ask(Operation.IDENTIFY_PRINTER, actions, names.MESSAGE.of("It is me"))


async def test_what_get_printer_attributes_filters_by_is_listed(subject: Subject) -> None:
    filters = await subject.printer(names.PRINTER_GET_ATTRIBUTES_SUPPORTED)
    assert names.DOCUMENT_FORMAT.name in filters
