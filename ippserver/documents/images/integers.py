"""Integers as decisions for the arithmetic coder (ITU-T T.88 annex A)."""

from collections.abc import Iterator
from typing import Final

CONTEXTS: Final = 2**9
"""Of one kind of integer."""
_RANGES: Final = (
    (0, "0", 2),
    (4, "10", 4),
    (20, "110", 6),
    (84, "1110", 8),
    (340, "11110", 12),
    (4436, "11111", 32),
)
"""The least of each, how it begins, and the bits that follow (table A.1)."""


def of_integer(value: int | None, first: int) -> Iterator[int]:
    """The decisions for a value of the kind whose contexts begin with `first`; None is the end of a list."""
    size = abs(value or 0)
    least, begin, bits = next(each for each in reversed(_RANGES) if size >= each[0])
    sign = int(value is None or value < 0)
    context = 1
    for bit in map(int, f"{sign}{begin}{size - least:0{bits}b}"):
        yield 2 * (first + context) + bit
        context = 2 * context + bit
        if context >= CONTEXTS:
            context = context % CONTEXTS | CONTEXTS // 2


def of_number(value: int, bits: int, first: int) -> Iterator[int]:
    """The decisions for a number of so many bits, with as many contexts as there are such numbers (A.3)."""
    context = 1
    for place in reversed(range(bits)):
        bit = value >> place & 1
        yield 2 * (first + context) + bit
        context = 2 * context + bit
