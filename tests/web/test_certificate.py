"""The self-signed pair: what it says, who may read it, when it is made anew."""

import ipaddress
import socket
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from ippserver.testing.fakes import FakeClock
from ippserver.testing.tools import require_tool
from ippserver.web.certificate import RENEWED_DAYS, VALID_DAYS, Pair, SelfSigned, TlsError
from ippserver.web.tls import server_context

DAY = 86_400.0
NAMES = ("queue.example.org", "192.0.2.7", "*", "not a name")
HOST = "Print-Server.example.org"


@pytest.fixture(autouse=True)
def _host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: HOST)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def source(tmp_path: Path, clock: FakeClock) -> SelfSigned:
    """A pair that is there."""
    source = SelfSigned(tmp_path / "tls", lambda: NAMES, clock)
    source.prepare()
    return source


def certificate(source: SelfSigned) -> x509.Certificate:
    """What it serves with."""
    return x509.load_pem_x509_certificate(source.pair.certificate.read_bytes())


def alternatives(source: SelfSigned) -> x509.SubjectAlternativeName:
    """Whom it names."""
    return certificate(source).extensions.get_extension_for_class(x509.SubjectAlternativeName).value


def again(source: SelfSigned, *names: str) -> SelfSigned:
    """As after a restart, which looks at the pair."""
    fresh = SelfSigned(source.folder, lambda: names or NAMES, source.clock)
    fresh.prepare()
    return fresh


