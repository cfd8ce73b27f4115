"""VirtualPrinter, as tests of software that prints use it."""

import asyncio
import errno
import hashlib
import socket
import threading
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509 import DNSName, IPAddress, SubjectAlternativeName, load_pem_x509_certificate

from ippserver.client import IppClient, Trust, Unreachable, Untrusted
from ippserver.config import ConfigError
from ippserver.iana import names
from ippserver.iana.enums import Operation, PrinterState
from ippserver.iana.keywords import JobHoldUntil, Sides
from ippserver.ipp.attributes import Attribute
from ippserver.testing import VirtualPrinter
from ippserver.testing.desk import PDF
from ippserver.web.listeners import BindError


async def piece(document: bytes) -> AsyncIterator[bytes]:
    yield document


async def sent(
    uri: str, name: str = "report", *job: Attribute, document: bytes = PDF, user: str = "alice"
) -> int:
    """Prints a document as some program would; answers the job-id."""
    async with IppClient(uri, user=user) as client:
        return (await client.print_job(piece(document), (names.JOB_NAME.of(name),), job)).id


def send(uri: str, name: str = "report", *job: Attribute, document: bytes = PDF) -> int:
    """The same, for tests that are no coroutines."""
    return asyncio.run(sent(uri, name, *job, document=document))


# ---- what came


def test_a_job_is_captured_with_everything_that_was_said_of_it() -> None:
    with VirtualPrinter() as printer:
        job_id = send(printer.uri, "Größe.pdf", names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE), names.COPIES.of(2))
        job = printer.wait_for_job(name="Größe.pdf")
        (document,) = job.documents
        assert (job.id, job.user, job.state, job.printer) == (job_id, "alice", "completed", "/ipp/print")
        assert "job-completed-successfully" in job.reasons
        assert set(job.attributes) == {names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE), names.COPIES.of(2)}
        assert (document.number, document.format, document.size_octets) == (1, "application/pdf", len(PDF))
        assert document.sha256 == hashlib.sha256(PDF).hexdigest()
        assert document.data == document.data == PDF


def test_jobs_are_listed_oldest_first_in_whatever_state() -> None:
    with VirtualPrinter() as printer:
        assert printer.jobs == []
        held = names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE)
        send(printer.uri, "held", held)
        send(printer.uri, "printed")
        printer.wait_for_job(name="printed")
        assert [(job.name, job.state) for job in printer.jobs] == [
            ("held", "pending-held"),
            ("printed", "completed"),
        ]


def test_a_captured_job_does_not_change_afterwards() -> None:
    with VirtualPrinter() as printer:
        send(printer.uri, "held", names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE))
        before = printer.wait_for_job(state="pending-held")
        asyncio.run(_release(printer.uri, before.id))
        assert printer.wait_for_job().id == before.id
        assert before.state == "pending-held"


async def _release(uri: str, job_id: int) -> None:
    async with IppClient(uri, user="alice") as client:
        await client.release_job(job_id)


def test_jobs_complete_at_once_without_being_asked_to() -> None:
    with VirtualPrinter() as printer:
        assert any(seconds_to_print(printer) < 0.9 for _ in range(20)), "a printer in use takes a second"


def seconds_to_print(printer: VirtualPrinter) -> float:
    """How long it took a job to complete."""
    job_id, begun = send(printer.uri), time.monotonic()
    printer.wait_for_jobs(job_id)
    return time.monotonic() - begun


# ---- waiting


def test_waiting_for_a_job_begins_before_it_comes() -> None:
    with VirtualPrinter() as printer, ThreadPoolExecutor(8) as others:
        waiting = [others.submit(printer.wait_for_job, name=f"job {number}") for number in range(8)]
        for number in reversed(range(8)):
            send(printer.uri, f"job {number}")
        assert [future.result(20).name for future in waiting] == [f"job {number}" for number in range(8)]


def test_several_jobs_are_waited_for_together() -> None:
    with VirtualPrinter() as printer:
        ids = [send(printer.uri, "same") for _ in range(3)]
        send(printer.uri, "other")
        assert [job.id for job in printer.wait_for_jobs(3, name="same")] == ids


def test_who_waits_in_vain_is_told_what_did_come() -> None:
    with VirtualPrinter() as printer:
        send(printer.uri, "report")
        printer.wait_for_job()
        with pytest.raises(AssertionError, match=r"'letter' and completed .*'report' completed"):
            printer.wait_for_job(name="letter", timeout_seconds=0.05)


async def test_it_is_used_from_coroutines_as_well() -> None:
    with VirtualPrinter() as printer:
        sending = asyncio.create_task(sent(printer.uri, "from a coroutine"))
        job = await asyncio.to_thread(printer.wait_for_job, name="from a coroutine")
        assert job.id == await sending
        assert (await asyncio.to_thread(lambda: job.documents[0].data)) == PDF


# ---- files


def test_documents_are_saved_where_a_folder_is_named(tmp_path: Path) -> None:
    with VirtualPrinter(save=tmp_path) as printer:
        send(printer.uri, "../../report")
        job = printer.wait_for_job()
    assert len(job.files) == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / job.files[0]]
    assert (tmp_path / job.files[0]).read_bytes() == PDF


def test_nothing_is_saved_without(tmp_path: Path) -> None:
    with VirtualPrinter() as printer:
        send(printer.uri)
        assert printer.wait_for_job().files in ((), ("",))
    assert list(tmp_path.iterdir()) == []


