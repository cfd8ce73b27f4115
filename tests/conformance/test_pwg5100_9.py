"""PWG 5100.9: alerts, as the suites of libcups and ippsample demand them."""

import re

from ippserver.iana import names
from tests.conformance.subject import Subject

ALERT = re.compile(rb"code=[A-Za-z]+(;[A-Za-z-]+=[^;]+)*;?|")
"""One alert, or the empty string for none."""


async def test_every_alert_is_described(subject: Subject) -> None:
    alerts = await subject.printer(names.PRINTER_ALERT)
    described = await subject.printer(names.PRINTER_ALERT_DESCRIPTION)
    assert alerts
    assert len(alerts) == len(described)


async def test_an_alert_is_a_list_of_keys_and_values_that_begins_with_the_code(subject: Subject) -> None:
    for alert in await subject.printer(names.PRINTER_ALERT):
        assert ALERT.fullmatch(bytes(alert)), alert


async def test_the_reasons_of_the_state_are_registered_words(subject: Subject) -> None:
    for reason in await subject.printer(names.PRINTER_STATE_REASONS):
        assert re.fullmatch(r"[a-z-]+(-report|-warning|-error)?", reason)
