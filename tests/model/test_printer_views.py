from dataclasses import replace
from typing import Any

import pytest

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef, RegistryGroup
from ippserver.iana.enums import PrinterState
from ippserver.iana.groups import ALL
from ippserver.iana.keywords import PrinterStateReason, UriSecurity
from ippserver.iana.names import DEFINITIONS
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.values import Keyword
from ippserver.model.capabilities import capabilities
from ippserver.model.printer import PrinterConfig, PrinterStatus
from ippserver.model.printer_views import PRINTER_NAMES, PrinterScene, printer_attributes
from ippserver.model.selection import PRINTER_GROUPS, Selection
from ippserver.model.views import At

NOW = 1_800_000_000.0
URI = "ipp://localhost/ipp/print"
AT = At(now=NOW, up_time=500, printer_uri=URI)
CAPABILITIES = capabilities(PrinterConfig(path="/ipp/print", name="office"))
IDLE = PrinterStatus()


def printer_seen(status: PrinterStatus = IDLE, **scene: Any) -> AttributeGroup:
    made = PrinterScene(
        **{
            "capabilities": CAPABILITIES,
            "status": status,
            "at": AT,
            "uuid": "00000000-0000-0000-0000-000000000001",
            "state_changed": NOW - 3,
            "config_changed": NOW - 1e6,
            **scene,
        }
    )
    return printer_attributes(made, Selection((ALL,), PRINTER_GROUPS))


def test_everything_shown_of_a_printer_has_the_syntax_that_is_registered() -> None:
    for attribute in printer_seen():
        definition = DEFINITIONS.get(attribute.name)
        if definition is not None:
            assert definition.problem(attribute.values, RegistryGroup.PRINTER_DESCRIPTION) is None, attribute


def test_everything_shown_of_a_printer_is_among_its_names_and_once() -> None:
    group = printer_seen()
    assert {attribute.name for attribute in group} <= PRINTER_NAMES | set(CAPABILITIES.attributes)
    assert len({attribute.name for attribute in group}) == len(group)


REQUIRED_OF_PRINTERS = [
    names.PRINTER_URI_SUPPORTED,
    names.URI_SECURITY_SUPPORTED,
    names.URI_AUTHENTICATION_SUPPORTED,
    names.PRINTER_NAME,
    names.PRINTER_STATE,
    names.PRINTER_STATE_REASONS,
    names.IPP_VERSIONS_SUPPORTED,
    names.CHARSET_CONFIGURED,
    names.CHARSET_SUPPORTED,
    names.NATURAL_LANGUAGE_CONFIGURED,
    names.GENERATED_NATURAL_LANGUAGE_SUPPORTED,
    names.DOCUMENT_FORMAT_DEFAULT,
    names.DOCUMENT_FORMAT_SUPPORTED,
    names.PRINTER_IS_ACCEPTING_JOBS,
    names.QUEUED_JOB_COUNT,
    names.PDL_OVERRIDE_SUPPORTED,
    names.PRINTER_UP_TIME,
    names.COMPRESSION_SUPPORTED,
]


@pytest.mark.parametrize("required", REQUIRED_OF_PRINTERS, ids=lambda definition: definition.name)
def test_a_printer_shows_what_the_standard_requires(required: AttributeDef[Any]) -> None:
    assert required.attribute(printer_seen()) is not None


@pytest.mark.parametrize("up_time", [1, 2, 10**6])
@pytest.mark.parametrize("ago", [-5.0, 0.0, 3.0, 1e9])
def test_a_printer_was_never_up_for_less_than_a_second_nor_longer_than_now(up_time: int, ago: float) -> None:
    at = At(now=NOW, up_time=up_time, printer_uri=URI)
    group = printer_seen(at=at, state_changed=NOW - ago, config_changed=NOW - ago)
    for definition in (names.PRINTER_STATE_CHANGE_TIME, names.PRINTER_CONFIG_CHANGE_TIME):
        moment = definition.get(group)
        assert moment is not None
        assert 1 <= moment <= up_time


def test_a_printer_shows_its_state_now() -> None:
    group = printer_seen(PrinterStatus(paused=True, processing=1, queued=4, accepting=False))
    assert names.PRINTER_STATE.get(group) == PrinterState.PROCESSING
    assert names.PRINTER_STATE_REASONS.all(group) == (PrinterStateReason.MOVING_TO_PAUSED,)
    assert names.QUEUED_JOB_COUNT.get(group) == 4
    assert names.PRINTER_IS_ACCEPTING_JOBS.get(group) is False


@pytest.mark.parametrize(
    ("uri", "schemes", "uris", "securities"),
    [
        ("ipp://h/p", ("ipp", "ipps"), ("ipp://h/p", "ipps://h/p"), (UriSecurity.NONE, UriSecurity.TLS)),
        ("ipps://h/p", ("ipp", "ipps"), ("ipps://h/p", "ipp://h/p"), (UriSecurity.TLS, UriSecurity.NONE)),
        ("IPPS://h:80/p", ("ipps",), ("IPPS://h:80/p",), (UriSecurity.TLS,)),
        ("ipp://h/p", ("ipp",), ("ipp://h/p",), (UriSecurity.NONE,)),
    ],
)
def test_the_lists_of_uris_are_parallel_and_begin_with_the_clients(
    uri: str, schemes: tuple[str, ...], uris: tuple[str, ...], securities: tuple[Keyword, ...]
) -> None:
    group = printer_seen(at=replace(AT, printer_uri=uri, schemes=schemes))
    assert names.PRINTER_URI_SUPPORTED.all(group) == uris
    assert names.URI_SECURITY_SUPPORTED.all(group) == securities
    authentications = names.URI_AUTHENTICATION_SUPPORTED.all(group)
    together = names.PRINTER_XRI_SUPPORTED.all(group)
    assert tuple(names.XRI_URI.get(each) for each in together) == uris
    assert tuple(names.XRI_SECURITY.get(each) for each in together) == securities
    assert tuple(names.XRI_AUTHENTICATION.get(each) for each in together) == authentications


@pytest.mark.parametrize(
    ("uri", "security"),
    [
        ("ipp://h/ipp/print", UriSecurity.NONE),
        ("http://h:631/ipp/print", UriSecurity.NONE),
        ("ipps://h/ipp/print", UriSecurity.TLS),
        ("https://h/ipp/print", UriSecurity.TLS),
    ],
)
def test_the_uri_is_the_clients_and_says_how_it_is_secured(uri: str, security: Keyword) -> None:
    group = printer_seen(at=replace(AT, printer_uri=uri))
    assert names.PRINTER_URI_SUPPORTED.all(group) == (uri,)
    assert names.URI_SECURITY_SUPPORTED.all(group) == (security,)
    assert len(names.URI_AUTHENTICATION_SUPPORTED.all(group)) == 1


def test_the_database_of_media_comes_only_by_name() -> None:
    assert names.MEDIA_COL_DATABASE.attribute(printer_seen()) is None
    scene = PrinterScene(CAPABILITIES, PrinterStatus(), AT, "x", NOW, NOW)
    wanted = Selection((ALL, names.MEDIA_COL_DATABASE.name), PRINTER_GROUPS)
    shown = {attribute.name for attribute in printer_attributes(scene, wanted)}
    assert names.MEDIA_COL_DATABASE.name in shown
    assert names.PRINTER_STATE.name in shown
