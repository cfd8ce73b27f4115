"""iOS and macOS: rebuilt from what others logged of them, since their source is not public.

iOS validates, creates and sends in that order, as the user `mobile`; macOS prints by way of CUPS's ipp
backend, whose source is.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import urlsplit

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Keyword, RangeOfInteger
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
from tests.rasters import apple_raster

IOS: Final = Client(user_agent="CUPS/2.3.0 (iOS 17.5; arm64) IPP/2.0", patient=True)
MACOS: Final = Client(user_agent="CUPS/2.3.4 (macOS 14.5; arm64) IPP/2.0")

PDF: Final = b"%PDF-1.3\n% drawn by Quartz\n%%EOF\n"
JPEG: Final = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
MARGINS: Final = 4
POLL_SECONDS: Final = 60.0

BACKEND: Final = """
compression-supported copies-supported cups-version document-format-supported
job-password-encryption-supported marker-colors marker-high-levels marker-levels marker-low-levels
marker-message marker-names marker-types media-col-supported multiple-document-handling-supported
operations-supported print-color-mode-supported print-scaling-supported printer-alert
printer-alert-description printer-is-accepting-jobs printer-mandatory-job-attributes printer-state
printer-state-message printer-state-reasons
""".split()
"""What CUPS's ipp backend asks for before each job."""
FOLLOWED: Final = """
job-id job-impressions-completed job-media-sheets-completed job-name job-originating-user-name job-state
job-state-reasons
""".split()
"""What it asks for until the job is done."""
NEVER_THERE: Final = {"cups-version", "marker-message", "printer-mandatory-job-attributes"}


@pytest.fixture
async def ios(printer: VirtualPrinter) -> AsyncIterator[Session]:
    async with connected(IOS, printer) as session:
        yield session


@pytest.fixture
async def macos(printer: VirtualPrinter) -> AsyncIterator[Session]:
    async with connected(MACOS, printer) as session:
        yield session


# ---- iOS


async def test_ios_finds_a_format_and_a_way_to_draw(ios: Session) -> None:
    """Without them it says that there are no supported formats."""
    found = shown(await ios.get_printer_attributes())
    assert {"application/pdf", "image/jpeg", "image/urf"} <= set(map(str, found["document-format-supported"]))
    urf = set(map(str, found["urf-supported"]))
    assert {"W8", "SRGB24"} <= urf
    assert any(capability.startswith("RS") for capability in urf)
    assert any(capability.startswith("CP") for capability in urf)
    assert any(capability.startswith("DM") for capability in urf)


async def test_ios_offers_the_sizes_that_are_ready(ios: Session) -> None:
    found = shown(await ios.get_printer_attributes())
    assert found["media-ready"]
    for medium in (*found["media-col-ready"], *found["media-col-default"]):
        assert isinstance(medium, Collection)
        members = {member.name for member in medium}
        assert {"media-size", "media-source", "media-type"} <= members
        assert len([member for member in members if member.endswith("-margin")]) == MARGINS
        assert members <= set(map(str, found["media-col-supported"]))


async def test_ios_finds_what_else_it_builds_its_panel_from(ios: Session) -> None:
    found = shown(await ios.get_printer_attributes())
    assert {"one-sided", "two-sided-long-edge", "two-sided-short-edge"} <= set(
        map(str, found["sides-supported"])
    )
    assert {"color", "monochrome"} <= set(map(str, found["print-color-mode-supported"]))
    assert found["printer-device-id"][0]
    assert found["printer-state-reasons"] == ("none",)
    assert found["page-ranges-supported"] == (True,)


def ticket() -> list[Attribute]:
    """The settings that an iPad sends."""
    return [
        keyword("multiple-document-handling", "separate-documents-collated-copies"),
        Attribute("copies", [2]),
        Attribute("page-ranges", [RangeOfInteger(1, 4)]),
        keyword("print-scaling", "auto-fit"),
        media_col(21_000, 29_700, media_source=Keyword("auto"), media_type=Keyword("stationery")),
        enum("print-quality", 4),
        keyword("print-color-mode", "color"),
        keyword("sides", "two-sided-long-edge"),
    ]


