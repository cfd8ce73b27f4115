"""A second decoder of IPP messages, sharing nothing with the package: our answers must please it too."""

from dataclasses import dataclass, field
from typing import TypeAlias

Value: TypeAlias = tuple[int, bytes]
BEGIN, END, MEMBER = 0x34, 0x37, 0x4A
OUT_OF_BAND = frozenset((0x10, 0x12, 0x13, 0x15, 0x16, 0x17))
FIXED = {0x21: 4, 0x22: 1, 0x23: 4, 0x31: 11, 0x32: 9, 0x33: 8, BEGIN: 0, END: 0} | dict.fromkeys(
    OUT_OF_BAND, 0
)
STRINGS = frozenset(range(0x41, 0x4A))


@dataclass
class Message:
    """Header and groups; collections stay flat, as the values they are on the wire."""

    version: tuple[int, int]
    code: int
    request_id: int
    groups: list[tuple[int, dict[str, list[Value]]]] = field(default_factory=list)

    def group(self, tag: int) -> dict[str, list[Value]]:
        """The attributes of the first group with `tag`, or none."""
        return next((attributes for found, attributes in self.groups if found == tag), {})


def decode(octets: bytes) -> Message:
    """The message that `octets` are; ValueError where anything is off, even octets after its end."""
    if len(octets) < 9:
        raise ValueError("too short")
    message = Message(
        (octets[0], octets[1]),
        int.from_bytes(octets[2:4]),
        int.from_bytes(octets[4:8], signed=True),
    )
    position, name, depth = 8, "", 0
    while (tag := octets[position]) != 0x03:
        position += 1
        if tag < 0x10:
            if depth or tag == 0 or tag > 0x0A:
                raise ValueError(f"group {tag:#x} in the wrong place")
            message.groups.append((tag, {}))
            name = ""
            continue
        key, position = _sized(octets, position)
        value, position = _sized(octets, position)
        depth = _check(tag, value, depth, bool(key))
        attributes = message.groups[-1][1]
        if key:
            name = key.decode("ascii")
            if name in attributes:
                raise ValueError(f"{name} twice")
            attributes[name] = []
        attributes[name].append((tag, value))
    if depth or position != len(octets) - 1:
        raise ValueError("an open collection, or octets after the end")
    return message


def _sized(octets: bytes, position: int) -> tuple[bytes, int]:
    start = position + 2
    end = start + int.from_bytes(octets[position:start])
    if end > len(octets) or end - start > 0x7FFF:
        raise ValueError("a length reaches beyond the end")
    return octets[start:end], end


def _check(tag: int, value: bytes, depth: int, is_named: bool) -> int:
    """Refuses a value that its tag cannot have; answers how deep in collections it leaves us."""
    if tag in FIXED and len(value) != FIXED[tag]:
        raise ValueError(f"{len(value)} octets for tag {tag:#x}")
    if tag in STRINGS and "\0" in value.decode("utf-8"):
        raise ValueError("a NUL in a string")
    if is_named and (depth or tag in (END, MEMBER)):
        raise ValueError("a name inside a collection")
    depth += (tag == BEGIN) - (tag == END)
    if depth < 0 or (tag == MEMBER and not depth):
        raise ValueError("a collection ends that did not begin")
    return depth
