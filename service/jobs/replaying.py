"""Replays: a closed month is worked out again in tables of its own, from what its close knew, and put beside it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from sqlalchemy.exc import IntegrityError

from service.domain.days import ONE_DAY
from service.domain.errors import BusyError, StimulError
from service.domain.known import Knows, Records
from service.domain.period import Period
from service.domain.replay import Differences, Replayed, UnreadableKnowledgeError
from service.flows.begin_replay import begin_replay
from service.flows.close import close
from service.flows.earn import earn
from service.flows.hold_months import hold_months
from service.flows.keep_replay import keep_replay
from service.flows.recall import recall
from service.flows.release import release
from service.flows.score import score
from service.flows.set_off import set_off
from service.flows.sign_books import sign_books
from service.reports.knowledge import Knowledge
from service.reports.recall_needs import recall_needs
from service.reports.replay import compare, get_closing, next_replay, said_by
from service.runtime import Runtime, open_scratch

LOG = logging.getLogger(__name__)

PEOPLE_AT_ONCE = 500
"""Months of people worked out in one transaction: nobody waits for their locks, and their lines are in memory."""

REPLAYER = "replay"
"""Who closes a month that is only worked out again."""


class Known(Protocol):
    """What a closing knew, from wherever it is read."""

    @property
    def period(self) -> Period:
        """The month that was closed."""

    @property
    def version(self) -> int:
        """The number of the closing."""

    @property
    def corrected(self) -> Sequence[tuple[str, Period]]:
        """The earlier closed months of people that were worked out again before it; after the beginning."""

    def beginning(self) -> Iterator[Records]:
        """The company, its people, and what was posted before."""

    def months(self, needed: Mapping[Period, set[str] | None]) -> Iterator[Records]:
        """These months of these people (None: of everybody) with their events, and the deals."""


def replay_closing(runtime: Runtime, period: Period, version: int | None = None) -> Replayed:
    """Work a closing out again, withdrawn or not, by default the latest; nothing of the database is changed.

    Raises `UnknownClosingError` or `NotKeptError`.
    """
    with runtime.reading() as session:
        row = get_closing(session, period, version)
        found = Differences()
        with open_scratch(runtime.settings, runtime.clock) as scratch:
            work_out_again(scratch, Knowledge(session, period, row.version), found)
            with scratch.reading() as again:
                return compare(said_by(session, row), again, found)


def work_out_again(scratch: Runtime, known: Known, found: Differences) -> None:
    """Fill empty tables with what a closing knew, count its events, and work the month out up to its close."""
    for records in known.beginning():
        _lay_down(scratch, known, records, found)
    with scratch.transaction() as session:
        begin_replay(session, known.period, known.version)
        sign_books(session, REPLAYER, now=scratch.now())
        needed = recall_needs(session, known.period, known.corrected)
    people: list[str] = []
    for records in known.months(needed):
        people += [one.name for one in records.known if one.kind is Knows.MONTH and one.month == str(known.period)]
        _lay_down(scratch, known, records, found)
    # First what earlier months are still owed: it is posted by this one, and its balances rest on it.
    for month in sorted({month for _, month in known.corrected}):
        _work_out(scratch, month, [person_id for person_id, own in known.corrected if own == month])
    _work_out(scratch, known.period, people)
    with scratch.transaction() as session:
        today = known.period.last_day + ONE_DAY
        close(session, known.period, REPLAYER, today=today, now=scratch.now())


def _lay_down(scratch: Runtime, known: Known, records: Records, found: Differences) -> None:
    try:
        with scratch.transaction() as session:
            found.add(recall(session, records))
    except (StimulError, LookupError, ValueError, TypeError, AttributeError, IntegrityError) as error:
        # What was kept is always readable, so somebody wrote in it; where exactly says the error.
        raise UnreadableKnowledgeError(known.period, known.version, f"{type(error).__name__}: {error}") from error


def _work_out(scratch: Runtime, period: Period, people: Sequence[str]) -> None:
    for place in range(0, len(people), PEOPLE_AT_ONCE):
        months = [(person_id, period) for person_id in people[place : place + PEOPLE_AT_ONCE]]
        with scratch.transaction() as session:
            hold_months(session, months)
            score(session, months)
            earn(session, months)
            release(session, months)
            set_off(session, months)


def replay_some(runtime: Runtime) -> bool:
    """Work out the oldest replay that was asked for; False if none waits. One that is worked out twice ends once."""
    with runtime.reading() as session:
        asked = next_replay(session)
    if asked is None:
        return False
    found, failure = None, ""
    try:
        found = replay_closing(runtime, asked.period, asked.version)
    except BusyError:
        raise
    except StimulError as error:
        failure = error.detail
    except Exception:
        LOG.exception("replay %s of %s could not be worked out", asked.replay_id, asked.period)
        failure = f"{asked.period} could not be worked out because of a mistake of ours; the log of the worker has it."
    with runtime.transaction() as session:
        keep_replay(session, asked.replay_id, found, failure=failure, now=runtime.now())
    return True
