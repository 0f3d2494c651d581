"""Rows of accounts, of their sessions and of their one-time links."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from service.domain.account import Account, LoginSession, ResetLink, Role, UnknownAccountError
from service.store.account_tables import account, login_session, reset_link


def add_new_account(session: Session, new: Account) -> None:
    """Insert an account."""
    session.execute(
        insert(account).values(
            login=new.login,
            person_id=new.person_id,
            roles=" ".join(sorted(new.roles)),
            created_at=new.created_at,
            password_hash=new.password_hash,
            oidc_subject=new.oidc_subject,
        )
    )


def find_account(session: Session, login: str) -> Account | None:
    """The account of this login, open or not."""
    row = session.execute(select(account).where(account.c.login == login)).one_or_none()
    return _account(row) if row else None


def get_account(session: Session, login: str) -> Account:
    """The account of this login; an unknown one is an `UnknownAccountError`."""
    found = find_account(session, login)
    if found is None:
        raise UnknownAccountError(login)
    return found


def find_account_of(session: Session, person_id: str) -> Account | None:
    """The account of a person."""
    row = session.execute(select(account).where(account.c.person_id == person_id)).one_or_none()
    return _account(row) if row else None


def find_account_by_subject(session: Session, subject: str) -> Account | None:
    """The account an OpenID provider knows by this subject."""
    row = session.execute(select(account).where(account.c.oidc_subject == subject)).one_or_none()
    return _account(row) if row else None


def list_accounts(session: Session) -> list[Account]:
    """All accounts, by login."""
    return [_account(row) for row in session.execute(select(account).order_by(account.c.login))]


def set_account(session: Session, login: str, values: Mapping[str, object]) -> None:
    """Give columns of an account new values."""
    session.execute(update(account).where(account.c.login == login).values(**values))


def lock_totp_step(session: Session, login: str, step: int) -> bool:
    """Take a one-time code's step for an account; False if that step or a later one was taken."""
    unused = (account.c.login == login) & (account.c.totp_step < step)
    taken = session.execute(update(account).where(unused).values(totp_step=step).returning(account.c.login))
    return taken.one_or_none() is not None


def add_new_session(session: Session, new: LoginSession) -> None:
    """Insert a login session."""
    session.execute(
        insert(login_session).values(
            token_hash=new.token_hash, login=new.login, started_at=new.started_at, seen_at=new.seen_at
        )
    )


def find_session(session: Session, token_hash: str) -> LoginSession | None:
    """The login session whose token has this hash, ended or not."""
    row = session.execute(select(login_session).where(login_session.c.token_hash == token_hash)).one_or_none()
    return LoginSession(**row._asdict()) if row else None


def mark_session_seen(session: Session, token_hash: str, now: datetime) -> None:
    """Write when a session was last used."""
    session.execute(update(login_session).where(login_session.c.token_hash == token_hash).values(seen_at=now))


def mark_session_ended(session: Session, token_hash: str, now: datetime) -> None:
    """End a session for ever; the first time counts."""
    held = (login_session.c.token_hash == token_hash) & login_session.c.ended_at.is_(None)
    session.execute(update(login_session).where(held).values(ended_at=now))


def mark_sessions_ended(session: Session, login: str, now: datetime) -> None:
    """End every session of an account."""
    held = (login_session.c.login == login) & login_session.c.ended_at.is_(None)
    session.execute(update(login_session).where(held).values(ended_at=now))


def replace_link(session: Session, new: ResetLink) -> None:
    """Insert a one-time link; the ones made before for the same account are used up."""
    older = (reset_link.c.login == new.login) & reset_link.c.used_at.is_(None)
    session.execute(update(reset_link).where(older).values(used_at=new.made_at))
    session.execute(
        insert(reset_link).values(token_hash=new.token_hash, login=new.login, made_at=new.made_at, made_by=new.made_by)
    )


def find_link(session: Session, token_hash: str) -> ResetLink | None:
    """The one-time link whose token has this hash, used or not."""
    row = session.execute(select(reset_link).where(reset_link.c.token_hash == token_hash)).one_or_none()
    return ResetLink(**row._asdict()) if row else None


def mark_link_used(session: Session, token_hash: str, now: datetime) -> bool:
    """Use a one-time link up; False if somebody else just did."""
    unused = (reset_link.c.token_hash == token_hash) & reset_link.c.used_at.is_(None)
    used = session.execute(update(reset_link).where(unused).values(used_at=now).returning(reset_link.c.login))
    return used.one_or_none() is not None


def _account(row: Row[*tuple[object, ...]]) -> Account:
    values = row._asdict()
    del values["totp_step"]
    return Account(**values | {"roles": frozenset(Role(word) for word in values["roles"].split())})
