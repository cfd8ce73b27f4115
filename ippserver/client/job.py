"""A Job as an answer describes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import JobState
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Value

TERMINAL: Final = frozenset((JobState.CANCELED, JobState.ABORTED, JobState.COMPLETED))

DESCRIPTION: Final[tuple[AttributeDef[Value], ...]] = (
    names.JOB_ID,
    names.JOB_URI,
    names.JOB_NAME,
    names.JOB_ORIGINATING_USER_NAME,
    names.JOB_STATE,
    names.JOB_STATE_REASONS,
    names.JOB_STATE_MESSAGE,
    names.JOB_K_OCTETS,
    names.JOB_IMPRESSIONS,
    names.JOB_IMPRESSIONS_COMPLETED,
    names.JOB_MEDIA_SHEETS_COMPLETED,
)
"""What a JobInfo is made from; who does not ask for it gets job-uri and job-id alone (RFC 8011 4.2.6.1)."""


NOTHING_UNSUPPORTED: Final = AttributeGroup(GroupTag.UNSUPPORTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobInfo:
    """What is known of a Job; what the answer left out is 0, empty or UNKNOWN."""

    id: int
    uri: str
    state: JobState
    reasons: tuple[str, ...]
    message: str
    """job-state-message."""
    name: str
    user: str
    """job-originating-user-name."""
    size_octets: int
    """To 1024 octets, as job-k-octets gives it."""
    impressions_completed: int
    attributes: AttributeGroup
    """All that the answer says of the Job."""
    unsupported: AttributeGroup
    """What the Printer took no notice of, when it accepted the Job (RFC 8011 4.1.7)."""

    @classmethod
    def of(cls, group: AttributeGroup, unsupported: AttributeGroup = NOTHING_UNSUPPORTED) -> Self:
        """The Job that `group` describes."""
        return cls(
            id=names.JOB_ID.get(group) or 0,
            uri=names.JOB_URI.get(group) or "",
            state=JobState(names.JOB_STATE.get(group) or 0),
            reasons=tuple(names.JOB_STATE_REASONS.all(group)),
            message=plain_text(names.JOB_STATE_MESSAGE.all(group)),
            name=plain_text(names.JOB_NAME.all(group)),
            user=plain_text(names.JOB_ORIGINATING_USER_NAME.all(group)),
            size_octets=(names.JOB_K_OCTETS.get(group) or 0) * 1024,
            impressions_completed=names.JOB_IMPRESSIONS_COMPLETED.get(group) or 0,
            attributes=group,
            unsupported=unsupported,
        )

    @property
    def is_terminal(self) -> bool:
        """True once nothing more will happen to the Job by itself."""
        return self.state in TERMINAL


def plain_text(values: Iterable[object]) -> str:
    """The first of `values`, texts or names with or without language, as plain `str`; else empty."""
    for value in values:
        return str(getattr(value, "text", value))
    return ""
