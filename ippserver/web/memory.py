"""Answers that are given again at the door: to the same octets, while they still hold.

Watchers ask one question over and over. Where nothing that its answer shows has changed, reading and judging
it once more would only give the same octets, but for the request-id, which is put in anew.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, NamedTuple, Self

from aiohttp import HttpVersion11, hdrs, web
from aiohttp.web_request import BaseRequest

from ippserver.operations.answer import Lasting
from ippserver.web.head import CRLF, END_OF_HEAD
from ippserver.web.refusal import PRODUCT

MEDIA_TYPE: Final = "application/ipp"

REQUEST_OCTETS: Final = 2048
"""Longer requests are not remembered."""
ANSWER_OCTETS: Final = 64 * 1024
ANSWERS: Final = 64
"""How many are remembered."""
_ID_START: Final = 4
_ID_END: Final = 8
"""Where the request-id stands in a message (RFC 8010 3.1.1)."""
_HEADER_OCTETS: Final = _ID_END
FIELDS: Final = {
    hdrs.CONTENT_TYPE: MEDIA_TYPE,
    hdrs.CACHE_CONTROL: "no-cache",  # PWG 5100.14 5.1.3
    hdrs.SERVER: PRODUCT,
}
_STATUS_LINE: Final = f"HTTP/1.1 {HTTPStatus.OK.value} {HTTPStatus.OK.phrase}\r\n"


class IppResponse(web.Response):
    """The HTTP response that holds the IPP `message`, which may be given again while `lasting` holds."""

    def __init__(self, message: bytes, lasting: Lasting | None) -> None:
        super().__init__(body=message, headers=FIELDS)
        self.message = message
        self.lasting = lasting

    def head(self) -> bytes:
        """Status line and fields, as they were sent; the status is 200 (RFC 8010 4)."""
        fields = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        return f"{_STATUS_LINE}{fields}".encode() + CRLF


class Place(NamedTuple):
    """What an answer depends on beside the octets of its request: who asks, and where."""

    peer: str
    local: Hashable
    """The address of our end, which URIs are made of where the client names none."""
    is_secure: bool = False
    """Whether the connection is TLS, which URIs tell too."""


class Question(NamedTuple):
    """A whole HTTP request, without the request-id of the message in it."""

    place: Place
    before: bytes
    after: bytes

    @classmethod
    def of(cls, octets: bytes, place: Place) -> Self | None:
        """The question in `octets`; None where they are too many, or no head with a message after it."""
        if len(octets) > REQUEST_OCTETS:
            return None
        message = octets.find(END_OF_HEAD) + len(END_OF_HEAD)
        if message < len(END_OF_HEAD) or len(octets) < message + _HEADER_OCTETS:
            return None
        return cls(place, octets[: message + _ID_START], octets[message + _ID_END :])

    def request_id(self, octets: bytes) -> bytes:
        """Its four octets, in the request that this question was read from."""
        start = len(self.before)
        return octets[start : start + _ID_END - _ID_START]


@dataclass(frozen=True, slots=True)
class _Answer:
    before: bytes
    after: bytes
    lasting: Lasting


class Memory:
    """The answers that were given last."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Question, _Answer] = OrderedDict()

    def __len__(self) -> int:
        return len(self._answers)

    def find(self, octets: bytes, place: Place) -> bytes | None:
        """The answer to the request that is all of `octets`, if it was given before and still holds."""
        question = Question.of(octets, place)
        answer = None if question is None else self._answers.get(question)
        if question is None or answer is None:
            return None
        if not answer.lasting.holds:
            del self._answers[question]
            return None
        request_id = question.request_id(octets)
        if request_id == bytes(4) or request_id[0] > 0x7F:
            return None  # which is refused (RFC 8011 4.1.2)
        return b"".join((answer.before, request_id, answer.after))

    def keep(self, question: Question, request: BaseRequest, response: IppResponse) -> None:
        """Remembers the `response` that was sent to `question`, if it may be given again as it is."""
        lasting, message = response.lasting, response.message
        is_persistent = request.version == HttpVersion11 and bool(response.keep_alive)
        if lasting is None or not is_persistent or len(message) > ANSWER_OCTETS:
            return
        before = response.head() + message[:_ID_START]
        self._answers[question] = _Answer(before, message[_ID_END:], lasting)
        self._answers.move_to_end(question)
        if len(self._answers) > ANSWERS:
            self._answers.popitem(last=False)
