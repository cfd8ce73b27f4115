"""What CUPS's clients call Printers and Jobs: /printers/NAME, /jobs/N, and / for the server as a whole.

A Printer's own path, and that of a Job below it, count more: what an alias means is looked up after them. The
NAME is compared character by character with every escape undone, since clients escape more or less.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote

from ippserver.model.uris import Paths, Target, split_job_path

SERVER: Final = Target(None, alias=True)
"""No Printer by name: the default one, or all, as the operation has it."""

SERVER_PATHS: Final = frozenset(
    {
        "/",
        *(f"/{folder}{slash}" for folder in ("printers", "classes", "jobs", "admin") for slash in ("", "/")),
    }
)
"""What means the server, but for a Printer that is configured there."""
_PRINTERS: Final = "/printers"
_BY_NAME: Final = frozenset({_PRINTERS, "/classes"})
_JOBS: Final = "/jobs"
_UNESCAPED: Final = "!$&'()*+,;=:@"
"""What may stand in a path beside the unreserved characters; no slash, where clients look for the name."""


class Aliases:
    """Every path that means something: the Printers' own, their Jobs', and the aliases."""

    __slots__ = ("_by_name", "_names", "_paths")

    def __init__(self, printers: Mapping[str, str]) -> None:
        """Takes the printer-name of each Printer by its path; raises as Paths does."""
        self._paths = Paths(printers)
        self._names = dict(zip(self._paths, printers.values(), strict=True))
        self._by_name = {name: path for path, name in self._names.items()}

    def resolve(self, path: str, query: str | None = None) -> Target | None:
        """What `path`, in normal form, means; None: nothing of ours."""
        own = self._paths.resolve(path, query)
        if own is not None or query:
            return own
        if path in SERVER_PATHS:
            return SERVER
        printer = self._named(path)
        if printer is not None:
            return Target(printer, alias=True)
        split = split_job_path(path)
        if split is None:
            return None
        parent, job_id = split
        if parent == _JOBS:
            return Target(None, job_id, alias=True)
        printer = self._named(parent)
        return None if printer is None else Target(printer, job_id, alias=True)

    def alias(self, printer: str) -> str:
        """The alias of the Printer at that path, or the path itself where there is none that means it."""
        alias = f"{_PRINTERS}/{quote(self._names.get(printer, ''), safe=_UNESCAPED)}"
        return alias if self.resolve(alias) == Target(printer, alias=True) else printer

    def _named(self, path: str) -> str | None:
        folder, _, name = path.rpartition("/")
        return self._by_name.get(unquote(name)) if folder in _BY_NAME else None
