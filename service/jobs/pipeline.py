"""The jobs of the pipeline: they take no arguments, find their work in the database and may run twice."""

from __future__ import annotations

import logging
from datetime import date

from rq.exceptions import StopRequested
from rq.timeouts import BaseTimeoutException

from service.domain.backfill import Part
from service.domain.backtest import Backtest, MonthTried
from service.domain.errors import BusyError, StimulError
from service.domain.period import Period
from service.domain.ramp import RAMP_LOOKS_BACK
from service.domain.statement_archive import ArchivePart, ArchiveProgress
from service.flows.award import award
from service.flows.claim import claim
from service.flows.claim_backfill_part import claim_backfill_part
from service.flows.earn import earn
from service.flows.end_recount import end_recount
from service.flows.fill_calendar import fill_calendar
from service.flows.forget_requests import forget_requests
from service.flows.ingest import ingest
from service.flows.keep_archive_part import keep_archive_part
from service.flows.keep_backtest_month import keep_backtest_month
from service.flows.keep_flags import keep_flags
from service.flows.mark_due_ramps import mark_due_ramps
from service.flows.mark_following import mark_following
from service.flows.note_backfill import note_backfill
from service.flows.postpone_backfill_part import postpone_backfill_part
from service.flows.ramp import ramp
from service.flows.rank import rank
from service.flows.rebuild_facts import Place, Rebuilt, rebuild_facts
from service.flows.release import release
from service.flows.remind import remind as remind_of
from service.flows.replay_quarantine import replay_quarantine
from service.flows.score import score
from service.flows.set_off import set_off
from service.jobs.enrichment import enrich_next, next_turn
from service.jobs.replaying import replay_some
from service.reports.archives import next_archive, print_part
from service.reports.backtest import draft_of, next_backtest, try_month
from service.reports.company import company_today
from service.reports.flags import due_months, find_flags
from service.reports.quarantine import is_any_event_due
from service.reports.recount import due_recount
from service.reports.reminders import new_reminders
from service.runtime import Runtime, current
from service.sources.history import history_sent

LOG = logging.getLogger(__name__)

FETCHES_AT_ONCE = 20
"""Objects fetched in one sweep: with a vendor that does not answer, a few minutes until other work has its turn."""

NO_MISTAKES = (BusyError, StopRequested, BaseTimeoutException)
"""What ends work that is good: a database that is away, and a worker that is told to stop."""

MONTHS_AT_ONCE = 50
"""Person-months scored in one transaction: enough to share its queries, few enough to hold its locks for moments."""


def refresh() -> None:
    """Score, earn and rank until no person-month waits, what time alone has brought included."""
    take_due()
    while refresh_some():
        pass


def take_due() -> None:
    """What time alone brings: events that came before their time count, and ramps come to a new week.

    It stands before every refresh, so that it needs neither a worker nor Redis.
    """
    runtime = current()
    with runtime.reading() as session:
        is_due = is_any_event_due(session, now=runtime.now())
    if is_due:
        replay()
    with runtime.transaction() as session:
        mark_due_ramps(session, company_today(session, runtime.now()), now=runtime.now())


def refresh_some() -> int:
    """One transaction of the refresh; the number of person-months it did."""
    runtime = current()
    with runtime.transaction() as session:
        months = claim(session, MONTHS_AT_ONCE, now=runtime.now())
        fill_calendar(session, {day.year for _, period in months for day in _looked_at(period)})
        ramp(session, months, today=company_today(session, runtime.now()), now=runtime.now())
        score(session, months)
        earn(session, months)
        release(session, months)
        set_off(session, months)
        mark_following(session, months, now=runtime.now())
        for period in sorted({period for _, period in months}):
            rank(session, [person_id for person_id, own in months if own == period], period, now=runtime.now())
        award(session, months)
    return len(months)


def _looked_at(period: Period) -> tuple[date, date]:
    """The first day that a month may rest on, and its own."""
    return period.first_day - RAMP_LOOKS_BACK, period.first_day


def forget() -> None:
    """Forget repeated requests that are no longer kept."""
    runtime = current()
    with runtime.transaction() as session:
        forget_requests(session, now=runtime.now())


def replay() -> None:
    """Count the waiting events whose obstacle is gone."""
    runtime = current()
    after: int | None = 0
    while after is not None:
        with runtime.transaction() as session:
            step = replay_quarantine(session, after, now=runtime.now())
        after = step.after if step else None


def enrich() -> None:
    """Fetch the fields of the objects that are due, as many as a sweep has time for."""
    for _ in range(FETCHES_AT_ONCE):
        if not enrich_next(current()) and not next_turn(current()):
            return


