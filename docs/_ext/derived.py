"""Pages that the code itself tells: settings, operations, attributes, statuses, state machines."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from docutils import nodes
from pydantic import BaseModel
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from ippserver.config import (
    OUTPUT_TYPES,
    ConstraintSettings,
    DeviceSettings,
    MarginSettings,
    PresetSettings,
    PrinterSettings,
    Settings,
    SupplySettings,
    TraySettings,
    load,
    printer_config,
    profile_names,
    profile_summary,
)
from ippserver.iana import generate
from ippserver.iana.enums import DocumentState, JobState, Status
from ippserver.model import errors
from ippserver.model.capabilities import capabilities
from ippserver.model.document_states import DOCUMENT_STEPS, DocumentEvent
from ippserver.model.states import JOB_STEPS, PRINTER_STEPS, JobEvent, PrinterEvent, PrinterStep
from ippserver.model.subscription import NotificationTerms
from ippserver.model.subscription_template import advertised
from ippserver.operations.table import OPERATIONS

Row: TypeAlias = Sequence[str]


def table(head: Row, rows: Iterable[Row]) -> Iterator[str]:
    """The lines of a Markdown table."""
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in row) + " |"
    yield ""


def settings() -> Iterator[str]:
    """Every section of the configuration with its keys."""
    for name, field in Settings.model_fields.items():
        section: Any = field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            yield from _section(f"`[{name}]`", section)
    yield from _section("`[[printer]]`", PrinterSettings)
    yield from _section("`[printer.margins]`", MarginSettings)
    yield from _section("`[printer.device]`", DeviceSettings)
    yield from _section("`[[printer.device.tray]]`", TraySettings)
    yield from _section("`[[printer.device.supply]]`", SupplySettings)
    yield from _section("`[[printer.preset]]`", PresetSettings)
    yield from _section("`[[printer.constraint]]`", ConstraintSettings)
    for name, output in OUTPUT_TYPES.items():
        yield from _section(f"`[[printer.output]]` of type {name}", output)


_TABLES: Final = {"output", "tray", "supply", "preset", "constraint", "device", "margins"}
"""Keys with sections of their own."""


def profiles() -> Iterator[str]:
    """Every profile: what it is, and the facts that tell it from the others."""
    facts = ("color", "duplex", "resolutions_dpi", "media_default", "media_types", "finishings", "formats")
    heads = [fact.replace("_", "-") for fact in facts]
    rows = []
    for name in profile_names():
        (printer,) = load(None, {}, {"printer": [{"profile": name}]}).printers
        rows.append(
            (f"`{name}`", profile_summary(name), *(_default(getattr(printer, fact)) for fact in facts))
        )
    yield from table(("profile", "", *heads), rows)


def _section(title: str, section: type[BaseModel]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield " ".join((section.__doc__ or "").split())
    yield ""
    rows = [
        (
            f"`{field.alias or name}`",
            _default(_value(section, name)),
            field.description or "",
        )
        for name, field in section.model_fields.items()
        if field.alias not in _TABLES and name not in _TABLES
    ]
    yield from table(("key", "default", "meaning"), rows)


def _value(section: type[BaseModel], name: str) -> object:
    """The default; of a printer what the default profile says."""
    if section is PrinterSettings:
        return getattr(Settings().printers[0], name)
    return section.model_fields[name].get_default(call_default_factory=True)


def _default(value: object) -> str:
    match value:
        case bool():
            text = str(value).lower()
        case tuple():
            text = f"[{', '.join(_plain(item) for item in value)}]"
        case str() | int() | float():
            text = _plain(value)
        case None:
            text = '""'
        case _ if isinstance(getattr(value, "value", None), str):
            text = _plain(value.value)  # type: ignore[attr-defined]  # an enumeration of words
        case _ if type(value).__name__ == "PydanticUndefinedType":
            return "(must be given)"
        case _:
            text = _plain(str(value))
    return f"`{text}`"


def _plain(value: object) -> str:
    if isinstance(value, int | float):
        return _size(value) if isinstance(value, int) else str(value)
    return f'"{value}"'


def _size(number: int) -> str:
    for power, unit in ((30, "GiB"), (20, "MiB")):
        if number >= 2**power and number % 2**power == 0:
            return f'"{number >> power} {unit}"'
    return str(number)


def operations() -> Iterator[str]:
    """Every operation that is registered or CUPS's: whether it is supported, and what right it needs."""
    declared = {int(spec.operation): spec for spec in OPERATIONS}

    def row(registered: Mapping[str, str]) -> Row:
        code = int(registered["code"], 16)
        spec = declared.get(code)
        name = f"{registered['name']}" + (" (deprecated)" if "deprecated" in registered["status"] else "")
        if spec is None:
            other = _NO_PRINTERS.get(registered["spec"])
            return (
                f"`0x{code:04x}`",
                name,
                f"no ({other})" if other else "no",
                "",
                "",
                _spaced(registered["spec"]),
            )
        supported = "where switched on" if spec.by_reference else "**yes**"
        target = spec.target.name.lower().replace("_", " ") + (" or server" if spec.everywhere else "")
        return f"`0x{code:04x}`", name, supported, spec.access.value, target, spec.spec

    head = ("code", "operation", "supported", "right needed", "about", "defined in")
    return table(head, map(row, generate.rows("operations")))