class TestMade:
    def test_it_is_for_a_server_of_these_names(self, source: SelfSigned) -> None:
        assert alternatives(source).get_values_for_type(x509.DNSName) == [
            "print-server.example.org",
            "print-server",
            "print-server.local",
            "localhost",
            "queue.example.org",
        ]

    def test_it_is_for_the_addresses_of_this_host(self, source: SelfSigned) -> None:
        found = alternatives(source).get_values_for_type(x509.IPAddress)
        wanted = {ipaddress.ip_address(text) for text in ("127.0.0.1", "::1", "192.0.2.7")}
        assert wanted <= set(found)
        assert len(found) == len(set(found))
        assert not any(address.is_link_local for address in found)

    def test_it_is_one_that_clients_take(self, source: SelfSigned, clock: FakeClock) -> None:
        found = certificate(source)
        key = found.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert key.curve.name == "secp256r1"
        now = datetime.fromtimestamp(clock.now(), UTC)
        assert (
            found.not_valid_before_utc < now < now + timedelta(days=VALID_DAYS) == found.not_valid_after_utc
        )
        assert (found.not_valid_after_utc - found.not_valid_before_utc).days <= 825
        extensions = found.extensions
        assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        assert extensions.get_extension_for_oid(ExtensionOID.KEY_USAGE).critical
        usage = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]

    def test_openssl_finds_it_well_made(self, source: SelfSigned) -> None:
        pem = str(source.pair.certificate)
        run = [require_tool("openssl"), "verify", "-x509_strict", "-CAfile", pem, "-no_check_time", pem]
        assert subprocess.run(run, capture_output=True, text=True, check=False).stdout == f"{pem}: OK\n"

    def test_its_fingerprint_is_the_one_of_openssl(self, source: SelfSigned) -> None:
        run = [require_tool("openssl"), "x509", "-noout", "-fingerprint", "-sha256", "-in"]
        said = subprocess.run([*run, source.pair.certificate], capture_output=True, text=True, check=True)
        assert said.stdout.strip().partition("=")[2] == source.pair.fingerprint()

    def test_nobody_else_may_read_the_key(self, source: SelfSigned) -> None:
        assert stat.S_IMODE(source.folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(source.pair.key.stat().st_mode) == 0o600
        assert sorted(path.name for path in source.folder.iterdir()) == ["certificate.pem", "key.pem"]

    def test_a_host_name_too_long_for_a_common_name_is_cut_there(
        self, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        long = "a" * 60 + ".example.org"
        monkeypatch.setattr(socket, "gethostname", lambda: long)
        source = SelfSigned(tmp_path / "tls", tuple, clock)
        source.prepare()
        assert certificate(source).subject.rfc4514_string() == f"CN={long[:64]}"
        assert long in alternatives(source).get_values_for_type(x509.DNSName)


class TestKept:
    def test_it_stays_the_same_across_restarts(self, source: SelfSigned) -> None:
        before = source.pair.stamp()
        assert again(source).pair.stamp() == before

    def test_a_key_that_others_could_read_is_closed_to_them(self, source: SelfSigned) -> None:
        source.pair.key.chmod(0o640)
        source.prepare()
        assert stat.S_IMODE(source.pair.key.stat().st_mode) == 0o600

    def test_a_key_that_others_could_write_is_refused(self, source: SelfSigned) -> None:
        source.pair.key.chmod(0o666)
        with pytest.raises(TlsError, match=r"key\.pem can be written by others"):
            source.prepare()

    def test_a_folder_that_is_a_link_is_refused(self, tmp_path: Path, source: SelfSigned) -> None:
        (tmp_path / "link").symlink_to(source.folder)
        with pytest.raises(TlsError, match="is a symlink"):
            SelfSigned(tmp_path / "link", tuple, source.clock).prepare()

    def test_a_folder_that_cannot_be_made_is_named(self, tmp_path: Path, clock: FakeClock) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(TlsError, match=r"file.*: Not a directory"):
            SelfSigned(tmp_path / "file" / "tls", tuple, clock).prepare()


class TestRenewed:
    def test_it_is_renewed_before_it_ends_and_the_key_stays(
        self, source: SelfSigned, clock: FakeClock
    ) -> None:
        source.renew()
        first, key = certificate(source), source.pair.key.read_bytes()
        clock.advance((VALID_DAYS - RENEWED_DAYS) * DAY - 1)
        source.renew()
        assert certificate(source) == first
        clock.advance(2)
        source.renew()
        second = certificate(source)
        assert second.not_valid_after_utc > first.not_valid_after_utc
        assert second.serial_number != first.serial_number
        assert (second.public_key(), source.pair.key.read_bytes()) == (first.public_key(), key)

    def test_it_is_renewed_after_a_long_stop(self, source: SelfSigned, clock: FakeClock) -> None:
        clock.advance(3 * 365 * DAY)
        assert certificate(again(source)).not_valid_after_utc.timestamp() > clock.now()

    def test_it_is_renewed_when_the_host_has_another_name(
        self, source: SelfSigned, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(socket, "gethostname", lambda: "other")
        assert "other.local" in alternatives(again(source)).get_values_for_type(x509.DNSName)

    def test_it_is_renewed_for_another_configured_name(self, source: SelfSigned) -> None:
        fresh = again(source, "new.example.org")
        assert "new.example.org" in alternatives(fresh).get_values_for_type(x509.DNSName)

    @pytest.mark.parametrize("which", [0, 1], ids=["certificate", "key"])
    def test_a_missing_file_is_made_again(self, source: SelfSigned, which: int) -> None:
        source.pair[which].unlink()
        server_context(again(source).pair)
        assert source.pair[which].stat().st_size > 0

    def test_without_the_certificate_the_key_stays(self, source: SelfSigned) -> None:
        key = source.pair.key.read_bytes()
        source.pair.certificate.unlink()
        assert again(source).pair.key.read_bytes() == key

    @pytest.mark.parametrize("octets", [b"", b"nonsense"])
    def test_a_key_that_is_not_ours_is_never_lost(self, source: SelfSigned, octets: bytes) -> None:
        source.pair.key.write_bytes(octets)
        source.pair.certificate.unlink()
        with pytest.raises(TlsError, match=r"key\.pem: is none of the server's own keys"):
            again(source)
        assert source.pair.key.read_bytes() == octets

    def test_a_certificate_that_is_not_ours_is_left_alone(self, source: SelfSigned, clock: FakeClock) -> None:
        octets = source.pair.certificate.read_bytes()
        theirs = octets[octets.index(b"-----BEGIN") :]
        source.pair.certificate.write_bytes(theirs)
        clock.advance(VALID_DAYS * DAY)
        again(source)
        assert source.pair.certificate.read_bytes() == theirs


def test_a_pair_that_is_not_there_is_named(tmp_path: Path) -> None:
    pair = Pair(tmp_path / "no.pem", tmp_path / "no.key")
    with pytest.raises(TlsError, match=r"no\.pem: No such file"):
        pair.stamp()
    with pytest.raises(TlsError, match=r"no\.pem: No such file"):
        pair.fingerprint()
    pair.certificate.write_text("nothing")
    with pytest.raises(TlsError, match="holds no certificate in PEM"):
        pair.fingerprint()
