"""Windows: the add-printer wizard and the IPP class driver, as captured, and the wizard of older builds."""

from collections.abc import AsyncIterator
from typing import Final

import pytest

from ippserver.iana.enums import Operation, Status
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Keyword, OutOfBand, Resolution
from ippserver.testing import VirtualPrinter
from tests.clients.replay import (
    Client,
    Session,
    connected,
    enum,
    keyword,
    media_col,
    media_type,
    name,
    requested_attributes,
    shown,
)

WINDOWS: Final = Client(user_agent="wPrintWindowsDoc", language="de-de")
WINDOWS_7: Final = Client(
    user_agent="Windows Internet Print Protocol Provider",
    version=(1, 0),
    fields=("Connection: Keep-Alive",),
    scheme="http",
)

WIZARD: Final = """
uri-authentication-supported document-format-default document-format-preferred document-format-supported
ipp-versions-supported media-supported media-type-supported mopria-certified mopria_certified
printer-dns-sd-name printer-firmware-name printer-firmware-string-version printer-device-id printer-info
printer-location printer-make-and-model printer-more-info printer-name printer-uri-supported printer-uuid
uri-security-supported
""".split()
"""What the wizard asks first, in its order."""

BINDING: Final = """
client-info-supported compression-supported document-format-default document-format-details-supported
document-format-preferred document-format-supported job-impressions-supported job-media-sheets-supported
job-pages-per-set-supported job-password-encryption-supported media-col-supported media-supported
media-type-supported mopria-certified multiple-document-handling-supported operations-supported
orientation-requested-supported printer-is-accepting-jobs printer-uuid copies-default copies-supported
media-col-database media-col-default media-col-ready media-default media-left-margin-supported
media-right-margin-supported media-top-margin-supported media-bottom-margin-supported printer-firmware-name
printer-firmware-string-version printer-make-and-model printer-resolution-default
printer-resolution-supported printer-uri-supported print-quality-default print-quality-supported
pwg-raster-document-resolution-supported pwg-raster-document-type-supported finishings-default
finishings-supported job-password-supported printer-mandatory-job-attributes media-size-supported
media-source-default media-source-supported multiple-document-handling-default number-up-default
number-up-supported output-bin-default output-bin-supported orientation-requested-default
pclm-raster-back-side pclm-source-resolution-supported pdf-fit-to-page-default pdf-fit-to-page-supported
pdf-k-octets-supported presentation-direction-number-up-default presentation-direction-number-up-supported
print-color-mode-default print-color-mode-supported printer-output-tray pages-per-minute
pages-per-minute-color print-scaling-default print-scaling-supported pwg-raster-document-sheet-back
sides-default sides-supported
""".split()
"""What the class driver asks when it binds to the queue, with document-format application/pdf."""

NEVER_THERE: Final = {
    "document-format-details-supported",
    "job-pages-per-set-supported",
    "media-source-default",
    "mopria_certified",
    "pdf-fit-to-page-default",
    "pdf-fit-to-page-supported",
    "printer-mandatory-job-attributes",
}
"""What of it the standards deprecate, or this printer has no use for, or spells otherwise; it is left out."""

DOCUMENT: Final = b"%PDF-1.7\n% made by Microsoft: Print To PDF\n%%EOF\n"
A4: Final = (20_999, 29_699)
"""As Windows says it."""


@pytest.fixture
async def windows(printer: VirtualPrinter) -> AsyncIterator[Session]:
    async with connected(WINDOWS, printer) as session:
        yield session


async def test_the_wizard_gets_what_it_asks_for(windows: Session) -> None:
    assert len(WIZARD) == 21
    answer = await windows.get_printer_attributes(*WIZARD)
    assert answer.status in (Status.SUCCESSFUL_OK, Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES)
    found = shown(answer)
    assert set(WIZARD) - found.keys() <= NEVER_THERE
    assert found["document-format-preferred"] == ("application/pdf",)
    assert "application/pdf" in found["document-format-supported"]
    assert found["mopria-certified"]
    assert found["printer-make-and-model"][0]
    assert str(found["printer-uuid"][0]).startswith("urn:uuid:")
    assert "2.0" in found["ipp-versions-supported"]


async def test_the_wizard_finds_one_security_and_one_authentication_for_each_uri(windows: Session) -> None:
    found = shown(await windows.get_printer_attributes(*WIZARD))
    uris = found["printer-uri-supported"]
    assert windows.uri in uris
    assert len(uris) == len(found["uri-security-supported"]) == len(found["uri-authentication-supported"])


async def test_the_device_id_has_maker_model_and_a_language_that_windows_knows(windows: Session) -> None:
    (device_id,) = shown(await windows.get_printer_attributes(*WIZARD))["printer-device-id"]
    keys = dict(pair.split(":", 1) for pair in str(device_id).rstrip(";").split(";"))
    assert keys["MFG"]
    assert keys["MDL"]
    assert {"PDF", "PWGRaster"} & set(keys["CMD"].split(","))


