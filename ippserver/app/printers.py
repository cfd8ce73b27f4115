"""From the settings of a printer to what its live Printer is made of, its outputs among them."""

import socket
from collections.abc import Sequence

from ippserver.config.fields import Address
from ippserver.config.outputs import (
    CommandSettings,
    DiscardSettings,
    FolderSettings,
    ForwardSettings,
    MailSettings,
    OutputSettings,
    RetriedSettings,
    SocketSettings,
    WebhookSettings,
)
from ippserver.config.printers import MEDIA_TYPES, ghostscript, printer_config, wanted_by
from ippserver.config.settings import PrinterSettings, Settings
from ippserver.engine.setup import Setup
from ippserver.interfaces import Clock, Output
from ippserver.ipp.attributes import Attribute
from ippserver.model.delivery import RetryPolicy
from ippserver.model.uris import DEFAULT_PORT
from ippserver.outputs.command import CommandOutput
from ippserver.outputs.discard import DiscardOutput
from ippserver.outputs.folder import FolderOutput
from ippserver.outputs.forward import ForwardConfig, ForwardOutput
from ippserver.outputs.mail import MailConfig, MailOutput
from ippserver.outputs.socket import SocketOutput
from ippserver.outputs.webhook import WebhookConfig, WebhookOutput


def setup_of(printer: PrinterSettings, settings: Settings, clock: Clock, extra: Sequence[Attribute]) -> Setup:
    """What a live Printer is made of, with the outputs of its settings."""
    outputs = {output.name: _output(output, settings, clock) for output in printer.outputs}
    forwards = {name: output for name, output in outputs.items() if isinstance(output, ForwardOutput)}
    return Setup(
        config=printer_config(printer, settings.limits, postscript=ghostscript(settings) is not None),
        outputs=tuple(outputs.values()),
        uri=_own_uri(settings, printer),
        retries={output.name: _retry(output) for output in printer.outputs},
        wanted=wanted_by(printer),
        wishes={name: output.wants for name, output in forwards.items()},
        gather=frozenset(forwards),
        mirrors={name: output.mirror for name, output in forwards.items()},
        recalls={name: output.recall for name, output in forwards.items()},
        attributes=tuple(extra),
        advertised=settings.dns_sd.enabled,
    )


def _output(output: OutputSettings, settings: Settings, clock: Clock) -> Output:
    match output:
        case DiscardSettings():
            return DiscardOutput(output.name)
        case CommandSettings():
            scratch = settings.server.data_dir / "work"
            return CommandOutput(output.name, output.command, scratch, timeout_seconds=output.timeout_seconds)
        case WebhookSettings():
            return WebhookOutput(output.name, _webhook(output), clock)
        case SocketSettings():
            return SocketOutput(output.name, output.host, output.port, timeout_seconds=output.timeout_seconds)
        case MailSettings():
            shared = {field: getattr(output, field) for field in MailConfig.__dataclass_fields__}
            return MailOutput(output.name, MailConfig(**shared))
        case ForwardSettings():
            shared = {
                field: getattr(output, field)
                for field in ForwardSettings.model_fields
                if field in ForwardConfig.__dataclass_fields__
            }
            shared["media_type"] = {"auto": "", **MEDIA_TYPES}.get(output.format)
            return ForwardOutput(output.name, ForwardConfig(**shared), clock)
        case FolderSettings():
            return FolderOutput(
                output.name,
                output.folder,
                template=output.template,
                routes=output.routes,
                file_mode=int(output.file_mode, 8) if output.file_mode else None,
                group=output.group,
            )


def _webhook(output: WebhookSettings) -> WebhookConfig:
    shared = {field: getattr(output, field) for field in WebhookConfig.__dataclass_fields__}
    fields = {name: (texts,) if isinstance(texts, str) else texts for name, texts in output.fields.items()}
    return WebhookConfig(**shared | {"fields": fields})


def _retry(output: RetriedSettings) -> RetryPolicy:
    return RetryPolicy(
        attempts=output.attempts,
        first_seconds=output.retry_seconds,
        longest_seconds=output.max_retry_seconds,
    )


def _own_uri(settings: Settings, printer: PrinterSettings) -> str:
    """How others on the network may know the Printer; requests are answered by the name that they used."""
    host = next((name for name in settings.server.host_names if name != "*"), socket.gethostname())
    return f"ipp://{Address(host, settings.server.listen[0].port or DEFAULT_PORT)}{printer.path}"
