"""Android's print service and Mopria's, rebuilt from the source of AOSP's BuiltInPrintService (wprint)."""

from collections.abc import AsyncIterator
from typing import Final

import pytest

from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.media import media_size
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Keyword, Resolution, Text, Uri
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
from tests.rasters import pwg_raster

ANDROID: Final = Client(user_agent="wPrintAndroid")

CAPABILITIES: Final = """
ipp-versions-supported printer-make-and-model printer-info printer-dns-sd-name printer-name printer-location
printer-uuid printer-uri-supported uri-security-supported uri-authentication-supported color-supported
copies-supported document-format-supported media-col-default media-default media-left-margin-supported
media-right-margin-supported media-top-margin-supported media-bottom-margin-supported media-supported
media-type-supported output-bin-supported print-color-mode-supported print-quality-supported
printer-output-tray printer-resolution-supported sides-supported printer-device-id epcl-version-supported
pclm-raster-back-side pclm-strip-height-preferred pclm-compression-method-preferred
pclm-source-resolution-supported pwg-raster-document-sheet-back document-format-details-supported
media-ready media-col-ready print-scaling-supported print-scaling-default job-pages-per-set-supported
mopria-certified mopria_certified
""".split()

NEVER_THERE: Final = {
    "document-format-details-supported",  # deprecated by PWG 5100.7-2023
    "epcl-version-supported",  # HP's
    "job-pages-per-set-supported",
    "mopria_certified",  # either spelling will do
}

PRINTABLE: Final = {"application/pdf", "application/PCLm", "image/pwg-raster"}
"""A printer is offered if it takes one of them; capitals count."""
SIZES: Final = {
    "na_letter_8.5x11in",
    "na_legal_8.5x14in",
    "iso_a3_297x420mm",
    "iso_a4_210x297mm",
    "iso_a5_148x210mm",
    "na_index-4x6_4x6in",
    "na_5x7_5x7in",
}
"""Some of the media that it has words for; the others are never offered."""
MOST_SIZES: Final = 50

PDF: Final = b"%PDF-1.4\n% drawn by an app\n%%EOF\n"
PCLM: Final = b"%PDF-1.7\n%PCLm 1.0\n% strips\n%%EOF\n"
USER: Final = "alice"


@pytest.fixture
async def android(printer: VirtualPrinter) -> AsyncIterator[Session]:
    async with connected(ANDROID, printer) as session:
        yield session


async def test_all_that_it_asks_for_is_answered(android: Session) -> None:
    assert len(CAPABILITIES) == 42
    answer = await android.get_printer_attributes(*CAPABILITIES)
    assert answer.status in (Status.SUCCESSFUL_OK, Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES)
    found = shown(answer)
    assert set(CAPABILITIES) - found.keys() <= NEVER_THERE
    assert found.keys() <= set(CAPABILITIES)


async def test_the_printer_is_supported(android: Session) -> None:
    found = shown(await android.get_printer_attributes(*CAPABILITIES))
    assert PRINTABLE & set(map(str, found["document-format-supported"]))
    assert "2.0" in found["ipp-versions-supported"]
    assert str(found["printer-uuid"][0]).startswith("urn:uuid:")
    assert float(str(found["mopria-certified"][0])) >= 1
    assert isinstance(found["mopria-certified"][0], Text)


async def test_the_printer_has_a_name(android: Session) -> None:
    """It takes printer-dns-sd-name if it is a name, else printer-info."""
    answer = await android.get_printer_attributes(*CAPABILITIES)
    found = shown(answer)
    assert [text for text in (*found["printer-dns-sd-name"], *found["printer-info"]) if isinstance(text, str)]


async def test_the_first_uri_without_security_and_login_is_the_one_that_it_asked(android: Session) -> None:
    """Android 8 takes the first such URI, and Android 16 the last one; each list is read by position."""
    found = shown(await android.get_printer_attributes(*CAPABILITIES))
    rows = zip(
        found["printer-uri-supported"],
        found["uri-security-supported"],
        found["uri-authentication-supported"],
        strict=True,
    )
    open_ones = [
        uri
        for uri, security, login in rows
        if security == "none" and login in ("none", "requesting-user-name")
    ]
    assert open_ones[0] == Uri(android.uri)


