"""What may be asked of the office: people, posts, substitution. A command is data; `office.py` carries it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class EnterPerson:
    """Enter somebody who will sign in; `groups` that need a second administrator are only asked for."""

    name: str
    display: str
    password: str = field(repr=False)
    groups: tuple[str, ...] = ()
    unit: str | None = None
    window: str | None = None


@dataclass(frozen=True)
class ChangePerson:
    """What screens and lists say of a person; every value as it shall be, None for no unit, no window."""

    name: str
    display: str
    unit: str | None = None
    window: str | None = None


@dataclass(frozen=True)
class ChangeGroups:
    """Put a person into groups and take them out of others."""

    name: str
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True)
class SetActive:
    """Let a person sign in, or shut them off."""

    name: str
    active: bool


@dataclass(frozen=True)
class DecideGrant:
    """Grant or decline what another administrator asked for."""

    id: int
    granted: bool


@dataclass(frozen=True)
class ExportPeople:
    """Take out the whole list of people and their groups."""


@dataclass(frozen=True)
class EnterSubstitution:
    """Somebody stands in for an absent person from one instant until another; `since` None: from now."""

    absent: str
    substitute: str
    until: datetime
    since: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True)
class EndSubstitution:
    """The absent person is back before the time."""

    id: int


@dataclass(frozen=True)
class ChangeLiaison:
    """Write the entry of a unit in the liaison directory: (name, office telephone) by post, empty for none."""

    unit: str
    contacts: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class ConfirmLiaison:
    """The entry of a unit is right as it stands."""

    unit: str


@dataclass(frozen=True)
class ReadNotices:
    """Whoever asks has read these notices; None: all they are shown."""

    ids: tuple[int, ...] | None = None


OfficeCommand = (
    EnterPerson
    | ChangePerson
    | ChangeGroups
    | SetActive
    | DecideGrant
    | ExportPeople
    | EnterSubstitution
    | EndSubstitution
    | ChangeLiaison
    | ConfirmLiaison
    | ReadNotices
)
