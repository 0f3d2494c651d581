"""Start a backtest: keep what was asked for and ask for the job that works it out."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.backtest import Backtest
from service.store.backtests import add_new_backtest
from service.store.session import follow_up


def start_backtest(session: Session, asked: Backtest) -> None:
    """Keep a backtest; the job finds it in the database."""
    add_new_backtest(session, asked)
    follow_up(session, "backtest")