async def test_it_prints_over_tls_to_the_uri_that_it_finds_for_that() -> None:
    """Android 16 takes a URI with the scheme ipps, if one goes without a login."""
    with VirtualPrinter(tls=True) as printer:
        async with connected(ANDROID, printer) as session:
            found = shown(await session.get_printer_attributes(*CAPABILITIES))
        logins = dict(zip(found["printer-uri-supported"], found["uri-authentication-supported"], strict=True))
        (secure,) = [uri for uri in logins if str(uri).startswith("ipps://")]
        assert logins[secure] in ("none", "requesting-user-name")
        async with connected(ANDROID, printer, secure=True) as session:
            assert session.uri == secure
            attributes = operation_attributes("application/pdf")
            await session.ask(Operation.PRINT_JOB, *attributes, job=settings(), document=PDF)
        assert printer.wait_for_job(name="Boarding pass").documents[0].data == PDF


async def test_it_offers_the_media_that_are_ready_and_those_that_it_knows(android: Session) -> None:
    found = shown(await android.get_printer_attributes(*CAPABILITIES))
    ready = set()
    for medium in found["media-col-ready"]:
        assert isinstance(medium, Collection)
        members = {member.name: member.values[0] for member in medium}
        assert isinstance(members["media-source"], str)
        size = members["media-size"]
        assert isinstance(size, Collection)
        ready.add(tuple(dimension.values[0] for dimension in size))
    known = {(size.width, size.length) for size in map(media_size, SIZES) if size}
    assert ready & known
    assert len(SIZES & set(map(str, found["media-supported"]))) >= 2
    assert len(found["media-supported"]) <= MOST_SIZES


async def test_it_learns_how_to_draw_pclm(android: Session) -> None:
    """A strip higher than 256 rows, or of none, is read as 16."""
    found = shown(await android.get_printer_attributes(*CAPABILITIES))
    assert "application/PCLm" in found["document-format-supported"]
    assert Resolution(300, 300) in found["pclm-source-resolution-supported"]
    assert 1 <= int(str(found["pclm-strip-height-preferred"][0])) <= 256
    assert found["pclm-raster-back-side"][0] in ("normal", "rotated", "flipped", "manual-tumble")
    assert found["pclm-compression-method-preferred"]


async def test_it_reads_margins_sides_colour_quality_and_trays(android: Session) -> None:
    found = shown(await android.get_printer_attributes(*CAPABILITIES))
    (default,) = found["media-col-default"]
    assert isinstance(default, Collection)
    margins = {f"media-{side}-margin" for side in ("top", "bottom", "left", "right")}
    assert margins <= {member.name for member in default}
    assert all(isinstance(value, int) for margin in margins for value in found[f"{margin}-supported"])
    assert "two-sided-long-edge" in found["sides-supported"]
    assert "color" in found["print-color-mode-supported"]
    assert found["color-supported"] == (True,)
    assert {4} <= set(found["print-quality-supported"])
    assert found["print-scaling-default"][0] in found["print-scaling-supported"]
    assert len(found["printer-output-tray"]) == len(found["output-bin-supported"])


def settings(copies: int = 2) -> list[Attribute]:
    """A job of several copies on both sides of A4, in the order of the client."""
    return [
        enum("orientation-requested", 3),
        keyword("print-scaling", "auto"),
        Attribute("copies", [copies]),
        enum("print-quality", 4),
        keyword("sides", "two-sided-long-edge"),
        keyword("print-color-mode", "color"),
        keyword("multiple-document-handling", "separate-documents-collated-copies"),
        media_col_of_type_first("stationery", 21_000, 29_700),
    ]


def media_col_of_type_first(type_of_media: str, width: int, length: int) -> Attribute:
    """media-col with the type before the size."""
    (sized,) = media_col(width, length).values
    assert isinstance(sized, Collection)
    return Attribute("media-col", [Collection([keyword("media-type", type_of_media), *sized])])


