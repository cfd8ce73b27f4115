"""Documents posted to a web server: a form of JSON and the document, signed, and told from one seen before.

    Ippserver-Signature: t=SECONDS,v1=HEX

HEX is the HMAC-SHA256, by the secret, of `SECONDS.SHA256-OF-JSON.SHA256-OF-DOCUMENT`, the digests in
hexadecimal; where no JSON is sent, of no octets. `Idempotency-Key` is the same whenever the same document is
tried again: after a crash somebody may be told of it twice.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from yarl import URL

from ippserver.interfaces import (
    Clock,
    DocumentStream,
    OutputError,
    OutputRefused,
    OutputUnavailable,
    Parcel,
)
from ippserver.outbound.guard import AllowedHosts, Guard
from ippserver.outbound.post import Answer, FilePart, Form, Part, Poster, PostFailed
from ippserver.outputs.description import as_json
from ippserver.outputs.names import plain_names
from ippserver.outputs.texts import TextTemplate
from ippserver.runtime.secrets import NoSecret, read_secret
from ippserver.runtime.threads import Workers

_REFUSED: Final = frozenset({400, 405, 411, 413, 414, 415, 422})
"""What a server says of this document, and will say again."""
_UNAVAILABLE: Final = frozenset({401, 403, 404, 407, 429, 502, 503, 504})
"""What it says whatever the document."""
_SHOWN_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookConfig:
    """What is posted, and to whom."""

    url: str
    secret: str = ""
    """Where the key of the signature is, "file:/PATH" or "env:NAME"; empty for no signature."""
    authorization: str = ""
    """Where the Authorization header is, likewise."""
    job_field: str = "job"
    """The field with the JSON; empty for none."""
    document_field: str = "document"
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """More fields, by templates."""
    timeout_seconds: float = 60.0
    ca_file: Path | None = None


class WebhookOutput:
    """Posts each Document (see interfaces.Output)."""

    def __init__(self, name: str, config: WebhookConfig, clock: Clock) -> None:
        """Raises OutputError where a template has a field that there is not."""
        self._name = name
        self._config = config
        self._clock = clock
        self._workers = Workers("output")
        url = URL(config.url)
        guard = Guard(AllowedHosts(frozenset({(url.host or "").lower().removesuffix(".")})))
        self._poster = Poster(
            url=url, guard=guard, timeout_seconds=config.timeout_seconds, ca_file=config.ca_file
        )
        self._fields = [
            (field, TextTemplate(pattern))
            for field, patterns in config.fields.items()
            for pattern in patterns
        ]

    @property
    def name(self) -> str:
        """Its name among the Printer's outputs."""
        return self._name

    async def open(self) -> None:
        """Looks whether the secrets are there; nobody is connected to yet."""
        try:
            await self._secrets()
        except NoSecret as error:
            raise OutputError(f"output {self._name}: {error}") from error

    async def plan(self, parcel: Parcel) -> str:
        """The server that gets it: the rest of the URL may be a secret."""
        return str(self._poster.url.origin())

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """Posts it."""
        job = (await self._workers.run(as_json, parcel)).encode() if self._config.job_field else b""
        small = [Part(name, template.text(parcel).encode()) for name, template in self._fields]
        if self._config.job_field:
            small.insert(0, Part(self._config.job_field, job, "application/json", "job.json"))
        named = self._config.document_field
        files = [
            FilePart(Part(named, b"", parcel.media_type, name), file.size_octets, content)
            for name, file, content in zip(plain_names(parcel), parcel.files, contents, strict=True)
        ]
        form = Form(parts=small, files=files)
        try:
            headers = await self._headers(parcel, job)
            answer = await self._poster.post(form, headers)
        except (NoSecret, PostFailed) as error:
            raise OutputUnavailable(str(error)) from error
        if not 200 <= answer.status < 300:
            raise self._failure(answer)
        return target

    async def _secrets(self) -> tuple[str, str]:
        """The key of the signature and the Authorization header, each empty where there is none."""
        config = self._config
        found = [
            await self._workers.run(read_secret, reference) if reference else ""
            for reference in (config.secret, config.authorization)
        ]
        if not found[1].isprintable():  # it would be no header, or two
            raise NoSecret(f"{config.authorization} has more than one line")
        return found[0], found[1]

    async def _headers(self, parcel: Parcel, job: bytes) -> Mapping[str, str]:
        key, authorization = await self._secrets()
        headers = {"Idempotency-Key": parcel.key}
        if authorization:
            headers["Authorization"] = authorization
        if key:
            moment = int(self._clock.now())
            digests = (hashlib.sha256(job).hexdigest(), *(file.sha256 for file in parcel.files))
            signed = ".".join((str(moment), *digests))
            signature = hmac.new(key.encode(), signed.encode(), hashlib.sha256).hexdigest()
            headers["Ippserver-Signature"] = f"t={moment},v1={signature}"
        return headers

    def _failure(self, answer: Answer) -> OutputError:
        said = " ".join(answer.text.split())[:_SHOWN_CHARACTERS]
        text = (
            f"{self._poster.url.host} answers with HTTP status {answer.status}{f': {said}' if said else ''}."
        )
        if answer.status in _REFUSED:
            return OutputRefused(text)
        return OutputUnavailable(text) if answer.status in _UNAVAILABLE else OutputError(text)
