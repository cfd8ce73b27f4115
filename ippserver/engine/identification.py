"""Identify-Printer, for whoever can make a Printer flash, sound, speak or show something (PWG 5100.13)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ippserver.ipp.values import Keyword


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """Somebody asks a Printer to show which one it is."""

    printer: str
    """The path of the Printer."""
    actions: tuple[Keyword, ...]
    """identify-actions: flash, sound, display, speak."""
    message: str
    """What to display or speak; perhaps nothing."""
    user: str
    """Who asks."""
    job_id: int | None = None


IdentificationWatcher: TypeAlias = Callable[[Identification], None]
"""Called on the loop for every Identify-Printer; must return at once and never raise."""