@pytest.mark.parametrize(
    ("document_format", "document"),
    [
        ("application/pdf", PDF),
        ("image/jpeg", JPEG),
        ("image/urf", apple_raster("SRGB24", 300, pages=2)),
    ],
    ids=["pdf", "jpeg", "urf"],
)
async def test_ios_validates_creates_sends_and_watches(
    ios: Session, printer: VirtualPrinter, document_format: str, document: bytes
) -> None:
    user = name("requesting-user-name", "mobile")
    title = name("job-name", "Übersicht – Notizen")
    kind = media_type("document-format", document_format)
    validated = await ios.ask(Operation.VALIDATE_JOB, user, title, kind, job=ticket())
    assert validated.status is Status.SUCCESSFUL_OK
    created = await ios.ask(Operation.CREATE_JOB, user, title, job=ticket())
    assert created.status is Status.SUCCESSFUL_OK
    job_id = Attribute("job-id", [created.job_id])
    last = Attribute("last-document", [True])
    sent = await ios.ask(Operation.SEND_DOCUMENT, job_id, user, kind, last, document=document)
    assert sent.status is Status.SUCCESSFUL_OK
    wanted = requested_attributes("job-state", "job-state-reasons", "job-printer-state-reasons")
    state = None
    async with asyncio.timeout(POLL_SECONDS):
        while state is None or state < JobState.CANCELED:
            watched = await ios.ask(Operation.GET_JOB_ATTRIBUTES, job_id, user, wanted)
            state = names.JOB_STATE.get(watched.job)
            assert state is not None
    assert state == JobState.COMPLETED
    (job,) = printer.jobs
    assert (job.user, job.documents[0].format, job.documents[0].data) == ("mobile", document_format, document)


async def test_ios_prints_over_tls() -> None:
    """Where it finds ipps: it takes that."""
    with VirtualPrinter(tls=True) as printer:
        async with connected(IOS, printer, secure=True) as ios:
            assert ios.uri in shown(await ios.get_printer_attributes())["printer-uri-supported"]
            user, title = name("requesting-user-name", "mobile"), name("job-name", "Holiday")
            created = await ios.ask(Operation.CREATE_JOB, user, title, job=ticket())
            job_id = Attribute("job-id", [created.job_id])
            last = Attribute("last-document", [True])
            kind = media_type("document-format", "image/jpeg")
            sent = await ios.ask(Operation.SEND_DOCUMENT, job_id, user, kind, last, document=JPEG)
            assert sent.status is Status.SUCCESSFUL_OK
            assert str(created.job.get("job-uri")).count("ipps://") == 1
        assert printer.wait_for_job(name="Holiday").documents[0].data == JPEG


# ---- macOS


async def test_macos_gets_what_its_backend_asks_for(macos: Session) -> None:
    user = name("requesting-user-name", "alice")
    answer = await macos.ask(Operation.GET_PRINTER_ATTRIBUTES, user, requested_attributes(*BACKEND))
    assert answer.status in (Status.SUCCESSFUL_OK, Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES)
    found = shown(answer)
    assert set(BACKEND) - found.keys() <= NEVER_THERE
    needed = {Operation.PRINT_JOB, Operation.CANCEL_JOB, Operation.VALIDATE_JOB, Operation.CREATE_JOB}
    assert needed | {Operation.SEND_DOCUMENT, Operation.GET_JOB_ATTRIBUTES} <= set(
        found["operations-supported"]
    )
    markers = {
        attribute: len(values) for attribute, values in found.items() if attribute.startswith("marker-")
    }
    assert len(set(markers.values())) == 1, markers
    assert len(found["printer-alert"]) == len(found["printer-alert-description"])


