"""Whatever is set of a printer is either refused or shown, and the printer stays one that makes sense."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ippserver.iana import names
from ippserver.iana.definitions import RegistryGroup
from ippserver.iana.enums import Operation, Status
from ippserver.iana.names import DEFINITIONS
from ippserver.iana.pairing import TEMPLATES
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import RangeOfInteger
from ippserver.model.printer import PrinterConfig
from ippserver.testing import strategies
from ippserver.testing.desk import PDF, PRINTER, Desk
from tests.operations.test_printer_device import SIMULATED

REFUSALS = {
    Status.CLIENT_ERROR_BAD_REQUEST,
    Status.CLIENT_ERROR_REQUEST_VALUE_TOO_LONG,
    Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED,
    Status.CLIENT_ERROR_ATTRIBUTES_NOT_SETTABLE,
    Status.CLIENT_ERROR_CONFLICTING_ATTRIBUTES,
}
ODD = st.lists(strategies.values(), min_size=1, max_size=3)
ORDER_IS_FREE = {names.MEDIA_SUPPORTED.name}
"""Its values come back with the default first."""


async def shown(desk: Desk) -> dict[str, Attribute]:
    """All that the printer shows."""
    return {each.name: each for each in (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer}


def settable(printer: dict[str, Attribute]) -> list[str]:
    """The names of what can be set."""
    return [str(name) for name in printer[names.PRINTER_SETTABLE_ATTRIBUTES_SUPPORTED.name].values]


def settings_like(printer: dict[str, Attribute], data: st.DataObject) -> list[Attribute]:
    """Some attributes to set, most of them with values that the printer has somewhere."""
    found = []
    for name in data.draw(st.lists(st.sampled_from(settable(printer)), min_size=1, max_size=3, unique=True)):
        partner = TEMPLATES.get(name.removesuffix("-default"))
        supported = printer.get(f"{name.removesuffix('-default')}-supported") if partner else None
        near = [*printer[name].values, *(supported.values if supported else ()), RangeOfInteger(1, 3), 2]
        likely = st.lists(st.sampled_from(near), min_size=1, max_size=3)
        found.append(Attribute(name, data.draw(likely | st.just(list(printer[name].values)) | ODD)))
    return found


def check(printer: dict[str, Attribute]) -> None:
    """That every attribute has its syntax, and every default and all that is ready is supported."""
    for attribute in printer.values():
        problem = DEFINITIONS[attribute.name].problem(attribute.values, RegistryGroup.PRINTER_DESCRIPTION)
        assert problem is None, attribute
    default, ready, supported = (
        set(printer[one.name].values) if one.name in printer else set()
        for one in (names.MEDIA_DEFAULT, names.MEDIA_READY, names.MEDIA_SUPPORTED)
    )
    assert default <= supported
    assert ready <= supported


@pytest.mark.parametrize("config", [PRINTER, SIMULATED], ids=["never-ending", "simulated"])
@given(data=st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_what_is_set_is_shown_and_the_rest_refused(config: PrinterConfig, data: st.DataObject) -> None:
    desk = await Desk(config).open()
    for _ in range(3):
        before = await shown(desk)
        wanted = settings_like(before, data)
        answer = await desk.ask(Operation.SET_PRINTER_ATTRIBUTES, printer=wanted)
        after = await shown(desk)
        if answer.status is Status.SUCCESSFUL_OK:
            for attribute in wanted:
                kind = set if attribute.name in ORDER_IS_FREE else tuple
                assert kind(after[attribute.name].values) == kind(attribute.values)
        else:
            assert answer.status in REFUSALS
            assert after == before
        check(after)
        again = await shown(await Desk(config, store=desk.store, spool=desk.spool).open())
        assert [again[name] for name in settable(after)] == [after[name] for name in settable(after)]
        assert (await desk.ask(Operation.PRINT_JOB, document=PDF)).status is Status.SUCCESSFUL_OK
