"""What commands that talk to a printer share: options, the connection, and errors as a line and a status."""

import asyncio
import functools
import getpass
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec

import click

from ippserver.cli.logs import log_options, logging_to_standard_error
from ippserver.cli.presentation import attribute_lines
from ippserver.cli.status import REFUSED, UNREACHABLE, fail
from ippserver.client import ClientError, IppClient, IppStatusError, Trust, Unreachable, Untrusted
from ippserver.client.trust import written
from ippserver.iana import names
from ippserver.iana.enums import Status
from ippserver.model.uris import InvalidUri

P = ParamSpec("P")

_REMEDIES: Final = {
    Status.CLIENT_ERROR_NOT_FOUND: "check the path of the URI, and the job-id",
    Status.CLIENT_ERROR_GONE: "the job has been deleted",
    Status.CLIENT_ERROR_NOT_AUTHORIZED: "give the owner of the job, or an operator, by --user",
    Status.CLIENT_ERROR_NOT_AUTHENTICATED: "give --user and --password",
    Status.CLIENT_ERROR_FORBIDDEN: "this printer does not let you do that",
    Status.CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED: (
        f"`ippserver show URI {names.DOCUMENT_FORMAT_SUPPORTED.name}` lists what it prints"
    ),
    Status.SERVER_ERROR_NOT_ACCEPTING_JOBS: "try again when it accepts jobs",
    Status.SERVER_ERROR_BUSY: "try again later",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """The options about the connection and the form of the output."""

    user: str | None
    password: str | None
    trust: Trust
    as_json: bool

    def client(self, uri: str, *, timeout_seconds: float = 30.0, trust: Trust | None = None) -> IppClient:
        """A client for `uri`, to be entered; `trust` instead of the options'."""
        return IppClient(
            uri,
            user=self.user,
            password=self.password,
            trust=trust or self.trust,
            timeout_seconds=timeout_seconds,
        )


def printer_command(
    name: str,
) -> Callable[[Callable[Concatenate[Connection, P], Awaitable[None]]], click.Command]:
    """A click command from a coroutine function that takes a Connection before its own parameters."""

    def decorate(function: Callable[Concatenate[Connection, P], Awaitable[None]]) -> click.Command:
        @functools.wraps(function)
        def run(
            *,
            user: str | None,
            password: str | None,
            cafile: Path | None,
            fingerprint: str | None,
            insecure: bool,
            as_json: bool,
            log_level: str | None,
            log_format: str,
            **own: Any,  # Any: click's values for the parameters of `function`
        ) -> None:
            connection = Connection(
                user=user or _login_name(),
                password=password,
                trust=_trust(cafile, fingerprint, anybody=insecure),
                as_json=as_json,
            )
            with logging_to_standard_error(log_level, log_format), _reported():
                asyncio.run(_entered(function, connection, own))

        command = click.command(name)(run)
        command.params += _options()
        return command

    return decorate


async def _entered(
    function: Callable[..., Awaitable[None]], connection: Connection, own: dict[str, Any]
) -> None:
    await function(connection, **own)


def _options() -> list[click.Parameter]:
    return [
        click.Option(["--user"], help="Your name for the printer (default: your login name)."),
        click.Option(
            ["--password"],
            envvar="IPPSERVER_PASSWORD",
            help="Your password; better given by the environment variable IPPSERVER_PASSWORD.",
        ),
        click.Option(
            ["--cafile"],
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="File of the certificates to trust, for ipps: URIs.",
        ),
        click.Option(
            ["--fingerprint"],
            metavar="SHA256",
            help="Fingerprint of the only certificate to trust, for ipps: URIs.",
        ),
        click.Option(
            ["--insecure"], is_flag=True, help="Take any certificate: whoever answers gets what you send."
        ),
        click.Option(["--json", "as_json"], is_flag=True, help="Print JSON."),
        *log_options(),
    ]


def _trust(cafile: Path | None, fingerprint: str | None, *, anybody: bool) -> Trust:
    if sum((cafile is not None, fingerprint is not None, anybody)) > 1:
        raise click.UsageError("Give one of --cafile, --fingerprint and --insecure.")
    if fingerprint is None:
        return Trust(cafile=cafile, anybody=anybody)
    try:
        return Trust.in_fingerprint(fingerprint)
    except ValueError as error:
        raise click.BadParameter(f"{error}.", param_hint="--fingerprint") from error


def _login_name() -> str | None:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user often has no name
        return None


@contextmanager
def _reported() -> Iterator[None]:
    """Ends the program with a line and the status for whatever the printer did."""
    try:
        yield
    except InvalidUri as error:
        raise click.UsageError(f"The URI is not valid: {error.reason}.") from error
    except Untrusted as error:
        fail(f"{error} {_remedy(error)}", UNREACHABLE)
    except Unreachable as error:
        fail(f"{error} Is it switched on, and is the port right?", UNREACHABLE)
    except IppStatusError as error:
        line, details = what_it_says(error)
        fail(line, REFUSED, *details)
    except ClientError as error:
        fail(str(error), REFUSED)


def _remedy(error: Untrusted) -> str:
    if not error.fingerprint:
        return "Give the certificate to trust by --cafile FILE."
    return (
        "Give the certificate to trust by --cafile FILE, or its fingerprint if it is this one:"
        f" --fingerprint {written(error.fingerprint)}"
    )


def what_it_says(error: IppStatusError) -> tuple[str, Sequence[str]]:
    """A refusal as a line for people, and lines about the attributes that it is for."""
    remedy = _REMEDIES.get(error.status)
    line = f"The printer says {error.status.keyword}"
    if error.message:
        line += f": {error.message.rstrip('.')}"
    if remedy:
        line += f" ({remedy})"
    return f"{line}.", tuple(attribute_lines(error.unsupported))
