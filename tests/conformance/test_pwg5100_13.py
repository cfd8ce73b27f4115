"""PWG 5100.13: driver replacement extensions, as the suites of libcups and ippsample demand them."""

import re

import pytest

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import Operation, Status
from ippserver.iana.keywords import IdentifyActions
from ippserver.ipp.values import MimeMediaType, OctetString, Uri
from tests.conformance.subject import Subject

ALICE = Uri("urn:uuid:01234567-89ab-cdef-0123-456789abcdef")
METADATA = OctetString(b"dc:title=A letter")


async def test_the_users_uri_comes_back(subject: Subject) -> None:
    assert await subject.printer(names.REQUESTING_USER_URI_SUPPORTED) == (True,)
    job_id = await subject.print(names.REQUESTING_USER_URI.of(ALICE))
    assert await subject.job(job_id, names.JOB_ORIGINATING_USER_URI) == (ALICE,)


async def test_every_job_has_a_uuid(subject: Subject) -> None:
    found = [await subject.job(await subject.print(), names.JOB_UUID) for _ in range(2)]
    assert len(set(found)) == 2
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", uuid) for (uuid,) in found)


async def test_the_metadata_of_a_document_come_back(subject: Subject) -> None:
    job_id = await subject.print(names.DOCUMENT_METADATA.of(METADATA))
    assert await subject.job(job_id, names.DOCUMENT_METADATA) == (METADATA,)


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


async def test_validate_document_judges_a_document_before_it_comes(subject: Subject) -> None:
    await subject.ask(Operation.VALIDATE_DOCUMENT, names.DOCUMENT_FORMAT.of(MimeMediaType("application/pdf")))
    answer = await subject.answer(
        Operation.VALIDATE_DOCUMENT, names.DOCUMENT_FORMAT.of(MimeMediaType("application/x-nothing"))
    )
    assert answer.status is Status.CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED


async def test_a_password_for_the_document_is_taken_and_not_shown(subject: Subject) -> None:
    (octets,) = await subject.printer(names.DOCUMENT_PASSWORD_SUPPORTED)
    assert octets >= len(b"test")
    job_id = await subject.print(names.DOCUMENT_PASSWORD.of(OctetString(b"test")))
    assert await subject.job(job_id, names.DOCUMENT_PASSWORD) == ()


@pytest.mark.parametrize(
    "definition",
    [
        names.JPEG_FEATURES_SUPPORTED,
        names.PRINT_PROCESSING_ATTRIBUTES_SUPPORTED,
        names.PRINTER_OUTPUT_TRAY,
        names.PRINTER_FIRMWARE_NAME,
        names.PRINTER_FIRMWARE_STRING_VERSION,
        names.PRINTER_FIRMWARE_VERSION,
        names.PRINTER_FIRMWARE_PATCHES,
        names.PRINTER_GET_ATTRIBUTES_SUPPORTED,
    ],
    ids=lambda definition: definition.name,
)
async def test_a_printer_says_what_it_is_made_of(subject: Subject, definition: AttributeDef[object]) -> None:
    assert await subject.printer(definition)


async def test_the_lists_about_firmware_are_of_one_length(subject: Subject) -> None:
    lengths = {
        len(await subject.printer(definition))
        for definition in (
            names.PRINTER_FIRMWARE_NAME,
            names.PRINTER_FIRMWARE_STRING_VERSION,
            names.PRINTER_FIRMWARE_VERSION,
            names.PRINTER_FIRMWARE_PATCHES,
        )
    }
    assert len(lengths) == 1


async def test_every_output_bin_has_its_tray(subject: Subject) -> None:
    trays = await subject.printer(names.PRINTER_OUTPUT_TRAY)
    assert len(trays) == len(await subject.printer(names.OUTPUT_BIN_SUPPORTED))
    assert all(re.fullmatch(rb"([A-Za-z-]+=[^;]*;)+", bytes(tray)) for tray in trays)


async def test_each_constraint_names_the_way_out_of_it(subject: Subject) -> None:
    constraints = await subject.printer(names.JOB_CONSTRAINTS_SUPPORTED)
    resolvers = await subject.printer(names.JOB_RESOLVERS_SUPPORTED)
    assert bool(constraints) == bool(resolvers)
    known = {names.RESOLVER_NAME.get(resolver) for resolver in resolvers}
    assert {names.RESOLVER_NAME.get(constraint) for constraint in constraints} <= known


async def test_what_get_printer_attributes_filters_by_is_listed(subject: Subject) -> None:
    filters = await subject.printer(names.PRINTER_GET_ATTRIBUTES_SUPPORTED)
    assert names.DOCUMENT_FORMAT.name in filters
