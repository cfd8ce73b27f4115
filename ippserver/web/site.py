"""Everything that is read by GET: the pages, the icons of Printers, the names of what they can do.

Which path is what; that the Host is ours was checked before. Nothing here changes anything.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from typing import Final, NamedTuple

from aiohttp import hdrs, web
from aiohttp.web_request import BaseRequest

from ippserver.engine.identification import Identification
from ippserver.engine.printer import Printer
from ippserver.iana.groups import ALL
from ippserver.model.aliases import SERVER_PATHS
from ippserver.model.capabilities import Capabilities
from ippserver.model.labels import labels
from ippserver.model.language import Language, strings_file
from ippserver.model.links import strings_path
from ippserver.model.printer_views import printer_attributes
from ippserver.model.selection import PRINTER_GROUPS, Selection
from ippserver.model.views import At
from ippserver.operations.declare import Services
from ippserver.operations.origin import Origin
from ippserver.operations.printer_queries import scene
from ippserver.web.pages import Shown, list_page, printer_page
from ippserver.web.preference import preferred
from ippserver.web.resources import SAFETY, Resource, answer

_FOLDERS: Final[Mapping[str, tuple[str, str]]] = {
    "icons": (".png", "image/png"),
    "static": (".css", "text/css; charset=utf-8"),
}
"""Folders of this package whose files are served, which of them, and as what."""
_STRINGS_TYPE: Final = "text/strings; charset=utf-8"
_PAGE_TYPE: Final = "text/html; charset=utf-8"
_EVERYTHING: Final = Selection((ALL,), PRINTER_GROUPS)


class _Written(NamedTuple):
    """The strings of a language, and which Printers they are for."""

    printers: tuple[Capabilities, ...]
    resource: Resource


class Site:
    """What one server shows to whoever looks."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._started = services.clock.now()
        self._resources = dict(_files(self._started))
        self._strings = {strings_path(language.tag): language for language in services.languages}
        self._written: dict[str, _Written] = {}
        self._identified: dict[str, Identification] = {}
        services.printers.watch_identification(self._note)

    def has(self, path: str, query: str = "") -> bool:
        """Whether there is something to read at that path, in normal form."""
        return self._printer(path, query) is not None or (not query and self._is_ours(path))

    def _is_ours(self, path: str) -> bool:
        return path in SERVER_PATHS or path in self._resources or path in self._strings

    async def answer(self, request: BaseRequest, origin: Origin) -> web.Response:
        """The answer to a GET or HEAD of what there is."""
        printer = self._printer(origin.path, origin.query)
        language = preferred(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""), self._services.languages)
        if printer is not None:
            return await self._page([printer], origin, language, is_list=False)
        if origin.path in SERVER_PATHS:
            return await self._page(self._services.printers, origin, language, is_list=True)
        strings = self._strings.get(origin.path)
        resource = self._resources[origin.path] if strings is None else self._named(origin.path, strings)
        return answer(request, resource)

    def _printer(self, path: str, query: str) -> Printer | None:
        """The Printer at that path; None for that of a Job, too."""
        found = self._services.printers.paths.resolve(path, query)
        is_printer = found is not None and found.printer is not None and found.job_id is None
        return self._services.printers.find(found.printer or "") if found and is_printer else None

    def _named(self, path: str, language: Language) -> Resource:
        """The strings of a language; they change with what Printers can do."""
        printers = tuple(printer.capabilities for printer in self._services.printers)
        known = self._written.get(path)
        if known is not None and known.printers == printers:
            return known.resource
        body = strings_file(labels(language, printers)).encode()
        if known is None:
            resource = Resource(body, _STRINGS_TYPE, self._started, language.tag)
        elif known.resource.body == body:
            resource = known.resource
        else:
            resource = Resource(body, _STRINGS_TYPE, self._services.clock.now(), language.tag)
        self._written[path] = _Written(printers, resource)
        return resource

    async def _page(
        self, printers: Iterable[Printer], origin: Origin, language: Language, *, is_list: bool
    ) -> web.Response:
        shown = [self._shown(printer, origin, language) for printer in printers]
        moment = datetime.fromtimestamp(self._services.clock.now(), UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        if is_list:
            body = await asyncio.to_thread(list_page, shown, language, moment)
        else:
            body = await asyncio.to_thread(printer_page, shown[0], language, moment)
        fields = {
            **SAFETY,
            hdrs.CONTENT_TYPE: _PAGE_TYPE,
            hdrs.CONTENT_LANGUAGE: language.tag,
            hdrs.CACHE_CONTROL: "no-store",
            hdrs.VARY: hdrs.ACCEPT_LANGUAGE,
        }
        return web.Response(body=body, headers=fields)

    def _shown(self, printer: Printer, origin: Origin, language: Language) -> Shown:
        at = At(
            now=self._services.clock.now(),
            up_time=self._services.up_time,
            printer_uri=origin.uri(printer.path),
            language=language.tag,
            schemes=self._services.schemes,
        )
        status = printer.status
        return Shown(
            attributes=printer_attributes(scene(printer, at), _EVERYTHING),
            device=status.device,
            icon=printer.config.icon,
            identification=self._identified.get(printer.path) if status.identifying else None,
        )

    def _note(self, identification: Identification) -> None:
        self._identified[identification.printer] = identification


def _files(now: float) -> Iterator[tuple[str, Resource]]:
    for folder, (suffix, media_type) in _FOLDERS.items():
        for file in files("ippserver.web").joinpath(folder).iterdir():
            if file.name.endswith(suffix):
                yield f"/{folder}/{file.name}", Resource(file.read_bytes(), media_type, now)
