"""Who may read along, and who is let in: TLS, certificates, passwords."""

import hashlib
import re
import subprocess
from pathlib import Path

import pytest
from aiohttp import encode_basic_auth, web

from ippserver.client import (
    ClientError,
    HttpError,
    IppClient,
    Trust,
    Unreachable,
    Untrusted,
)
from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.testing.tools import require_tool
from tests.client.servers import Handler, document, ipp, printer, received, response, tls_printer


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the key and the certificate of localhost, signed by nobody else."""
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    output = ["-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run([require_tool("openssl"), *request, *subject, *output], check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


async def test_credentials_are_sent_when_the_printer_asks_for_them() -> None:
    asked: list[str | None] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.headers.get("Authorization"))
        if asked[-1] is None:
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="printer"'})
        message, _ = await received(request)
        return ipp(response(message))

    async with printer(answer) as uri, IppClient(uri, user="fred", password="s:ecret") as client:
        await client.request(Operation.PAUSE_PRINTER)
        await client.request(Operation.RESUME_PRINTER)
    basic = encode_basic_auth("fred", "s:ecret")
    assert asked == [None, basic, basic]


async def test_credentials_are_no_use_where_they_are_refused() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="printer"'})

    async with printer(answer) as uri:
        for password in (None, "wrong"):
            async with IppClient(uri, user="fred", password=password) as client:
                with pytest.raises(HttpError, match="user name and password"):
                    await client.request(Operation.PAUSE_PRINTER)


async def test_an_upgrade_that_is_required_points_to_ipps() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=426, headers={"Upgrade": "TLS/1.2"})

    async with printer(answer) as uri, IppClient(uri) as client:
        with pytest.raises(HttpError, match="ipps:"):
            await client.request(Operation.PAUSE_PRINTER)


async def test_a_plain_server_is_unreachable_by_ipps() -> None:
    async def answer(request: web.Request) -> web.Response:
        raise AssertionError

    async with printer(answer) as uri, IppClient(uri.replace("ipp:", "ipps:")) as client:
        with pytest.raises(Unreachable):
            await client.request(Operation.PAUSE_PRINTER)


async def test_ipps_is_tls_from_the_first_octet_with_a_certificate_that_is_trusted(certificate: Path) -> None:
    async def answer(request: web.Request) -> web.Response:
        message, rest = await received(request)
        assert request.secure
        job = AttributeGroup(GroupTag.JOB, (names.JOB_ID.of(len(rest)),))
        return ipp(response(message, Status.SUCCESSFUL_OK, job))

    async with tls_printer(answer, certificate) as uri:
        async with IppClient(uri, trust=Trust(cafile=certificate)) as client:
            assert (await client.print_job(document())).id == len(b"%PDF-1.7")
        async with IppClient(
            uri.replace("localhost", "127.0.0.1"), trust=Trust(cafile=certificate)
        ) as client:
            with pytest.raises(Untrusted, match=r"not trusted: .*127\.0\.0\.1"):
                await client.print_job(document())


async def test_exactly_one_certificate_is_trusted_by_its_fingerprint(certificate: Path) -> None:
    async def answer(request: web.Request) -> web.Response:
        message, _ = await received(request)
        return ipp(response(message))

    async with tls_printer(answer, certificate) as uri:
        elsewhere = uri.replace("localhost", "127.0.0.1")  # which the certificate does not name
        async with IppClient(elsewhere) as client:
            with pytest.raises(Untrusted) as caught:
                await client.request(Operation.PAUSE_PRINTER)
        shown = caught.value.fingerprint.hex(":")
        async with IppClient(elsewhere, trust=Trust.in_fingerprint(shown)) as client:
            await client.request(Operation.PAUSE_PRINTER)
        async with IppClient(elsewhere, trust=Trust.in_fingerprint("ab" * 32)) as client:
            with pytest.raises(Untrusted, match="another one") as caught:
                await client.request(Operation.PAUSE_PRINTER)
        assert caught.value.fingerprint.hex(":") == shown


async def test_any_certificate_is_taken_where_that_is_wanted(certificate: Path) -> None:
    async def answer(request: web.Request) -> web.Response:
        message, _ = await received(request)
        return ipp(response(message))

    async with tls_printer(answer, certificate) as uri, IppClient(uri, trust=Trust(anybody=True)) as client:
        assert (await client.request(Operation.PAUSE_PRINTER)).status_code == Status.SUCCESSFUL_OK


@pytest.mark.parametrize("text", ["", "ab" * 31, "ab" * 33, "zz" * 32, "ab-" * 31 + "ab"])
def test_a_fingerprint_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        Trust.in_fingerprint(text)


async def test_nothing_is_sent_where_the_certificate_is_not_trusted(certificate: Path) -> None:
    asked = False

    async def answer(request: web.Request) -> web.Response:
        nonlocal asked
        asked = True
        raise AssertionError

    async with tls_printer(answer, certificate) as uri, IppClient(uri) as client:
        with pytest.raises(Untrusted, match="self-signed certificate"):
            await client.print_job(document())
    assert not asked


async def test_a_password_does_not_travel_unencrypted_beyond_this_host() -> None:
    async def answer(request: web.Request) -> web.Response:
        assert "Authorization" not in request.headers
        return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="printer"'})

    async with printer(answer, host="127.0.0.2") as uri:
        async with IppClient(uri, user="fred", password="secret") as client:
            with pytest.raises(ClientError, match="use an ipps: URI"):
                await client.request(Operation.PAUSE_PRINTER)


async def test_a_user_with_a_colon_cannot_log_in() -> None:
    with pytest.raises(ClientError, match="colon"):
        async with IppClient("ipp://127.0.0.1/", user="fr:ed", password="secret"):
            pass


async def test_a_file_that_holds_no_certificates_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClientError, match=r"no-such\.pem"):
        async with IppClient("ipps://127.0.0.1/", trust=Trust(cafile=tmp_path / "no-such.pem")):
            pass
    (tmp_path / "empty.pem").write_text("hello")
    with pytest.raises(ClientError, match=r"empty\.pem"):
        async with IppClient("ipps://127.0.0.1/", trust=Trust(cafile=tmp_path / "empty.pem")):
            pass


# ---- Digest (RFC 7616), and documents


class Guarded:
    """A printer that lets in who knows the password, by Digest or Basic, and does then what another does."""

    def __init__(self, scheme: str, behind: Handler | None = None) -> None:
        self._behind = behind or self._done
        self._challenge = {
            "Digest": 'Digest realm="printer", nonce="abc", qop="auth", algorithm=SHA-256',
            "Basic": 'Basic realm="printer"',
        }[scheme]
        self.taken: list[int] = []
        self.documents: list[bytes] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        authorization = request.headers.get("Authorization")
        if authorization is None:
            return web.Response(status=401, headers={"WWW-Authenticate": self._challenge})
        assert self._is_right(authorization)
        return await self._behind(request)

    async def _done(self, request: web.Request) -> web.StreamResponse:
        message, rest = await received(request)
        self.taken.append(message.operation_id)
        self.documents += [rest] if rest else []
        return ipp(
            response(message, Status.SUCCESSFUL_OK, AttributeGroup(GroupTag.JOB, (names.JOB_ID.of(7),)))
        )

    def _is_right(self, authorization: str) -> bool:
        if authorization.startswith("Basic "):
            return authorization == encode_basic_auth("fred", "s:ecret")
        said = dict(re.findall(r'(\w+)="?([^",]+)"?', authorization.removeprefix("Digest ")))

        def digest(text: str) -> str:
            return hashlib.sha256(text.encode()).hexdigest()

        middle = f"{said['nonce']}:{said['nc']}:{said['cnonce']}:{said['qop']}"
        wanted = digest(f"{digest('fred:printer:s:ecret')}:{middle}:{digest('POST:/ipp/print')}")
        return bool(said["response"] == wanted)


@pytest.mark.usefixtures("leaping")  # a document is sent, once, if nothing was heard for a second
@pytest.mark.parametrize("scheme", ["Basic", "Digest"])
async def test_a_document_gets_in_with_the_password(scheme: str, certificate: Path) -> None:
    guarded = Guarded(scheme)
    async with tls_printer(guarded.answer, certificate) as uri:
        trust = Trust(cafile=certificate)
        async with IppClient(uri, user="fred", password="s:ecret", trust=trust) as client:
            await client.print_job(document())
            await client.print_job(document())
    assert guarded.documents == [b"%PDF-1.7", b"%PDF-1.7"]


@pytest.mark.parametrize("scheme", ["Basic", "Digest"])
async def test_a_password_travels_in_the_clear_where_that_is_allowed(scheme: str) -> None:
    guarded = Guarded(scheme)
    async with printer(guarded.answer, host="127.0.0.2") as uri:
        allowing = IppClient(uri, user="fred", password="s:ecret", allow_clear_text=True)
        async with allowing as client:
            await client.request(Operation.PAUSE_PRINTER)
    assert guarded.taken == [Operation.PAUSE_PRINTER]
