"""Octets to messages (RFC 8010 3): fed in any split, in linear time, within limits.

The decoder judges the encoding and nothing else: neither versions, codes and request-ids, nor the order of
groups, the length of strings or what an attribute may hold. The same octets give the same message, or the
same fault at the same offset, however they were cut.
"""

from struct import Struct
from typing import Final, Generic, TypeVar, cast, overload

from ippserver.ipp.assembly import Assembly
from ippserver.ipp.errors import LimitExceeded, MalformedMessage
from ippserver.ipp.limits import CLIENT_LIMITS, Limits
from ippserver.ipp.message import Header, Request, Response, Version
from ippserver.ipp.readers import LENIENT_READERS, READERS, UnreadableValue, read_name
from ippserver.ipp.strings import MAX_NAME_OCTETS
from ippserver.ipp.tags import FIRST_VALUE_TAG, GroupTag, ValueTag
from ippserver.ipp.values import Value

__all__ = ["CLIENT_LIMITS", "Decoder", "Limits"]

_M = TypeVar("_M", Request, Response)

_HEADER: Final = Struct(">BBHi")
_HEADER_OCTETS: Final = _HEADER.size
_VALUE_HEAD: Final = Struct(">BHH")
"""Tag, name-length and, where that is 0, value-length: the least octets a value has."""
_VALUE_HEAD_OCTETS: Final = _VALUE_HEAD.size
_MAX_VALUE_OCTETS: Final = 0x7FFF
_DEFAULT_LIMITS: Final = Limits()
_BEG_COLLECTION: Final = int(ValueTag.BEG_COLLECTION)
_MEMBER_ATTR_NAME: Final = int(ValueTag.MEMBER_ATTR_NAME)
_COLLECTION: Final = "RFC 8010 3.1.6"
_MEMBER: Final = "RFC 8010 3.1.7"