async def test_the_class_driver_gets_the_whole_of_ipp_everywhere(windows: Session) -> None:
    answer = await windows.get_printer_attributes(*BINDING, document_format="application/pdf")
    assert answer.status in (Status.SUCCESSFUL_OK, Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES)
    found = shown(answer)
    assert set(BINDING) - found.keys() <= NEVER_THERE
    assert found.keys() <= set(BINDING)


async def test_every_medium_of_the_database_has_a_size_and_margins(windows: Session) -> None:
    database = shown(await windows.get_printer_attributes("media-col-database"))["media-col-database"]
    sizes = set()
    for medium in database:
        assert isinstance(medium, Collection)
        members = {member.name: member.values for member in medium}
        (size,) = members["media-size"]
        assert isinstance(size, Collection)
        sizes.add(tuple(dimension.values[0] for dimension in size))
        assert {f"media-{side}-margin" for side in ("top", "bottom", "left", "right")} <= members.keys()
    assert {(21_000, 29_700), (21_590, 27_940)} <= sizes


async def test_names_that_nobody_knows_are_left_out(windows: Session) -> None:
    answer = await windows.get_printer_attributes("mopria-something", "printer-name", "print_wfds_x")
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert shown(answer).keys() == {"printer-name"}


def settings(sides: str = "two-sided-long-edge") -> list[Attribute]:
    """What the class driver wants of a job."""
    return [
        Attribute("copies", [2]),
        media_col(*A4, media_type=Keyword("stationery")),
        keyword("sides", sides),
        keyword("print-color-mode", "color"),
        enum("print-quality", 4),
        enum("orientation-requested", 3),
        Attribute("printer-resolution", [Resolution(600, 600)]),
    ]


async def test_it_prints_with_create_job_and_send_document(windows: Session, printer: VirtualPrinter) -> None:
    user = name("requesting-user-name", "OFFICE\\alice")
    job_name = name("job-name", "Übersicht 2026.pdf")
    await windows.get_printer_attributes("document-format-supported", "document-format-preferred")
    validated = await windows.ask(
        Operation.VALIDATE_JOB,
        user,
        job_name,
        media_type("document-format", "application/pdf"),
        job=settings(),
    )
    assert validated.status is Status.SUCCESSFUL_OK
    created = await windows.ask(Operation.CREATE_JOB, user, job_name, job=settings())
    assert created.status is Status.SUCCESSFUL_OK
    sent = await windows.ask(
        Operation.SEND_DOCUMENT,
        Attribute("job-id", [created.job_id]),
        user,
        media_type("document-format", "application/pdf"),
        Attribute("last-document", [True]),
        document=DOCUMENT,
    )
    assert sent.status is Status.SUCCESSFUL_OK
    job = printer.wait_for_job(name="Übersicht 2026.pdf")
    assert (job.user, job.documents[0].data) == ("OFFICE\\alice", DOCUMENT)
    asked = {attribute.name: attribute.values for attribute in job.attributes}
    assert asked["sides"] == ("two-sided-long-edge",)
    assert asked["copies"] == (2,)


async def test_a4_as_windows_measures_it_is_a4(windows: Session, printer: VirtualPrinter) -> None:
    created = await windows.ask(Operation.CREATE_JOB, job=settings())
    assert created.unsupported == ()
    await windows.ask(
        Operation.SEND_DOCUMENT,
        Attribute("job-id", [created.job_id]),
        Attribute("last-document", [True]),
        document=DOCUMENT,
    )
    printer.wait_for_job()
    told = await windows.ask(
        Operation.GET_JOB_ATTRIBUTES,
        Attribute("job-id", [created.job_id]),
        requested_attributes("media-actual"),
    )
    assert told.job.get("media-actual") == keyword("media-actual", "iso_a4_210x297mm")


async def test_a_setting_that_the_printer_lacks_is_ignored_and_named(windows: Session) -> None:
    answer = await windows.ask(Operation.CREATE_JOB, job=[*settings(), keyword("print-scaling-win", "fit")])
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert answer.unsupported == (Attribute("print-scaling-win", [OutOfBand.UNSUPPORTED]),)


async def test_the_wizard_of_older_builds_asks_in_ipp_1_0_for_everything(printer: VirtualPrinter) -> None:
    async with connected(WINDOWS_7, printer) as session:
        answer = await session.get_printer_attributes()
    assert answer.status is Status.SUCCESSFUL_OK
    found = shown(answer)
    assert {
        "printer-name",
        "printer-state",
        "printer-uri-supported",
        "document-format-supported",
    } <= found.keys()