async def test_macos_finds_all_that_a_printer_description_is_made_of(macos: Session) -> None:
    """The demands of CUPS's `everywhere`, whose three requests must each have a complete answer."""
    for wanted in (
        ["all"],
        [],
        ["job-template", "printer-defaults", "printer-description", "media-col-database"],
    ):
        found = shown(await macos.get_printer_attributes(*wanted))
        assert found.keys() >= {
            "printer-uri-supported",
            "document-format-supported",
            "media-col-default",
            "media-col-ready",
            "media-supported",
            "printer-resolution-supported",
            "pwg-raster-document-resolution-supported",
            "pwg-raster-document-type-supported",
            "urf-supported",
            "color-supported",
            "sides-supported",
            "print-quality-supported",
            "finishings-supported",
            "output-bin-supported",
            "print-scaling-supported",
        }
        assert ("media-col-database" in found) == ("media-col-database" in wanted)


async def test_macos_finds_pictures_a_page_names_and_levels(macos: Session) -> None:
    found = shown(await macos.get_printer_attributes())
    site = f"http://localhost:{macos.port}/"
    assert len(found["printer-icons"]) == 3
    for link in ("printer-icons", "printer-more-info", "printer-supply-info-uri", "printer-strings-uri"):
        assert all(str(uri).startswith(site) for uri in found[link]), link
    assert len(found["printer-supply"]) == len(found["printer-supply-description"]) > 0


@pytest.mark.parametrize(
    ("link", "content"),
    [
        ("printer-icons", "image/png"),
        ("printer-more-info", "text/html"),
        ("printer-strings-uri", "text/strings"),
    ],
)
async def test_macos_fetches_what_the_printer_links_to(macos: Session, link: str, content: str) -> None:
    for uri in shown(await macos.get_printer_attributes())[link]:
        path = urlsplit(str(uri)).path
        head = (f"GET {path} HTTP/1.1", f"Host: localhost:{macos.port}", f"User-Agent: {MACOS.user_agent}")
        await macos.connection.send("\r\n".join((*head, "", "")).encode())
        answer = await macos.connection.answer()
        assert answer is not None
        assert (answer.status, answer.fields["content-type"].split(";")[0]) == (200, content)
        assert answer.body


async def test_macos_prints_what_its_backend_makes_of_a_job(macos: Session, printer: VirtualPrinter) -> None:
    user, title = name("requesting-user-name", "alice"), name("job-name", "Brief an Müller")
    kind = media_type("document-format", "application/pdf")
    margins = {"media_left_margin": 423, "media_right_margin": 423, "media_top_margin": 423}
    settings = [
        name("job-accounting-user-id", "alice"),
        media_col(14_800, 21_000, media_source=Keyword("auto"), **margins, media_bottom_margin=423),
        keyword("print-color-mode", "monochrome"),
        enum("print-quality", 4),
        keyword("sides", "one-sided"),
        keyword("multiple-document-handling", "separate-documents-collated-copies"),
        Attribute("copies", [1]),
    ]
    validated = await macos.ask(Operation.VALIDATE_JOB, user, title, kind, job=settings)
    assert validated.status is Status.SUCCESSFUL_OK
    created = await macos.ask(Operation.CREATE_JOB, user, title, job=settings)
    assert created.status is Status.SUCCESSFUL_OK
    job_id = Attribute("job-id", [created.job_id])
    last = Attribute("last-document", [True])
    await macos.ask(
        Operation.SEND_DOCUMENT, job_id, user, name("document-name", "Brief"), kind, last, document=PDF
    )
    printer.wait_for_job(name="Brief an Müller")
    watched = await macos.ask(Operation.GET_JOB_ATTRIBUTES, job_id, user, requested_attributes(*FOLLOWED))
    assert {attribute.name for attribute in watched.job} == set(FOLLOWED)
    assert watched.job.get("job-state") == enum("job-state", JobState.COMPLETED)
    (job,) = printer.jobs
    assert job.documents[0].data == PDF
