"""The certificate in use: loaded, refused, and changed while clients are connected."""

import asyncio
import logging
import os
import shutil
import ssl
from itertools import count
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from ippserver.runtime.clock import SystemClock
from ippserver.testing.fakes import FakeClock
from ippserver.web.certificate import VALID_DAYS, Pair, Provided, SelfSigned, TlsError
from ippserver.web.limits import HttpLimits
from ippserver.web.tls import Tls, server_context
from tests.web.printer import PATIENCE_SECONDS, PATIENT, Address, Serve, post
from tests.web.tls_client import TlsClient


def copy(source: Pair, target: Pair) -> None:
    """Replaces a pair, as an administrator does."""
    for old, new in zip(source, target, strict=True):
        draft = new.with_suffix(".new")
        shutil.copyfile(old, draft)
        draft.replace(new)


def pem(pair: Pair) -> str:
    """The certificate of a pair, without the note before it."""
    text = pair.certificate.read_text()
    return text[text.index("-----BEGIN") :]


async def shown(address: Address) -> str:
    """The certificate that a new client is shown."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    async with TlsClient(address, context) as client:
        await client.shake_hands()
        certificate = client.session.getpeercert(binary_form=True)
        assert certificate is not None
        return ssl.DER_cert_to_PEM_cert(certificate)


@pytest.fixture
def own(tmp_path: Path, pair: Pair) -> Pair:
    """A pair that the test may change."""
    own = Pair(tmp_path / "certificate.pem", tmp_path / "key.pem")
    copy(pair, own)
    return own


@pytest.fixture
def other(tmp_path: Path) -> Pair:
    """Another pair."""
    source = SelfSigned(tmp_path / "other", tuple, SystemClock())
    source.prepare()
    return source.pair


@pytest.fixture
def fingerprint(own: Pair) -> str:
    """Of the pair that the test may change."""
    return own.fingerprint()


class TestLoaded:
    def test_only_what_is_safe_is_spoken(self, pair: Pair) -> None:
        context = server_context(pair)
        assert context.minimum_version == ssl.TLSVersion.TLSv1_2
        assert context.options & ssl.OP_NO_RENEGOTIATION
        assert context.options & ssl.OP_NO_COMPRESSION
        ciphers = {cipher["name"] for cipher in context.get_ciphers()}
        assert all(name.startswith(("TLS_", "ECDHE-")) for name in ciphers)
        assert all("GCM" in name or "CHACHA20" in name for name in ciphers)

    async def test_a_certificate_that_does_not_fit_its_key_is_refused(self, own: Pair, other: Pair) -> None:
        shutil.copyfile(other.key, own.key)
        with pytest.raises(TlsError, match=r"certificate\.pem, .*key\.pem: .*key values mismatch"):
            await Tls(Provided(own)).open()

    async def test_files_that_are_none_are_refused(self, own: Pair) -> None:
        own.certificate.write_text("nothing")
        with pytest.raises(TlsError, match="no certificate and its key"):
            await Tls(Provided(own)).open()

    async def test_files_that_are_missing_are_named(self, own: Pair) -> None:
        own.key.unlink()
        with pytest.raises(TlsError, match=r"key\.pem: No such file"):
            await Tls(Provided(own)).open()

    async def test_a_key_with_a_password_is_refused_and_nobody_is_asked(self, own: Pair) -> None:
        key = load_pem_private_key(own.key.read_bytes(), None)
        own.key.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
        )
        with pytest.raises(TlsError, match="a key with a password cannot be used"):
            await Tls(Provided(own)).open()

    @pytest.mark.parametrize(("mode", "lines"), [(0o600, 0), (0o640, 0), (0o644, 1)])
    async def test_a_key_that_everybody_can_read_is_complained_of(
        self, own: Pair, caplog: pytest.LogCaptureFixture, mode: int, lines: int
    ) -> None:
        own.key.chmod(mode)
        await Tls(Provided(own)).open()
        complaints = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
        assert len(complaints) == lines
        assert all(str(own.key) in complaint for complaint in complaints)

    async def test_its_fingerprint_is_logged(
        self, own: Pair, fingerprint: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        await Tls(Provided(own)).open()
        assert fingerprint in caplog.text


class TestChanged:
    async def test_new_clients_see_the_new_one_and_old_ones_keep_theirs(
        self, serve: Serve, own: Pair, other: Pair
    ) -> None:
        tls = Tls(Provided(own), limits=PATIENT)
        service = await serve(tls=tls, limits=PATIENT)
        address = service.addresses[0]
        first = pem(own)
        async with TlsClient(address, ssl.create_default_context(cafile=own.certificate)) as old:
            await old.shake_hands()
            copy(other, own)
            await tls.refresh()
            assert first != await shown(address) == pem(own)
            old.write(post())
            assert (await old.read()).startswith(b"HTTP/1.1 200 ")

    async def test_it_is_loaded_as_soon_as_that_is_asked_for(
        self, serve: Serve, own: Pair, other: Pair
    ) -> None:
        service = await serve(tls=Tls(Provided(own), limits=PATIENT), limits=PATIENT)
        copy(other, own)
        service.reload()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await shown(service.addresses[0]) != pem(own):
                pass

    async def test_one_that_changes_while_it_is_looked_at_is_loaded_when_that_is_asked_for_then(
        self, serve: Serve, own: Pair, other: Pair, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ippserver.web.tls.POLL_SECONDS", 3600.0)
        loop, looks = asyncio.get_running_loop(), count(1)

        class Changing(Pair):
            def stamp(self) -> tuple[tuple[int, int, int], ...]:
                found = super().stamp()
                if next(looks) == 2:  # after the first one at the start
                    copy(other, own)
                    loop.call_soon_threadsafe(tls.reload)
                return found

        tls = Tls(Provided(Changing(*own)), limits=PATIENT)
        service = await serve(tls=tls, limits=PATIENT)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await shown(service.addresses[0]) != pem(other):
                pass

    async def test_a_broken_one_is_reported_once_and_the_old_one_stays(
        self, serve: Serve, own: Pair, caplog: pytest.LogCaptureFixture
    ) -> None:
        tls = Tls(Provided(own), limits=PATIENT)
        service = await serve(tls=tls, limits=PATIENT)
        first = pem(own)
        own.certificate.write_text("half of it")
        async with asyncio.timeout(PATIENCE_SECONDS):
            for _ in range(3):
                service.reload()
                while tls._reload.is_set():  # noqa: ASYNC110 - the loop that looks tells nobody
                    await asyncio.sleep(0.001)
        with pytest.raises(TlsError):
            await tls.refresh()
        assert await shown(service.addresses[0]) == first
        lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
        assert len(lines) == 1
        assert lines[0].startswith("the certificate stays as it was: ")

    async def test_a_self_signed_one_is_renewed_while_it_is_in_use(
        self, serve: Serve, tmp_path: Path
    ) -> None:
        clock = FakeClock()
        source = SelfSigned(tmp_path / "tls", tuple, clock)
        tls = Tls(source, limits=PATIENT)
        service = await serve(tls=tls, limits=PATIENT)
        first = await shown(service.addresses[0])
        clock.advance(VALID_DAYS * 86_400.0)
        await tls.refresh()
        second = await shown(service.addresses[0])
        assert first != second == pem(source.pair)

    async def test_nothing_is_loaded_while_nothing_changes(
        self, own: Pair, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        tls = Tls(Provided(own), limits=HttpLimits())
        await tls.open()
        await tls.refresh()
        await tls.refresh()
        assert len([record for record in caplog.records if "fingerprint" in record.getMessage()]) == 1
        os.utime(own.key, (1, 1))
        await tls.refresh()
        assert len([record for record in caplog.records if "fingerprint" in record.getMessage()]) == 2