class Decoder(Generic[_M]):
    """Reads one message from octets that arrive in pieces; what follows it is the start of the document.

    In a Response a name may stand twice in a group or collection, since Printers send such: the last counts.
    A Request with one is malformed (RFC 8010 3.6).
    """

    header: Header | None
    """The first eight octets, as soon as they are there, also after an error."""
    remainder: bytes
    """The octets after the message, once `feed` has returned True."""

    @overload
    def __init__(self: "Decoder[Request]", message: type[Request] = ..., limits: Limits = ...) -> None: ...

    @overload
    def __init__(self: "Decoder[Response]", message: type[Response], limits: Limits = ...) -> None: ...

    def __init__(
        self, message: type[Request] | type[Response] = Request, limits: Limits = _DEFAULT_LIMITS
    ) -> None:
        self.header = None
        self.remainder = b""
        self._type: type[_M] = cast("type[_M]", message)  # the overloads bind _M to it
        self._message: _M | None = None
        self._fault: MalformedMessage | None = None
        self._limits = limits
        self._assembly = Assembly(limits, names_are_unique=message is Request)
        self._pending = bytearray()  # octets not yet understood
        self._offset = 0  # of the first of them in the message
        self._needed = _HEADER_OCTETS  # as many of them are needed before any can be understood
        self._fields = 0
        self._ended = False
        self._attribute_start: int | None = None  # of the open attribute in those octets, 0 if before them
        self._wire: list[bytes] = []  # octets of the open attribute that came before them
        self._is_utf_8 = True  # the open attribute

    @property
    def message(self) -> _M:
        """The whole message.

        Raises:
            RuntimeError: `feed` has not returned True.
        """
        if self._message is None:
            raise RuntimeError("the message is not complete")
        return self._message

    def feed(self, octets: bytes | bytearray | memoryview) -> bool:
        """Takes the next octets, any number of them; True once the end-of-attributes-tag was seen.

        Raises:
            MalformedMessage: these octets are no message; again at every later call.
            LimitExceeded: they may be one, but it is larger than the limits.
            RuntimeError: the message was complete before.
        """
        if self._message is not None:
            raise RuntimeError("the message is complete already")
        if self._fault is not None:
            raise self._fault
        self._pending += octets
        if len(self._pending) < self._needed:
            return False
        try:
            return self._advance()
        except MalformedMessage as fault:
            self._fault = fault
            self._pending.clear()
            raise

    def finish(self) -> None:
        """Says that no more octets will come.

        Raises:
            MalformedMessage: the message is not complete.
        """
        if self._fault is not None:
            raise self._fault
        if self._message is None:
            reason = "the message ends in its header" if self.header is None else "the message has no end"
            raise MalformedMessage(reason, self._offset + len(self._pending), "RFC 8010 3.1.1")

    def _advance(self) -> bool:
        octets = bytes(self._pending)
        position = 0
        if self.header is None:
            major, minor, code, request_id = _HEADER.unpack_from(octets)
            self.header = Header(Version(major, minor), code, request_id)
            position = _HEADER_OCTETS
        position = self._read_fields(octets, position)
        if self._ended:
            self._message = self._type.of(self.header, self._assembly.groups)
            self.remainder = octets[position:]
            self._pending.clear()
            return True
        if self._attribute_start is not None:
            self._wire.append(octets[self._attribute_start : position])
            self._attribute_start = 0
        del self._pending[:position]
        self._offset += position
        self._needed -= position
        return False

    def _read_fields(self, octets: bytes, position: int) -> int:
        """Reads tags and values up to the end of the message or of what is there, and says where that is.

        One loop over whole values, with nothing called for most of them but their reader: the speed is here.
        """
        size = len(octets)
        end_limit = min(size, self._limit())
        fields, max_fields, max_values = self._fields, self._limits.fields, self._limits.values
        read_head = _VALUE_HEAD.unpack_from
        readers = READERS if self._is_utf_8 else LENIENT_READERS
        values = self._assembly.values
        while position < size:
            if octets[position] < FIRST_VALUE_TAG:
                if self._read_delimiter(octets, position):
                    return position + 1
                values = None
                position += 1
                continue
            start = position + _VALUE_HEAD_OCTETS
            if start > size:
                return self._wait(position, start, fields)
            tag, name_length, value_length = read_head(octets, position)
            if name_length:
                start += name_length
                if start > size or name_length > MAX_NAME_OCTETS:
                    return self._wait_for_name(position, start, name_length, fields)
                value_length = octets[start - 2] << 8 | octets[start - 1]
            end = start + value_length
            if end > end_limit or value_length > _MAX_VALUE_OCTETS or fields >= max_fields:
                return self._wait_for_value(position, end, value_length, fields)
            try:
                if name_length:
                    name = read_name(octets[position + 3 : start - 2])
                    values = self._open_attribute(octets, position, name)
                    readers = READERS
                reader = readers[tag]
                if reader is None:
                    values = self._read_structure(tag, name_length, octets[start:end], position)
                elif values is None or len(values) >= max_values:
                    self._assembly.values_for_one_more(self._offset + position)  # says what is wrong
                else:
                    values.append(reader(octets[start:end]))
            except UnicodeDecodeError:
                self._read_leniently(tag, octets[start:end], start)
                readers = LENIENT_READERS
            except UnreadableValue as problem:
                raise self._malformed(problem.reason, start, problem.spec) from None
            position = end
            fields += 1
        return self._wait(position, position + 1, fields)

    def _limit(self) -> int:
        """How far the attribute section may reach in the octets at hand."""
        return _HEADER_OCTETS + self._limits.octets - self._offset

    def _wait(self, position: int, needed: int, fields: int) -> int:
        """Stops at `position`, after so many fields, until there are `needed` octets."""
        self._needed = needed
        self._fields = fields
        return position

    def _wait_for_name(self, position: int, needed: int, name_length: int, fields: int) -> int:
        """Stops at `position` until the name is there, if it may come."""
        if name_length > MAX_NAME_OCTETS:
            raise self._malformed("a name has more than 255 octets", position, "RFC 8010 3.6")
        return self._wait(position, needed, fields)

    def _wait_for_value(self, position: int, needed: int, value_length: int, fields: int) -> int:
        """Stops at `position` until the value is there, if it may come."""
        if value_length > _MAX_VALUE_OCTETS:
            raise self._malformed("a value-length is negative", position, "RFC 8010 3.8")
        if needed > self._limit():
            raise LimitExceeded("the attribute section is too large", self._offset + position)
        if fields >= self._limits.fields:
            raise LimitExceeded("the message has too many values", self._offset + position)
        return self._wait(position, needed, fields)

    def _read_delimiter(self, octets: bytes, position: int) -> bool:
        """Reads a delimiter tag and says whether it ends the message."""
        offset = self._offset + position
        if position >= self._limit():
            raise LimitExceeded("the attribute section is too large", offset)
        if self._attribute_start is not None:
            self._close_attribute(octets, self._attribute_start, position)
            self._attribute_start = None
        self._assembly.close_group()
        self._ended = octets[position] == GroupTag.END
        if not self._ended:
            self._assembly.open_group(octets[position], offset)
        return self._ended

    def _open_attribute(self, octets: bytes, position: int, name: str) -> list[Value]:
        if self._attribute_start is not None:
            self._close_attribute(octets, self._attribute_start, position)
        self._attribute_start = position
        return self._assembly.open_attribute(name, self._offset + position)

    def _close_attribute(self, octets: bytes, start: int, end: int) -> None:
        wire: bytes | None = octets[start:end]
        if self._wire:
            wire = b"".join((*self._wire, octets[start:end]))
            self._wire.clear()
        if not self._is_utf_8:
            wire = None
            self._is_utf_8 = True
        self._assembly.close_attribute(wire, self._offset + end)

    def _read_structure(self, tag: int, name_length: int, octets: bytes, position: int) -> list[Value] | None:
        """Reads one of the three fields that collections are built of (RFC 8010 3.1.6, 3.1.7)."""
        offset = self._offset + position
        if tag == _MEMBER_ATTR_NAME:
            if name_length:
                raise self._malformed("a memberAttrName has a name", position, _MEMBER)
            return self._assembly.open_member(read_name(octets), offset)
        if octets:
            raise self._malformed("begCollection and endCollection have no octets", position, _COLLECTION)
        if tag == _BEG_COLLECTION:
            self._assembly.open_collection(offset)
            return None
        if name_length:
            raise self._malformed("an endCollection has a name", position, _COLLECTION)
        return self._assembly.close_collection(offset)

    def _read_leniently(self, tag: int, octets: bytes, start: int) -> None:
        """Reads text or a name that is not UTF-8; the attribute forgets its octets, to be sent as UTF-8."""
        reader = LENIENT_READERS[tag]
        if reader is None or reader is READERS[tag]:
            raise self._malformed("a string is not UTF-8", start, "RFC 8011 5.1")
        self._is_utf_8 = False
        assert self._assembly.values is not None
        self._assembly.values.append(reader(octets))

    def _malformed(self, reason: str, position: int, spec: str) -> MalformedMessage:
        return MalformedMessage(reason, self._offset + position, spec)
