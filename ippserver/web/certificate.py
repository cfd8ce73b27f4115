"""Where certificate and key come from: files of one's own, or a self-signed pair that is made and renewed.

Everything here blocks: it is called in threads.
"""

import hashlib
import ipaddress
import logging
import os
import re
import socket
import ssl
import stat
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from ippserver.interfaces import Clock
from ippserver.runtime.files import (
    PRIVATE_FILE,
    Disk,
    NewFile,
    UnsafePath,
    check_private_file,
    open_private_folder,
    sync_folder,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate

logger: Final = logging.getLogger(__name__)

VALID_DAYS: Final = 820
"""How long a self-signed certificate is valid; Apple's systems take at most 825 days."""
RENEWED_DAYS: Final = 60
"""How long before its end it is renewed."""
_BACKDATED_DAYS: Final = 1
"""For clients whose clock is late."""
_COMMON_NAME_CHARACTERS: Final = 64
_DNS_NAME: Final = re.compile(r"(?!.{254})[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?")
_NOTED: Final = "Made by ippserver for "
_DUE: Final = "and renewed by it at "
_NOTE: Final = re.compile(rf"{_NOTED}(?P<names>[^\n]*)\n{_DUE}(?P<due>[0-9]{{1,12}}) ")
"""What stands before our certificates, where every reader of PEM passes over it: to look into one would take
`cryptography`, 130 ms and some MiB of memory at every start."""
_PEM: Final = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


class TlsError(Exception):
    """There is no certificate to serve with; the text is one line, with the file."""


class Pair(NamedTuple):
    """The files of a certificate, with its chain, and of its private key, in PEM."""

    certificate: Path
    key: Path

    def stamp(self) -> tuple[tuple[int, int, int], ...]:
        """What differs once a file was written anew.

        Raises:
            TlsError: One of them is not there.
        """
        try:
            found = [path.stat() for path in self]
        except OSError as error:
            raise TlsError(f"{error.filename}: {error.strerror}") from error
        return tuple((each.st_mtime_ns, each.st_size, each.st_ino) for each in found)

    def fingerprint(self) -> str:
        """The SHA-256 of the certificate, as `openssl x509 -fingerprint -sha256` writes it.

        Raises:
            TlsError: It cannot be read.
        """
        try:
            found = _PEM.search(self.certificate.read_text(encoding="latin-1"))
        except OSError as error:
            raise TlsError(f"{error.filename}: {error.strerror}") from error
        if found is None:
            raise TlsError(f"{self.certificate}: holds no certificate in PEM")
        return fingerprint(ssl.PEM_cert_to_DER_cert(found[0]))


def fingerprint(certificate: bytes) -> str:
    """The SHA-256 of a certificate in DER, as people compare it: AB:CD:..."""
    return hashlib.sha256(certificate).digest().hex(":").upper()


class CertificateSource(Protocol):
    """Knows the pair to serve with."""

    @property
    def pair(self) -> Pair:
        """The files."""

    def prepare(self) -> None:
        """Sees to it that the pair is there, before it is loaded first.

        Raises:
            TlsError: It cannot be.
        """

    def renew(self) -> None:
        """Replaces the pair where its time has come.

        Raises:
            TlsError: It should be replaced, and cannot.
        """


@dataclass(frozen=True, slots=True)
class Provided:
    """A pair that somebody else looks after."""

    pair: Pair

    def prepare(self) -> None:
        """Complains where everybody can read the key; that it is there is seen when it is loaded."""
        try:
            readable = self.pair.key.stat().st_mode & stat.S_IROTH
        except OSError:
            return
        if readable:
            logger.warning(
                "everybody on this host can read %s, and so pretend to be this server", self.pair.key
            )

    def renew(self) -> None:
        """That is done by whoever brought it."""


@dataclass(frozen=True, slots=True)
class SelfSigned:
    """A pair of our own in `folder`, for the names and addresses of this host, and for `more`.

    It is renewed before it ends, and when the host gets another name; the key stays, so that clients which
    know it go on to trust it. A pair that somebody else put there is left as it is.
    """

    folder: Path
    more: Callable[[], Collection[str]]
    clock: Clock

    @property
    def pair(self) -> Pair:
        """The files, which only we may read."""
        return Pair(self.folder / "certificate.pem", self.folder / "key.pem")

    def prepare(self) -> None:
        """Makes the pair where there is none, or where its time has come."""
        try:
            open_private_folder(self.folder)
            if self.pair.key.exists():
                check_private_file(self.pair.key)
        except UnsafePath as error:
            raise TlsError(str(error)) from error
        except OSError as error:
            raise _unusable(self.folder, error) from error
        self.renew()

    def renew(self) -> None:
        """Makes the certificate anew where it ends soon, or does not name this host."""
        try:
            if self._is_wanting():
                self._make()
        except OSError as error:
            raise _unusable(self.folder, error) from error

    def _is_wanting(self) -> bool:
        try:
            found = _NOTE.match(self.pair.certificate.read_text(encoding="latin-1"))
        except FileNotFoundError:
            return True
        if found is None:
            return False
        is_due = self.clock.now() >= int(found["due"])
        is_named = set(dns_names(self.more())) <= set(found["names"].split())
        return is_due or not is_named or not self.pair.key.exists()

    def _make(self) -> None:
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        key = _key(self.pair.key)
        if key is None:
            key = _new_key()
            _write(self.pair.key, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        now, names = datetime.fromtimestamp(int(self.clock.now()), UTC), self.more()
        due = now + timedelta(days=VALID_DAYS - RENEWED_DAYS)
        note = f"{_NOTED}{' '.join(dns_names(names))}\n{_DUE}{due.timestamp():.0f} ({due:%Y-%m-%d})\n"
        certificate = _signed(key, names, now).public_bytes(Encoding.PEM)
        _write(self.pair.certificate, note.encode() + certificate)


def dns_names(names: Collection[str] = ()) -> Iterator[str]:
    """The names that this host goes by, its own first, and those of `names` that are no addresses."""
    host = socket.gethostname().rstrip(".")
    label = host.partition(".")[0]
    candidates = (host, label, f"{label}.local", "localhost", *names)
    unique = dict.fromkeys(name.lower() for name in candidates if _DNS_NAME.fullmatch(name))
    return (name for name in unique if _address(name) is None)


def addresses(names: Collection[str] = ()) -> Iterator[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """The addresses of this host that need no zone, loopback too, and those in `names`."""
    import ifaddr

    own = [each.ip for adapter in ifaddr.get_adapters() for each in adapter.ips]
    texts = ["127.0.0.1", "::1", *(ip if isinstance(ip, str) else ip[0] for ip in own), *names]
    found = dict.fromkeys(address for text in texts if (address := _address(text)) is not None)
    return (address for address in found if not address.is_link_local)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _new_key() -> "EllipticCurvePrivateKey":
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _signed(key: "EllipticCurvePrivateKey", names: Collection[str], now: datetime) -> "Certificate":
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    hosts = list(dns_names(names))
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0][:_COMMON_NAME_CHARACTERS])])
    named = [*map(x509.DNSName, hosts), *map(x509.IPAddress, addresses(names))]
    usage = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    public = key.public_key()
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=_BACKDATED_DAYS))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectAlternativeName(named), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, **usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False
        )
        .sign(key, SHA256())
    )


def _key(path: Path) -> "EllipticCurvePrivateKey | None":
    """The key in a file; None where there is no file.

    Raises:
        TlsError: It is no key like ours, so somebody else's, which is not to be lost.
    """
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, EllipticCurvePrivateKey):
        raise TlsError(f"{path}: is none of the server's own keys; remove it to have one made")
    return key


def _write(path: Path, octets: bytes) -> None:
    """Replaces the file at `path` in one step, which survives a power cut."""
    disk = Disk()
    draft = path.with_name(f"{path.name}.tmp")
    draft.unlink(missing_ok=True)
    with NewFile(draft, disk=disk, mode=PRIVATE_FILE) as file:
        file.write(octets)
        file.sync()
    disk.replace(draft, path)
    sync_folder(path.parent, disk)


def _unusable(folder: Path, error: OSError) -> TlsError:
    return TlsError(f"{error.filename or folder}: {error.strerror or os.strerror(error.errno or 0)}")