def rebuild() -> Rebuilt:
    """Make all facts again from the events, in steps; what was done, and how many facts were different before."""
    runtime = current()
    events = days = changed = 0
    place: Place | None = Place()
    while place is not None:
        with runtime.transaction() as session:
            step = rebuild_facts(session, place, now=runtime.now())
        events, days, changed = events + step.events, days + step.days, changed + step.changed_facts
        place = step.following
    return Rebuilt(events, days, changed, None)


def recount() -> None:
    """Make all facts again if the vocabulary changed since they were made."""
    runtime = current()
    while True:
        with runtime.reading() as session:
            latest = due_recount(session)
        if latest is None:
            return
        rebuild()
        with runtime.transaction() as session:
            end_recount(session, latest)


def flags() -> None:
    """Look at recent months for what is odd, as far as nobody looked within the hour."""
    runtime = current()
    with runtime.reading() as session:
        months = due_months(session, runtime.now())
    for period in months:
        with runtime.reading() as session:
            found = find_flags(session, period)
        with runtime.transaction() as session:
            keep_flags(session, period, found, now=runtime.now())


def remind() -> None:
    """Remind, each time once, of what is to be done about the months that are over."""
    runtime = current()
    with runtime.reading() as session:
        due = new_reminders(session, runtime.period_calendar, now=runtime.now())
    if due:
        with runtime.transaction() as session:
            found = remind_of(session, due, now=runtime.now())
        for item in found:
            LOG.warning("for %s: %s", item.task.who, item.task.text(item.period))


def backtest() -> None:
    """Work out the backtests that were asked for, month by month, until none waits."""
    while backtest_some():
        pass


def backtest_some() -> bool:
    """One month of the oldest backtest that has not ended; False if none waits.

    The month is worked out while reading and kept in a short transaction: nothing else waits for it.
    """
    runtime = current()
    with runtime.reading() as session:
        waiting = next_backtest(session)
    if waiting is None:
        return False
    asked, period = waiting
    month, failure = _tried(runtime, asked, period)
    with runtime.transaction() as session:
        keep_backtest_month(session, asked.backtest_id, month, failure=failure, now=runtime.now())
    return True


def replay_closings() -> None:
    """Work out the closings that were to be worked out again, until none waits."""
    while replay_some(current()):
        pass


def archive() -> None:
    """Print the archives of statements that were asked for, part by part, until none waits."""
    while archive_some():
        pass


def archive_some() -> bool:
    """One part of the oldest archive that is not finished; False if none waits.

    It is printed while reading and kept in a short transaction: nothing else waits for it.
    """
    runtime = current()
    with runtime.reading() as session:
        waiting = next_archive(session)
    if waiting is None:
        return False
    part, failure = _printed(runtime, waiting)
    with runtime.transaction() as session:
        keep_archive_part(session, waiting.archive.archive_id, part, failure=failure, now=runtime.now())
    return True


def backfill() -> None:
    """Take the parts of backfills, one transaction each, until none waits."""
    while backfill_some():
        pass


def backfill_some() -> bool:
    """One part of a backfill; False if none waits.

    Its rows go the way of every event, so one that came live as well is a duplicate. The part disappears in the same
    transaction: a worker that dies leaves it as if it had never begun. One that cannot be taken lets others go first.
    """
    runtime = current()
    part: Part | None = None
    try:
        with runtime.transaction() as session:
            claimed = claim_backfill_part(session, now=runtime.now())
            if claimed is None:
                return False
            part, source_id, who = claimed
            sent = history_sent(part.lines, source_id, who, now=runtime.now())
            (results,) = ingest(session, [sent], now=runtime.now())
            note_backfill(session, part.backfill_id, part.first_row, results)
    except NO_MISTAKES:
        raise
    except Exception:
        if part is None:
            raise
        LOG.exception("part %s of backfill %s could not be taken", part.number, part.backfill_id)
        with runtime.transaction() as session:
            postpone_backfill_part(session, part, now=runtime.now())
    return True


def _printed(runtime: Runtime, waiting: ArchiveProgress) -> tuple[ArchivePart | None, str]:
    """A part printed, or the sentence that says why it cannot be: then the next archive has its turn."""
    try:
        with runtime.reading() as session:
            return print_part(session, waiting), ""
    except NO_MISTAKES:
        raise
    except Exception:
        LOG.exception("archive %s could not be printed", waiting.archive.archive_id)
        return None, "It could not be printed because of a mistake of ours; the log of the worker has it."


def _tried(runtime: Runtime, asked: Backtest, period: Period) -> tuple[MonthTried | None, str]:
    """A month worked out, or the sentence that says why it cannot be: then the next backtest has its turn."""
    try:
        with runtime.reading() as session:
            return try_month(session, draft_of(asked), period), ""
    except NO_MISTAKES:
        raise
    except StimulError as error:
        return None, error.detail
    except Exception:
        LOG.exception("backtest %s could not be worked out for %s", asked.backtest_id, period)
        return None, f"{period} could not be worked out because of a mistake of ours; the log of the worker has it."
