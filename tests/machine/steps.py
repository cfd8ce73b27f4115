"""What can happen in a history, and with which arguments: few values each, so that they meet often."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Final

from hypothesis import strategies as st

from tests.machine.answers import EVENTS
from tests.machine.records import OPERATOR
from tests.machine.world import PATHS

USERS: Final = ("alice", "bob", "bob", OPERATOR)
MOSTLY_OPERATOR: Final = (*[OPERATOR] * 7, "bob")
JOBS: Final = range(12)
"""Which job, counted from the oldest that is not over; beyond the last one there is none."""
PRIORITIES: Final = (None, None, 1, 50, 100)
HOLDS: Final = (None, None, None, "no-hold", "indefinite", "night", "weekend")
MAYBE_JOB: Final = (*[None] * 4, *range(6))
SEVERAL: Final = ((), (0,), (0, 1), (1, 2, 2), (0, 1, 2, 3))
STORE: Final = (*[None] * 15, "store")
INTAKE: Final = (*[None] * 15, "store", "spool", "gone", "empty")
"""What goes wrong with a request that brings a document."""
EVENTS_WANTED: Final = (
    ("job-completed",),
    ("job-state-changed",),
    ("job-created", "printer-queue-order-changed"),
    ("printer-state-changed", "job-progress"),
    ("job-config-changed", "job-stopped", "job-completed"),
    ("none",),
)
LEASES: Final = (0, None, 60, 600, 100_000)
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
_OF_SUBSCRIPTION: Final[Mapping[str, Sequence[object]]] = {
    "nth": range(8),
    "user": (*USERS, OPERATOR),
    "astray": RARELY,
    "fault": STORE,
}
_EVENT_WEIGHTS: Final = {
    "resume_printer": 12,
    "enable_printer": 6,
    "release_held_new_jobs": 6,
    "restart_printer": 8,
    "startup_printer": 10,
    "activate_printer": 10,
    "pause_printer": 4,
    "pause_printer_after_current_job": 2,
    "hold_new_jobs": 3,
}
"""Of the operations on printers that change what they do; those that end something come more often."""

_ORDER: Final[Mapping[str, Sequence[object]]] = {"priority": PRIORITIES, "hold": HOLDS}

KINDS: Final[Mapping[str, Kind]] = {
    "print_job": Kind(
        60,
        {
            "path": PATHS,
            "user": USERS,
            "fault": INTAKE,
            **_ORDER,
            "cancel_after": (*[None] * 7, 30),
            "keeps": (*[None] * 7, True, False),
        },
    ),
    "create_job": Kind(20, {"path": PATHS, "user": USERS, "fault": STORE, **_ORDER}),
    "validate_job": Kind(3, {"path": PATHS, "user": USERS}),
    "send_document": Kind(
        30, {"job": JOBS, "user": USERS, "last": (True, False), "astray": RARELY, "fault": INTAKE}
    ),
    "close_job": Kind(5, _OF_JOB),
    "reprocess_job": Kind(6, {**_OF_JOB, "fault": INTAKE[:-2], "hold": HOLDS}),
    "resubmit_job": Kind(6, {**_OF_JOB, "fault": INTAKE[:-2], **_ORDER}),
    "restart_job": Kind(15, {**_OF_JOB, "hold": HOLDS}),
    "cancel_job": Kind(20, _OF_JOB),
    "cancel_jobs": Kind(3, {**_OF_PRINTER, "jobs": SEVERAL}),
    "cancel_my_jobs": Kind(3, {"path": PATHS, "user": USERS, "fault": STORE, "jobs": SEVERAL}),
    "cancel_current_job": Kind(5, {"path": PATHS, "user": MOSTLY_OPERATOR, "fault": STORE, "job": MAYBE_JOB}),
    "suspend_current_job": Kind(
        8, {"path": PATHS, "user": MOSTLY_OPERATOR, "fault": STORE, "job": MAYBE_JOB}
    ),
    "resume_job": Kind(12, _OF_JOB),
    "hold_job": Kind(20, {**_OF_JOB, "hold": HOLDS}),
    "release_job": Kind(20, _OF_JOB),
    "set_job_attributes": Kind(12, {**_OF_JOB, **_ORDER}),
    "promote_job": Kind(8, {**_OF_JOB, "user": MOSTLY_OPERATOR}),
    "schedule_job_after": Kind(12, {**_OF_JOB, "user": MOSTLY_OPERATOR, "after": (None, *JOBS)}),
    "create_printer_subscriptions": Kind(5, {**_OF_PRINTER, "events": EVENTS_WANTED, "lease": LEASES}),
    "create_job_subscriptions": Kind(6, {**_OF_JOB, "events": EVENTS_WANTED}),
    "print_subscribed": Kind(
        8, {"path": PATHS, "user": USERS, "fault": (*STORE, "empty"), "events": EVENTS_WANTED}
    ),
    "renew_subscription": Kind(4, {**_OF_SUBSCRIPTION, "lease": LEASES[1:]}),
    "cancel_subscription": Kind(3, _OF_SUBSCRIPTION),
    "get_notifications": Kind(25, {**_OF_SUBSCRIPTION, "fault": (None,)}),
    "get_subscriptions": Kind(3, {"path": PATHS, "user": USERS, "limit": (None, 2)}),
    **{event: Kind(_EVENT_WEIGHTS.get(event, 1), _OF_PRINTER) for event in EVENTS},
    "identify_printer": Kind(3, {"path": PATHS, "user": USERS}),
    "purge_jobs": Kind(2, {**_OF_PRINTER, "jobs": SEVERAL}),
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
            "first": (None, None, 2),
            "limit": (None, 1, 3),
        },
    ),
    "finish": Kind(
        60, {"path": PATHS, "nth": (0, 0, 1), "fault": (None, None, None, "jam", "read", "store")}
    ),
    "turn_stubborn": Kind(3, {"stubborn": (True, False)}),
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
    """`length` steps that follow from `seed`; a longer history begins with the shorter ones."""
    random = Random(seed)
    names, weights = list(KINDS), list(accumulate(kind.weight for kind in KINDS.values()))
    for _ in range(length):
        (name,) = random.choices(names, cum_weights=weights)
        yield Step(name, tuple((key, random.choice(of)) for key, of in KINDS[name].arguments.items()))