# ---- settings


def test_there_may_be_several_printers(tmp_path: Path) -> None:
    tables = [
        {"name": "tiger", "path": "/printer/tiger"},
        {"name": "bob", "path": "/printer/tiger/bob", "color": False},
    ]
    with VirtualPrinter(save=tmp_path, settings={"printer": tables}) as printer:
        assert printer.uri == printer.uri_of("/printer/tiger")
        send(printer.uri_of("/printer/tiger/bob"), "for bob")
        send(printer.uri, "for tiger")
        jobs = [printer.wait_for_job(name=name) for name in ("for bob", "for tiger")]
        assert [job.printer for job in jobs] == ["/printer/tiger/bob", "/printer/tiger"]
        assert all((tmp_path / job.files[0]).read_bytes() == PDF for job in jobs)


def test_settings_lie_over_what_a_test_wants() -> None:
    settings: dict[str, Any] = {"access": {"preset": "home"}, "limits": {"max-document-octets": 4096}}
    with VirtualPrinter(name="office", settings=settings) as printer:
        shown = asyncio.run(_shown(printer.uri))
        assert names.PRINTER_NAME.get(shown) == "office"
        supported = names.JOB_K_OCTETS_SUPPORTED.get(shown)
        assert supported is not None
        assert supported.upper == 4


async def _shown(uri: str) -> Any:  # Any: whatever holder of attributes the client answers
    async with IppClient(uri) as client:
        return await client.get_printer_attributes()


def test_two_printers_at_once_know_nothing_of_one_another() -> None:
    with VirtualPrinter() as one, VirtualPrinter() as other:
        assert one.port != other.port
        send(one.uri, "one")
        assert one.wait_for_job().name == "one"
        assert other.jobs == []


# ---- starting and stopping


def test_settings_that_are_wrong_are_told_by_start_and_leave_nothing() -> None:
    threads = set(threading.enumerate())
    with pytest.raises(ConfigError, match="colour"):
        VirtualPrinter(settings={"printer": [{"name": "x", "colour": True}]}).start()
    assert set(threading.enumerate()) <= threads


def test_a_port_that_is_taken_is_told_by_start_and_leaves_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = {"server": {"listen": [f"127.0.0.1:{taken.getsockname()[1]}"]}}
        threads = set(threading.enumerate())
        with pytest.raises(BindError):
            VirtualPrinter(settings=settings).start()
        assert set(threading.enumerate()) <= threads


def test_stopping_twice_or_before_the_start_does_no_harm() -> None:
    printer = VirtualPrinter()
    printer.stop()
    printer.start()
    printer.stop()
    printer.stop()
    with pytest.raises(RuntimeError, match="not running"):
        _ = printer.jobs


def test_one_that_was_stopped_may_start_again_and_has_forgotten_everything() -> None:
    printer = VirtualPrinter()
    for _ in range(2):
        with printer:
            assert printer.jobs == []
            send(printer.uri)
            assert printer.wait_for_job().id == 1


def test_it_stops_with_jobs_in_process() -> None:
    settings = {"printer": [{"name": "slow", "minimum-processing-seconds": 60.0}]}
    with VirtualPrinter(settings=settings) as printer:
        send(printer.uri)
        assert printer.wait_for_job(state="processing").name == "report"
        assert names.PRINTER_STATE.get(asyncio.run(_shown(printer.uri))) in list(PrinterState)


def test_it_serves_nothing_but_loopback() -> None:
    with VirtualPrinter() as printer:
        shown = asyncio.run(_shown(f"ipp://127.0.0.1:{printer.port}/ipp/print"))
        assert Operation.PRINT_JOB in names.OPERATIONS_SUPPORTED.all(shown)
        with socket.socket() as outside:
            assert outside.connect_ex(("127.3.2.1", printer.port)) == errno.ECONNREFUSED


# ---- TLS


async def uris(uri: str, trust: Trust) -> tuple[str, ...]:
    """The URIs that the printer says it has."""
    async with IppClient(uri, trust=trust) as client:
        return names.PRINTER_URI_SUPPORTED.all(await client.get_printer_attributes())


def test_with_tls_it_is_there_for_whoever_trusts_its_certificate() -> None:
    with VirtualPrinter(tls=True) as printer:
        for trust in (Trust(cafile=printer.certificate), Trust.in_fingerprint(printer.fingerprint)):
            assert asyncio.run(uris(printer.ipps_uri, trust)) == (printer.ipps_uri, printer.uri)
        with pytest.raises(Untrusted):
            asyncio.run(uris(printer.ipps_uri, Trust()))


def test_without_it_there_is_none() -> None:
    with VirtualPrinter() as printer, pytest.raises(Unreachable):
        asyncio.run(uris(printer.ipps_uri, Trust(anybody=True)))


def test_its_certificate_names_all_that_the_network_is_told() -> None:
    settings = {
        "server": {"host-names": ["queue.example.org"]},
        "dns-sd": {"host-name": "printers", "addresses": ["192.0.2.9"]},
    }
    with VirtualPrinter(tls=True, settings=settings) as printer:
        certificate = load_pem_x509_certificate(printer.certificate.read_bytes())
    named = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
    assert {"queue.example.org", "printers.local"} <= set(named.get_values_for_type(DNSName))
    assert ip_address("192.0.2.9") in named.get_values_for_type(IPAddress)
