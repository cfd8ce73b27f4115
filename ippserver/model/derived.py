"""What follows from the Capabilities of a Printer: worked out once, and forgotten with them.

A Printer has new Capabilities after each Set-Printer-Attributes, so nothing may keep the old ones.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from ippserver.model.capabilities import Capabilities

T = TypeVar("T")


def derived(function: Callable[[Capabilities], T]) -> Callable[[Capabilities], T]:
    """Has `function`, whose answers do not refer to their Capabilities, asked once about each of them."""
    known: WeakKeyDictionary[Capabilities, T] = WeakKeyDictionary()

    @wraps(function)
    def asked(printer: Capabilities) -> T:
        try:
            return known[printer]
        except KeyError:
            return known.setdefault(printer, function(printer))

    return asked
