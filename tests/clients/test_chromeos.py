"""ChromeOS, rebuilt from Chromium's source (printing/backend/cups_jobs.cc): IPP/1.1 by way of libcups."""

from collections.abc import AsyncIterator
from typing import Final

import pytest

from ippserver.iana.enums import Operation, Status
from ippserver.ipp.attributes import Attribute
from ippserver.testing import VirtualPrinter
from tests.clients.replay import Client, Session, connected, shown

CHROMEOS: Final = Client(user_agent="CUPS/2.3.3 (Linux 5.15; x86_64) IPP/2.0", version=(1, 1))

INFO_AND_STATUS: Final = (
    "printer-make-and-model",
    "ipp-versions-supported",
    "ipp-features-supported",
    "document-format-supported",
    "printer-state",
    "printer-state-reasons",
    "printer-state-message",
    "oauth-authorization-server-uri",
    "oauth-authorization-scope",
    "document-format-preferred",
    "document-format-default",
)
OAUTH: Final = {"oauth-authorization-server-uri", "oauth-authorization-scope"}
"""Only for printers with a login by OAuth."""

SEVERITIES: Final = {"error", "warning", "report"}
KNOWN_REASONS: Final = set(
    """
none media-needed media-jam moving-to-paused paused shutdown connecting-to-device timed-out stopping
stopped-partly toner-low toner-empty spool-area-full cover-open interlock-open door-open input-tray-missing
media-low media-empty output-tray-missing output-area-almost-full output-area-full marker-supply-low
marker-supply-empty marker-waste-almost-full marker-waste-full fuser-over-temp fuser-under-temp opc-near-eol
opc-life-over developer-low developer-empty interpreter-resource-unavailable cups-pki-expired
""".split()
)


@pytest.fixture
async def chromeos(printer: VirtualPrinter) -> AsyncIterator[Session]:
    async with connected(CHROMEOS, printer) as session:
        yield session


async def test_a_printer_can_be_set_up_without_asking_the_user(chromeos: Session) -> None:
    answer = await chromeos.get_printer_attributes(*INFO_AND_STATUS)
    assert answer.status in (Status.SUCCESSFUL_OK, Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES)
    found = shown(answer)
    assert set(INFO_AND_STATUS) - found.keys() <= OAUTH
    assert found["printer-make-and-model"][0]
    assert "ipp-everywhere" in found["ipp-features-supported"]
    assert found["document-format-preferred"] == ("application/pdf",)
    assert {"1.1", "2.0"} <= set(map(str, found["ipp-versions-supported"]))


async def test_its_formats_are_among_those_of_the_printer(chromeos: Session) -> None:
    found = shown(await chromeos.get_printer_attributes(*INFO_AND_STATUS))
    assert {"application/pdf", "image/pwg-raster"} <= set(map(str, found["document-format-supported"]))
    assert found["document-format-default"][0] in found["document-format-supported"]


async def test_it_understands_why_the_printer_is_idle(chromeos: Session) -> None:
    found = shown(await chromeos.get_printer_attributes(*INFO_AND_STATUS))
    assert found["printer-state"] == (3,)
    assert found["printer-state-reasons"] == ("none",)
    assert isinstance(found["printer-state-message"][0], str)


async def test_it_has_words_for_what_is_used_up() -> None:
    """A reason is taken apart at its last hyphen; without a severity it is an error."""
    small = {
        "simulate": True,
        "supply-impressions": 1,
        "tray": [{"source": "main", "capacity": 1}],
    }
    with VirtualPrinter(settings={"printer": [{"name": "small", "device": small}]}) as printer:
        async with connected(CHROMEOS, printer) as chromeos:
            await chromeos.ask(
                Operation.PRINT_JOB, job=[Attribute("copies", [3])], document=b"%PDF-1.4\n%%EOF\n"
            )
            printer.wait_for_job(state="processing-stopped")
            found = shown(await chromeos.get_printer_attributes(*INFO_AND_STATUS))
    assert found["printer-state"] == (5,)
    reasons = {str(reason).rpartition("-")[::2] for reason in found["printer-state-reasons"]}
    assert ("media-empty", "error") in reasons
    assert {reason for reason, severity in reasons} <= KNOWN_REASONS
    assert {severity for reason, severity in reasons} <= SEVERITIES
