"""What a conversion may use."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLimits:
    """The caps of one worker; one that passes any of them is ended."""

    page_seconds: float = 60.0
    """How long it may go on without finishing one more page."""
    spare_seconds: float = 5.0
    """How long one that has stood ready may take to say that it still does."""
    end_seconds: float = 10.0
    """How long one that can say no more may take to end."""
    cpu_seconds: int = 3600
    """Of computing, for one document."""
    memory_octets: int = 2 * 2**30
    """Of address space, its libraries included."""
    output_octets: int = 8 * 2**30
    """Of all that it writes."""
    files: int = 250_000
    """That it makes."""
    text_octets: int = 2**20
    """Of the text that is kept."""
    most_said: int = 150_000
    """What it may say: something for each page that it reads or redraws, and for each side."""
    said_octets: int = 2**24
    """Of all that: to read so many made to hurt takes a second."""
    look_seconds: float = 1.0
    """How often it is looked at what it has written."""

    @property
    def longest_seconds(self) -> float:
        """After which it is ended, whatever it says: a worker that computes has used up its time before."""
        return 4.0 * self.cpu_seconds

    @property
    def walls(self) -> Mapping[str, int]:
        """Those that the kernel keeps (documents.jail.JailLimits)."""
        return {
            "cpu_seconds": self.cpu_seconds,
            "memory_octets": self.memory_octets,
            "file_octets": self.output_octets,
        }