def _spaced(spec: str) -> str:
    """A standard's name as people write it: "PWG 5100.5"."""
    return re.sub(r"^(RFC|PWG)", r"\1 ", spec)


_NO_PRINTERS: Final[Mapping[str, str]] = {
    "PWG5100.15": "faxes",
    "PWG5100.17": "scanners",
    "PWG5100.18": "proxies of output devices",
    "PWG5100.22": "the system service",
    "PWG5100.TRUSTNOONE": "encrypted jobs",
}
"""Standards whose operations are about something else than a Printer and what it has."""


def attributes() -> Iterator[str]:
    """What a Printer with the default configuration can be asked for."""
    config = printer_config(Settings().printers[0], Settings().limits)
    known = capabilities(config, advertised(NotificationTerms())).attributes
    rows = []
    for name, attribute in sorted(known.items()):
        values = [str(getattr(value, "name", value)) for value in attribute.values[:6]]
        shown = (
            "(a collection)"
            if name.startswith("media-col-") and "supported" not in name
            else ", ".join(values)
        )
        rows.append((f"`{name}`", shown + (" ..." if len(attribute.values) > 6 else "")))
    return table(("attribute", "values"), rows)


_ANSWERED: Final = (
    Status.SUCCESSFUL_OK,
    Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES,
    Status.SUCCESSFUL_OK_CONFLICTING_ATTRIBUTES,
    Status.SUCCESSFUL_OK_IGNORED_SUBSCRIPTIONS,
    Status.SUCCESSFUL_OK_TOO_MANY_EVENTS,
    Status.SUCCESSFUL_OK_EVENTS_COMPLETE,
    Status.CLIENT_ERROR_IGNORED_ALL_SUBSCRIPTIONS,
    Status.CLIENT_ERROR_TOO_MANY_SUBSCRIPTIONS,
)
"""What is answered without an exception; two of them stand only in the groups of subscriptions."""


def statuses() -> Iterator[str]:
    """What is answered, and every refusal that the code knows, from the tree of exceptions."""
    rows = sorted(
        {(f"0x{int(kind.status):04x}", kind.status.keyword, kind.__doc__ or "") for kind in _refusals()}
    )
    answered = [(f"0x{int(status):04x}", status.keyword, "") for status in _ANSWERED]
    return table(
        ("code", "status", "default message"), [(f"`{code}`", *rest) for code, *rest in (*answered, *rows)]
    )


def _refusals(kind: type[errors.IppError] = errors.IppError) -> Iterator[type[errors.IppError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _refusals(below)


def job_states() -> Iterator[str]:
    """The state machine of a Job, event by state."""

    def cell(state: JobState, event: JobEvent) -> str:
        step = JOB_STEPS[state].get(event)
        return "" if step is None else "(same)" if step.state is state else step.state.keyword

    rows = [(_word(event), *(cell(state, event) for state in JOB_STEPS)) for event in JobEvent]
    return table(("", *(state.keyword for state in JOB_STEPS)), rows)


def job_reasons() -> Iterator[str]:
    """The job-state-reasons that come with each step."""
    rows = [
        (state.keyword, _word(event), step.state.keyword, ", ".join(sorted(step.adds)))
        for state, steps in JOB_STEPS.items()
        for event, step in steps.items()
    ]
    return table(("in state", "on", "goes to", "with the reasons"), rows)


def document_states() -> Iterator[str]:
    """The state machine of a Document, event by state."""

    def cell(state: DocumentState, event: DocumentEvent) -> str:
        step = DOCUMENT_STEPS[state].get(event)
        return "" if step is None else "(same)" if step.state is state else step.state.keyword

    rows = [(_word(event), *(cell(state, event) for state in DOCUMENT_STEPS)) for event in DocumentEvent]
    return table(("", *(state.keyword for state in DOCUMENT_STEPS)), rows)


def printer_events() -> Iterator[str]:
    """What each event does to a Printer."""
    names = PrinterStep.__dataclass_fields__
    said = {None: "", False: "no", True: "yes"}
    rows = [
        (_word(event), *(said[getattr(step, name)] for name in names))
        for event, step in PRINTER_STEPS.items()
    ]
    return table(("", *(name.replace("_", " ") for name in names)), rows)


def _word(event: JobEvent | DocumentEvent | PrinterEvent) -> str:
    return event.name.lower().replace("_", "-")


PAGES: Final[Mapping[str, Callable[[], Iterator[str]]]] = {
    "settings": settings,
    "profiles": profiles,
    "operations": operations,
    "attributes": attributes,
    "statuses": statuses,
    "job-states": job_states,
    "job-reasons": job_reasons,
    "document-states": document_states,
    "printer-events": printer_events,
}


class Derived(SphinxDirective):
    """Puts one of PAGES where it stands."""

    required_arguments = 1
    has_content = False

    def run(self) -> list[nodes.Node]:
        """The nodes of the page that the argument names."""
        return self.parse_text_to_nodes("\n".join(PAGES[self.arguments[0]]()), allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers the directive."""
    app.add_directive("derived", Derived)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
