"""What a process holds on to: memory, descriptors, tasks."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PAGE_OCTETS: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Held:
    """What this process holds at one moment."""

    memory_octets: int
    """Resident."""
    descriptors: int

    @classmethod
    def now(cls) -> "Held":
        """As the kernel counts it."""
        pages = Path("/proc/self/statm").read_text("ascii").split()[1]
        return cls(int(pages) * _PAGE_OCTETS, len(list(Path("/proc/self/fd").iterdir())))

    def __str__(self) -> str:
        return f"{self.memory_octets / 2**20:.0f} MiB, {self.descriptors} descriptors"
