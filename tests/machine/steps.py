"""What can happen in a history, and with which arguments: few values each, so that they meet often."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from hypothesis import strategies as st

from tests.machine.model import EVENTS, OPERATOR
from tests.machine.world import PATHS

USERS: Final = ("alice", "bob", "bob", OPERATOR)
MOSTLY_OPERATOR: Final = (*[OPERATOR] * 7, "bob")
JOBS: Final = range(16)
"""Which job, counted from the oldest that is not over; beyond the last one there is none."""
PRIORITIES: Final = (None, None, 1, 50, 100)
HOLDS: Final = (None, None, None, "no-hold", "indefinite", "night", "weekend")
STORE: Final = (*[None] * 15, "store")
INTAKE: Final = (*[None] * 15, "store", "spool", "gone", "empty")
"""What goes wrong with a request that brings a document."""
RARELY: Final = (*[False] * 15, True)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of step: how often it comes, and the values that its arguments can have."""

    weight: int
    arguments: Mapping[str, Sequence[object]]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a history: it can be done after anything, though to what depends on what was before it."""

    kind: str
    arguments: tuple[tuple[str, object], ...]

    def __str__(self) -> str:
        return f"{self.kind}({', '.join(f'{name}={value!r}' for name, value in self.arguments)})"


_OF_JOB: Final[Mapping[str, Sequence[object]]] = {
    "job": JOBS,
    "user": USERS,
    "astray": RARELY,
    "fault": STORE,
}
_OF_PRINTER: Final[Mapping[str, Sequence[object]]] = {"path": PATHS, "user": MOSTLY_OPERATOR, "fault": STORE}
_EVENT_WEIGHTS: Final = {
    "resume_printer": 8,
    "enable_printer": 5,
    "pause_printer": 4,
    "release_held_new_jobs": 4,
    "restart_printer": 4,
    "startup_printer": 6,
    "activate_printer": 4,
}

KINDS: Final[Mapping[str, Kind]] = {
    "print_job": Kind(
        60, {"path": PATHS, "user": USERS, "priority": PRIORITIES, "hold": HOLDS, "fault": INTAKE}
    ),
    "create_job": Kind(
        20, {"path": PATHS, "user": USERS, "priority": PRIORITIES, "hold": HOLDS, "fault": STORE}
    ),
    "validate_job": Kind(3, {"path": PATHS, "user": USERS}),
    "send_document": Kind(
        30, {"job": JOBS, "user": USERS, "last": (True, False), "astray": RARELY, "fault": INTAKE}
    ),
    "cancel_job": Kind(20, _OF_JOB),
    "hold_job": Kind(20, {**_OF_JOB, "hold": HOLDS}),
    "release_job": Kind(20, _OF_JOB),
    "restart_job": Kind(15, {**_OF_JOB, "hold": HOLDS}),
    **{event: Kind(_EVENT_WEIGHTS.get(event, 2), _OF_PRINTER) for event in EVENTS},
    "identify_printer": Kind(3, {"path": PATHS, "user": USERS}),
    "purge_jobs": Kind(1, _OF_PRINTER),
    "get_job_attributes": Kind(5, {"job": JOBS, "user": USERS, "astray": RARELY}),
    "get_jobs": Kind(
        10,
        {
            "path": PATHS,
            "user": USERS,
            "which": (
                "completed",
                "not-completed",
                "all",
                "pending",
                "pending-held",
                "processing",
                "canceled",
            ),
            "mine": (False, True),
            "limit": (None, 1, 3),
        },
    ),
    "finish": Kind(
        60, {"path": PATHS, "nth": (0, 0, 1), "fault": (None, None, None, "jam", "read", "store")}
    ),
    "turn_stubborn": Kind(2, {"stubborn": (True, False)}),
    "pass_time": Kind(15, {"seconds": (1, 5, 60, 120, 7200, 86400)}),
    "tidy_history": Kind(4, {}),
    "restart": Kind(4, {"crashed": (True, False)}),
}


def steps() -> st.SearchStrategy[Step]:
    """Any step, as a strategy of Hypothesis."""
    kinds = [name for name, kind in KINDS.items() for _ in range(kind.weight)]
    return st.sampled_from(kinds).flatmap(_arguments)


def _arguments(name: str) -> st.SearchStrategy[Step]:
    chosen = (st.tuples(st.just(key), st.sampled_from(list(of))) for key, of in KINDS[name].arguments.items())
    return st.tuples(*chosen).map(lambda arguments: Step(name, arguments))


def history(seed: int, length: int) -> Iterator[Step]:
    """`length` steps that follow from `seed`."""
    random = Random(seed)
    names, weights = list(KINDS), [kind.weight for kind in KINDS.values()]
    for name in random.choices(names, weights, k=length):
        yield Step(name, tuple((key, random.choice(of)) for key, of in KINDS[name].arguments.items()))