def operation_attributes(document_format: str) -> list[Attribute]:
    """Between printer-uri and the job attributes; document-format comes right after job-name."""
    return [
        name("requesting-user-name", USER),
        name("job-name", "Boarding pass"),
        media_type("document-format", document_format),
    ]


@pytest.mark.parametrize(
    ("document_format", "document"),
    [
        ("application/pdf", PDF),
        ("image/pwg-raster", pwg_raster("srgb_8", (300, 300), pages=2)),
        ("application/PCLm", PCLM),
    ],
    ids=["pdf", "pwg-raster", "pclm"],
)
async def test_it_validates_and_then_prints_in_chunks(
    android: Session, printer: VirtualPrinter, document_format: str, document: bytes
) -> None:
    attributes = operation_attributes(document_format)
    validated = await android.ask(Operation.VALIDATE_JOB, *attributes, job=settings())
    assert validated.status is Status.SUCCESSFUL_OK
    assert printer.jobs == []
    printed = await android.ask(Operation.PRINT_JOB, *attributes, job=settings(), document=document)
    assert printed.status is Status.SUCCESSFUL_OK
    assert printed.job_id > 0
    job = printer.wait_for_job(name="Boarding pass")
    assert job.documents[0].format == document_format.lower()
    assert job.documents[0].data == document
    assert {attribute.name for attribute in job.attributes} == {each.name for each in settings()}


@pytest.mark.parametrize(("profile", "borderless"), [("office-mono", False), ("photo", True)])
async def test_it_offers_to_print_without_margins_where_all_of_them_may_be_0(
    profile: str, borderless: bool
) -> None:
    with VirtualPrinter(settings={"printer": [{"name": "printer", "profile": profile}]}) as printer:
        async with connected(ANDROID, printer) as android:
            found = shown(await android.get_printer_attributes(*CAPABILITIES))
            sides = ("bottom", "top", "left", "right")
            assert all(0 in found[f"media-{side}-margin-supported"] for side in sides) is borderless
            none = {f"media_{side}_margin": 0 for side in sides}
            job = [media_col(10_160, 15_240, **none, media_type=Keyword("photographic-glossy"))]
            kind = operation_attributes("application/pdf")
            answer = await android.ask(Operation.VALIDATE_JOB, *kind, job=job)
    assert (answer.status is Status.SUCCESSFUL_OK) is borderless


async def test_it_follows_a_job_and_cancels_it() -> None:
    slow = {"printer": [{"name": "slow", "minimum-processing-seconds": 3600}]}
    with VirtualPrinter(settings=slow) as printer:
        async with connected(ANDROID, printer) as android:
            await android.ask(
                Operation.PRINT_JOB, *operation_attributes("application/pdf"), job=settings(), document=PDF
            )
            state = shown(
                await android.get_printer_attributes(
                    "printer-make-and-model",
                    "printer-state",
                    "printer-state-message",
                    "printer-state-reasons",
                )
            )
            assert state["printer-state"][0] in (3, 4)
            assert state["printer-state-reasons"]
            mine = Attribute("my-jobs", [True]), name("requesting-user-name", USER)
            listed = await android.ask(Operation.GET_JOBS, *mine, requested_attributes("job-id"))
            job_id = Attribute("job-id", [listed.job_id])
            told = await android.ask(
                Operation.GET_JOB_ATTRIBUTES,
                job_id,
                mine[1],
                requested_attributes(
                    "job-id", "job-printer-uri", "job-name", "job-state", "job-state-reasons"
                ),
            )
            assert told.job.get("job-state-reasons") is not None
            assert told.job.get("job-state") in [enum("job-state", state) for state in (3, 5)]
            canceled = await android.ask(Operation.CANCEL_JOB, job_id, mine[1])
            assert canceled.status is Status.SUCCESSFUL_OK
            job = printer.wait_for_job(state=JobState.CANCELED.keyword)
    assert "job-canceled-by-user" in job.reasons
