"""Numbers with registered names that stay open: a number without a name is still a member, of its own."""

from enum import ReprEnum
from typing import Self

from ippserver.ipp.values import Enum


class Code(Enum, ReprEnum):
    """A registered number and its registered spelling; behaves as the int it is.

    `JobState(42)` never raises: it is a member called UNKNOWN_0x002a, made for the occasion. Members are no
    values of the wire: `AttributeDef.of` turns them into plain `Enum`.
    """

    _value_: int
    keyword: str
    """The registered spelling ("Print-Job", "successful-ok", "processing-stopped"), or hexadecimal."""

    def __new__(cls, value: int, keyword: str = "") -> Self:
        member = super().__new__(cls, value)
        member._value_ = value
        member.keyword = keyword
        return member

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, int):
            return None
        # Not remembered, or a peer could fill the memory with numbers that it makes up.
        member = Enum.__new__(cls, value)
        member._value_ = int(value)
        member.keyword = f"{int(value):#06x}"
        member._name_ = f"UNKNOWN_{member.keyword}"
        return member

    @property
    def is_registered(self) -> bool:
        """Whether the number has a name in our tables."""
        return self._value_ in type(self)._value2member_map_
