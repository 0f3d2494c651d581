"""Permissions: the one table of who may see and do what, for keys and for people alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

from service.domain.account import Role
from service.domain.errors import ForbiddenError
from service.domain.key import Scope


class Reach(IntEnum):
    """Whose affairs a permission is for; each reach contains the ones before it."""

    NOBODY = 0
    OWN = 1
    BELOW = 2
    """The own, and those of everybody below as the chain of managers stood on the day in question."""
    EVERYBODY = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: how far a permission reaches for each kind of person.

    Whoever has a person record is an employee; who leads others that day reaches as far as `lead` says for them.
    `if_open` marks a reach beyond the own that the company must switch on (STIMUL_LEADS_SEE_MONEY).
    """

    title: str
    employee: Reach = Reach.NOBODY
    lead: Reach = Reach.NOBODY
    head: Reach = Reach.NOBODY
    finance: Reach = Reach.NOBODY
    administrator: Reach = Reach.NOBODY
    if_open: bool = False


_ALL = Reach.EVERYBODY

PERMISSIONS: Mapping[Scope, Row] = {
    Scope.BOARDS_READ: Row("see the leaderboards", _ALL, _ALL, _ALL, _ALL, _ALL),
    Scope.ACTIVITY_READ: Row("see days, events and attainment", Reach.OWN, Reach.BELOW, _ALL, _ALL),
    Scope.STATEMENTS_READ: Row("see money and statements", Reach.OWN, Reach.BELOW, _ALL, _ALL, if_open=True),
    Scope.SALARIES_READ: Row("see the fixed salary", Reach.OWN, finance=_ALL),
    Scope.QUESTIONS_ASK: Row("ask about the own money", Reach.OWN),
    Scope.QUESTIONS_READ: Row("see which questions wait", Reach.OWN, Reach.BELOW, _ALL, _ALL),
    Scope.QUESTIONS_ANSWER: Row("answer questions", finance=_ALL),
    Scope.PLANS_READ: Row("read plans", Reach.OWN, Reach.BELOW, _ALL, _ALL, _ALL),
    Scope.PLANS_CONFIRM: Row("confirm having read the own plan", Reach.OWN),
    Scope.PLANS_WRITE: Row("publish and try out plans", finance=_ALL),
    Scope.PEOPLE_READ: Row("see people and assignments", Reach.OWN, Reach.BELOW, _ALL, _ALL, _ALL),
    Scope.PEOPLE_WRITE: Row("change people, aliases and calendars", administrator=_ALL),
    Scope.TARGETS_WRITE: Row("assign targets", head=_ALL, finance=_ALL),
    Scope.PERIODS_WRITE: Row("close months, withdraw a closing", finance=_ALL),
    Scope.PERIODS_APPROVE: Row("approve closed months, note their payment, decide about reductions", finance=_ALL),
    Scope.PAYOUTS_READ: Row("see payouts", finance=_ALL),
    Scope.EVENTS_READ: Row("look events up", administrator=_ALL),
    Scope.EVENTS_WRITE: Row("send events"),
    Scope.SOURCES_WRITE: Row("change sources", administrator=_ALL),
    Scope.QUARANTINE_WRITE: Row("look at waiting events, let them in or discard them", administrator=_ALL),
    Scope.FLAGS_WRITE: Row("review flags, decide about held events and sent shares", head=_ALL, finance=_ALL),
    Scope.PROPOSALS_CONFIRM: Row("confirm what somebody else proposed", finance=_ALL),
    Scope.AUDIT_READ: Row("read the audit log", finance=_ALL, administrator=_ALL),
    Scope.ACCOUNTS_WRITE: Row("make accounts and reset passwords", administrator=_ALL),
    Scope.PRIVACY_WRITE: Row("export and erase what is kept about a person", administrator=_ALL),
    Scope.ADMIN: Row("do everything (API keys alone)"),
}
"""Who may what. What is not in this table is refused; docs/security.md shows it, written from here."""


_View = TypeVar("_View", bound=Callable[..., object])

_MARK = "opened_by"


def opened_by(scope: Scope, view: _View) -> _View:
    """Mark an endpoint or page with the permission that opens it."""
    vars(view)[_MARK] = scope.value
    return view


def open_to_anybody(view: _View) -> _View:
    """Mark an endpoint or page that is there for everybody, or that asks for its own proof: a login, a hook."""
    vars(view)[_MARK] = ""
    return view


def mark_of(view: Callable[..., object]) -> str | None:
    """What opens an endpoint or page: a permission, "" for everybody, None where nobody has said."""
    found = getattr(view, _MARK, None)
    return found if isinstance(found, str) else None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who is logged in."""

    login: str
    person_id: str | None
    roles: frozenset[Role]


class NotAllowedError(ForbiddenError):
    """Somebody wants what is not theirs; whether it exists is not told."""

    code = "not_allowed"

    def __init__(self) -> None:
        super().__init__("This is not open to you. If you need it for your work, ask an administrator.")


def reach_of(viewer: Viewer, permission: Scope, *, leads_see_money: bool) -> Reach:
    """How far a permission reaches for a viewer; `BELOW` still asks who was below whom on the day."""
    row = PERMISSIONS[permission]
    found = max(
        (
            reach
            for role, reach in (
                (Role.HEAD, row.head),
                (Role.FINANCE, row.finance),
                (Role.ADMINISTRATOR, row.administrator),
            )
            if role in viewer.roles and not (row.if_open and role is Role.HEAD and not leads_see_money)
        ),
        default=Reach.NOBODY,
    )
    if viewer.person_id is None:
        return found
    lead = row.employee if row.if_open and not leads_see_money else row.lead
    return max(found, row.employee, lead)


def demand(viewer: Viewer, permission: Scope, person_id: str | None, *, is_below: bool, leads_see_money: bool) -> None:
    """Let a viewer have a permission over a person (None: over the company), or raise `NotAllowedError`."""
    reach = reach_of(viewer, permission, leads_see_money=leads_see_money)
    needed = Reach.EVERYBODY
    if person_id is not None and person_id == viewer.person_id:
        needed = Reach.OWN
    elif person_id is not None and is_below:
        needed = Reach.BELOW
    if reach < needed:
        raise NotAllowedError
