"""Accounts as people and pages read them: who may log in, and who is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.domain.account import Account, LoginSession, token_hash
from service.domain.approval import Signer
from service.domain.key import Scope
from service.domain.permission import NotAllowedError, Viewer, demand
from service.domain.team import managers_above, managers_on
from service.store import accounts
from service.store.people import list_assignments
from service.store.vault import Vault


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A session that holds, with its account."""

    session: LoginSession
    account: Account

    @property
    def viewer(self) -> Viewer:
        """Who it is."""
        return Viewer(self.account.login, self.account.person_id, self.account.roles)


def all_accounts(session: Session) -> list[Account]:
    """All accounts, by login."""
    return accounts.list_accounts(session)


def find_account(session: Session, login: str) -> Account | None:
    """The account of a login."""
    return accounts.find_account(session, login)


def signing_account(session: Session, login: str, *, hand: str) -> Signer:
    """The account that approves, by whose hand; raises `UnknownAccountError`, or `NotAllowedError` if it may not."""
    account = accounts.get_account(session, login)
    if not account.is_open:
        raise NotAllowedError
    viewer = Viewer(login, account.person_id, account.roles)
    demand(viewer, Scope.PERIODS_APPROVE, None, is_below=False, leads_see_money=False)
    return Signer(login, account.person_id, hand)


def find_account_by_subject(session: Session, subject: str) -> Account | None:
    """The account an OpenID provider knows by this subject."""
    return accounts.find_account_by_subject(session, subject)


def find_logged_in(session: Session, token: str, *, now: datetime) -> LoggedIn | None:
    """Who holds this session token, if the session and the account still hold."""
    found = accounts.find_session(session, token_hash(token))
    if found is None or not found.holds(now):
        return None
    account = accounts.find_account(session, found.login)
    return LoggedIn(found, account) if account is not None and account.is_open else None


def find_link_login(session: Session, token: str, *, now: datetime) -> str | None:
    """Whose password a one-time link sets; None if it opens nothing any more."""
    link = accounts.find_link(session, token_hash(token))
    return link.login if link is not None and link.holds(now) else None


def code_secret(session: Session, login: str, vault: Vault) -> str:
    """The secret of an account's one-time codes; empty without a second factor."""
    account = accounts.find_account(session, login)
    return vault.open(account.totp_sealed) if account is not None and account.totp_sealed else ""


def is_below(session: Session, leader_id: str, person_id: str, day: date) -> bool:
    """Whether a person was below a leader on a day, along the chain of managers."""
    return leader_id in managers_above(managers_on(list_assignments(session, day, day), day), person_id)


def people_below(session: Session, leader_id: str, day: date) -> set[str]:
    """Everybody below a leader on a day."""
    managers = managers_on(list_assignments(session, day, day), day)
    return {person_id for person_id in managers if leader_id in managers_above(managers, person_id)}
