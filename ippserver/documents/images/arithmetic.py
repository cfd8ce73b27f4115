"""The arithmetic coder of JBIG2 (ITU-T T.88 annex E), which is that of JPEG 2000, for many decisions at once.

A decision costs one subtraction as long as it is the expected one and the interval stays wide enough: what
is taken off the interval is added to the code, so their sum stays, and the code need not be kept up to date.
"""

from collections.abc import Iterable
from typing import Final

_ESTIMATES: Final = (
    (0x5601, 1, 1, 1),
    (0x3401, 2, 6, 0),
    (0x1801, 3, 9, 0),
    (0x0AC1, 4, 12, 0),
    (0x0521, 5, 29, 0),
    (0x0221, 38, 33, 0),
    (0x5601, 7, 6, 1),
    (0x5401, 8, 14, 0),
    (0x4801, 9, 14, 0),
    (0x3801, 10, 14, 0),
    (0x3001, 11, 17, 0),
    (0x2401, 12, 18, 0),
    (0x1C01, 13, 20, 0),
    (0x1601, 29, 21, 0),
    (0x5601, 15, 14, 1),
    (0x5401, 16, 14, 0),
    (0x5101, 17, 15, 0),
    (0x4801, 18, 16, 0),
    (0x3801, 19, 17, 0),
    (0x3401, 20, 18, 0),
    (0x3001, 21, 19, 0),
    (0x2801, 22, 19, 0),
    (0x2401, 23, 20, 0),
    (0x2201, 24, 21, 0),
    (0x1C01, 25, 22, 0),
    (0x1801, 26, 23, 0),
    (0x1601, 27, 24, 0),
    (0x1401, 28, 25, 0),
    (0x1201, 29, 26, 0),
    (0x1101, 30, 27, 0),
    (0x0AC1, 31, 28, 0),
    (0x09C1, 32, 29, 0),
    (0x08A1, 33, 30, 0),
    (0x0521, 34, 31, 0),
    (0x0441, 35, 32, 0),
    (0x02A1, 36, 33, 0),
    (0x0221, 37, 34, 0),
    (0x0141, 38, 35, 0),
    (0x0111, 39, 36, 0),
    (0x0085, 40, 37, 0),
    (0x0049, 41, 38, 0),
    (0x0025, 42, 39, 0),
    (0x0015, 43, 40, 0),
    (0x0009, 44, 41, 0),
    (0x0005, 45, 42, 0),
    (0x0001, 45, 43, 0),
    (0x5601, 46, 46, 0),
)
"""The width of the less probable bit, where the more and the less probable one lead, and whether they change
places (table E.1)."""
_STEPS: Final = tuple(
    (width, 2 * more + bit, True) if bit == expected else (width, 2 * less + (expected ^ change), False)
    for width, more, less, change in _ESTIMATES
    for expected in (0, 1)
    for bit in (0, 1)
)
"""By twice a state and a bit: the width, the state that this bit leads to, and whether it was expected. The
lowest bit of a state is the one that it expects."""
_HALF: Final = 0x8000
"""The least width of the interval."""
_NEVER: Final = 2**20
"""What the unexpected costs: more than there is, so that it is not passed over."""


class ArithmeticEncoder:
    """Encodes bits, each in a context of which is learned what to expect."""

    def __init__(self, contexts: int) -> None:
        self._states = [0] * contexts
        self._costs = [_STEPS[0][0], _NEVER] * contexts
        self._code, self._width = 0, _HALF
        self._room = 12
        self._octets = bytearray(1)

    def encode(self, decisions: Iterable[int], times: Iterable[int]) -> None:
        """Takes each decision, twice its context and the bit, so many times, at least once."""
        costs, states, room = self._costs, self._states, self._room
        steps, half, width = _STEPS, _HALF, self._width  # what is local is found faster
        end = self._code + width
        for decision, count in zip(decisions, times, strict=True):
            cost = costs[decision] * count
            width -= cost
            if width >= half:
                continue
            width += cost
            code = end - width
            context, bit = decision >> 1, decision & 1
            state = states[context]
            while count:
                less, after, is_expected = steps[2 * state + bit]
                if is_expected and width - half >= less:
                    passed = min((width - half) // less, count)
                    code += less * passed
                    width -= less * passed
                    count -= passed
                    continue
                width -= less
                if (width < less) == is_expected:
                    width = less
                else:
                    code += less
                state = after
                count -= 1
                shift = 16 - width.bit_length()
                width <<= shift
                while shift >= room:
                    shift -= room
                    code, room = self._out(code << room)
                code <<= shift
                room -= shift
            states[context] = state
            expected = decision & ~1 | state & 1
            costs[expected] = steps[2 * state][0]
            costs[expected ^ 1] = _NEVER
            end = code + width
        self._code, self._width, self._room = end - width, width, room

    def _out(self, code: int) -> tuple[int, int]:
        """Writes an octet of the code; what is left of it, and how many bits until the next one."""
        octets = self._octets
        if octets[-1] != 0xFF and code >= 1 << 27:
            octets[-1] += 1
            code &= (1 << 27) - 1
        if octets[-1] == 0xFF:  # behind it is a bit left free, so that nothing carries further
            octets.append(code >> 20)
            return code & 0xFFFFF, 7
        octets.append(code >> 19)
        return code & 0x7FFFF, 8

    def finished(self) -> bytes:
        """All that was encoded, with the marker behind it; nothing can follow."""
        code = self._code | 0xFFFF
        if code >= self._code + self._width:
            code -= _HALF
        for _ in range(2):
            code, self._room = self._out(code << self._room)
        return bytes(self._octets[1:]).removesuffix(b"\xff") + b"\xff\xac"
