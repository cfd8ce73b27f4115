"""Who is asking, and which right an operation needs (RFC 8011 4.1 step 7, 9.3, 9.5)."""

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final, Protocol

from ippserver.ipp.values import Name, NameWithLanguage


class Role(IntEnum):
    """What somebody may be, each including those before it (RFC 8011 2.1, 9.2)."""

    USER = 0
    OPERATOR = 1
    ADMINISTRATOR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Whoever sends a request, as far as it is known."""

    name: str
    """The authenticated name; without authentication requesting-user-name or `anonymous` (RFC 8011 5.4.2)."""
    role: Role = Role.USER
    authenticated: bool = False


ANONYMOUS: Final = "anonymous"


class Access(Enum):
    """The right an operation needs."""

    QUERY = "query"
    """Read what everyone may see."""
    SUBMIT = "submit"
    """Create Jobs, or ask whether one would be accepted."""
    OWN = "own"
    """Change one Job, see or change Subscriptions: their owner, an Operator or an Administrator."""
    REPRINT = "reprint"
    """Print a Job again: as OWN, and everybody where it is stored for everybody."""
    OPERATE = "operate"
    """Change a Printer or everybody's Jobs: an Operator or an Administrator."""
    ADMINISTER = "administer"
    """Ask or change what only Administrators may."""


class Preset(Enum):
    """The one word of the configuration that says who may do what."""

    OPEN = "open"
    """No authentication, everyone may do everything."""
    HOME = "home"
    """Everyone may print, manage what they sent and see the queue, but not whose Jobs are in it and what
    they are called; the rest needs credentials."""


class Owned(Protocol):
    """What somebody owns: a Job, a Subscription."""

    @property
    def user(self) -> Name | NameWithLanguage:
        """The name of its owner."""


def allowed(preset: Preset, access: Access, principal: Principal, owned: Owned | None = None) -> bool:
    """Whether `principal` has the right `access`, to `owned` where it is about that."""
    if preset is Preset.OPEN or access in (Access.QUERY, Access.SUBMIT):
        return True
    if principal.role >= (Role.ADMINISTRATOR if access is Access.ADMINISTER else Role.OPERATOR):
        return True
    return access in (Access.OWN, Access.REPRINT) and owned is not None and owns(principal, owned)


def owns(principal: Principal, owned: Owned) -> bool:
    """Whether it is the principal's own: user names are compared octet by octet (CVE-2026-27447)."""
    return principal.name == user_name(owned)


def user_name(owned: Owned) -> str:
    """The name of its owner as plain text, without its language."""
    return owned.user if isinstance(owned.user, str) else owned.user.text
