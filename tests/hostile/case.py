"""One row of the catalogue: what comes in, what is answered, what is there afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from tests.hostile.build import RASTER, http, message


class State(Enum):
    """What is there after a case (SECURITY 4)."""

    NOTHING = "S0"
    """No job, no document, no file more than before."""
    JOB = "S1"
    """Exactly one job more, with the document that was sent."""
    BY_ANSWER = "S0/S1"
    """One job more where the answer says so, else nothing."""
    EMPTY_JOB = "S2"
    """The job of an earlier Create-Job is there, without a document."""
    UNCHANGED = "U"
    """The same jobs with the same documents."""


@dataclass(frozen=True, slots=True)
class Ipp:
    """HTTP 200 with one of these status-codes."""

    statuses: frozenset[int]


@dataclass(frozen=True, slots=True)
class Http:
    """An HTTP status that is not IPP's."""

    status: int


@dataclass(frozen=True, slots=True)
class Closed:
    """No answer at all."""


Expected: TypeAlias = Ipp | Http | Closed


def ipp(*statuses: int) -> Ipp:
    """HTTP 200 with one of `statuses`."""
    return Ipp(frozenset(statuses))


OK = ipp(0x0000)
IGNORED = ipp(0x0001)
ACCEPTED = ipp(0x0000, 0x0001)
BAD = ipp(0x0400)
NOT_FOUND = ipp(0x0406)
TOO_LARGE = ipp(0x0408)
TOO_LONG = ipp(0x0409)
UNSUPPORTED_VALUES = ipp(0x040B)


@dataclass(frozen=True, slots=True)
class Scene:
    """What a request may need to know of the server."""

    job_id: int = 0
    """Of a job made for the case, where it asked for one."""


Octets: TypeAlias = bytes | Callable[[Scene], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request, and what must come of it."""

    id: str
    octets: Octets
    """All of the HTTP request."""
    expect: Expected
    state: State = State.NOTHING
    needs_job: str = ""
    """The state of a job to be made before: "incoming", "held", "completed", "canceled"; none where empty."""
    document: bytes = RASTER
    """Which is kept where a job is created."""
    request_id: int | None = 1
    """What the answer must echo; None where it does not matter."""
    version: tuple[int, int] | None = None
    """What the answer must be in."""
    single_octets: bool = True
    """Whether it is worth the time to send it octet by octet too."""
    max_answer_octets: int = 2**20

    def request(self, scene: Scene) -> bytes:
        """The octets to send."""
        return self.octets(scene) if callable(self.octets) else self.octets


def printing(
    id: str,
    expect: Expected,
    *attributes: bytes,
    job: tuple[bytes, ...] = (),
    state: State | None = None,
    document: bytes = RASTER,
    first: bytes | None = None,
    target: bytes | None = None,
) -> Case:
    """A Print-Job with these attributes beside the base's."""
    parts: dict[str, bytes] = {}
    if first is not None:
        parts["first"] = first
    if target is not None:
        parts["target"] = target
    body = message(*attributes, job=job, document=document, **parts)  # type: ignore[arg-type] # all are octets
    return Case(
        id=id,
        octets=http(body),
        expect=expect,
        state=state or (State.JOB if _succeeds(expect) else State.NOTHING),
        document=document,
    )


def _succeeds(expect: Expected) -> bool:
    return isinstance(expect, Ipp) and all(status < 0x0100 for status in expect.statuses)


def body(id: str, expect: Expected, octets: bytes, *, state: State | None = None) -> Case:
    """A request with that body, whatever it is."""
    return Case(
        id=id,
        octets=http(octets),
        expect=expect,
        state=state or (State.JOB if _succeeds(expect) else State.NOTHING),
    )
