"""The runtime: the only place that knows the clock, begins and commits transactions and sends jobs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import flask
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from service.config import Settings
from service.domain.errors import BusyError
from service.domain.period_calendar import PeriodCalendar
from service.domain.rate import Ask, LocalRates
from service.domain.signing import Keyring, new_signing_key
from service.store import schema
from service.store.deadline import Budget, is_set, lifted
from service.store.session import (
    AWAY,
    open_engine,
    open_scratch_engine,
    reading_sessions,
    take_follow_ups,
    writing_sessions,
)
from service.store.vault import Vault

LOG = logging.getLogger(__name__)

EXTENSION = "stimul"
"""Where a Flask application keeps its runtime."""


class DatabaseBusyError(BusyError):
    """The database did not take the transaction; nothing of it is kept."""

    code = "database_busy"

    def __init__(self) -> None:
        super().__init__("The database cannot make this durable just now. Nothing was stored; send it again.")


class DatabaseAwayError(BusyError):
    """A command cannot reach its database."""

    code = "database_away"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The database does not answer ({reason}). See that it runs, and that DATABASE_URL is right.")


def system_clock() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that may ask the machine for the time


def _no_queue() -> bool:
    return True


class QueueAwayError(Exception):
    """The queue could not be reached: no mistake of anybody's request, because the work is in the database."""


ANSWER_S = 1.3
"""Database time of a request that a sender waits for: with all else, the answer is there within 1.5 seconds."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """One running service: its settings, its database, its clock and its way to send a job."""

    settings: Settings
    engine: Engine
    nudge: Callable[[str], None]
    clock: Callable[[], datetime] = system_clock
    queue_answers: Callable[[], bool] = _no_queue
    rates: Callable[[Ask, datetime], timedelta] = field(default_factory=LocalRates)
    answer_s: float = ANSWER_S
    _writing: sessionmaker[Session] = field(init=False, repr=False, compare=False)
    _reading: sessionmaker[Session] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Made once: making them takes as long as a small transaction.
        object.__setattr__(self, "_writing", writing_sessions(self.engine, self.keyring))
        object.__setattr__(self, "_reading", reading_sessions(self.engine, self.keyring))

    def answer_budget(self) -> Budget:
        """The database time of one request of a sender."""
        return Budget(self.answer_s)

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return self.clock()

    @property
    def vault(self) -> Vault:
        """What encrypts the secrets of senders."""
        return Vault(self.settings.secrets_keys)

    @property
    def keyring(self) -> Keyring:
        """What signs the documents of the books, and whose signatures are trusted."""
        return Keyring(self.settings.signing_key, self.settings.trusted_keys)

    @property
    def period_calendar(self) -> PeriodCalendar:
        """When a month that is over is calculated, reviewed and paid."""
        return PeriodCalendar(*self.settings.period_calendar)

    def today(self, timezone: str) -> date:
        """The present day in a time zone."""
        return self.now().astimezone(ZoneInfo(timezone)).date()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One writing transaction: committed at the end, rolled back on any error; then its jobs are sent."""
        try:
            with self._writing.begin() as session:
                yield session
        except AWAY as error:
            LOG.exception("the database refused a transaction")
            raise DatabaseBusyError from error
        for job in take_follow_ups(session):
            self.send(job)

    @contextmanager
    def trial(self) -> Iterator[Session]:
        """One writing transaction that is always taken back: what it says is what would be, and nothing is kept."""
        try:
            with self._writing() as session:
                yield session
        except AWAY as error:
            LOG.exception("the database refused a trial")
            raise DatabaseBusyError from error

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One reading transaction that sees a single moment and cannot write."""
        try:
            with self._reading() as session:
                yield session
        except AWAY as error:
            LOG.exception("the database did not answer")
            raise DatabaseBusyError from error

    def demand_database(self) -> None:
        """Connect once, so that a command whose database is away says so before it begins."""
        try:
            self.engine.connect().close()
        except OperationalError as error:
            raise DatabaseAwayError(str(error.orig).partition("\n")[0]) from error

    def migrate(self) -> None:
        """Bring the database to the tables of this version."""
        schema.migrate(self.engine)

    def send(self, job: str) -> None:
        """Ask for a job; its work is in the database already, so that an answer stays where the queue is down."""
        try:
            self.nudge(job)
        except QueueAwayError as error:
            LOG.warning("job %s could not be sent; the sweeper will find its work: %s", job, error)
        except Exception:
            LOG.warning("job %s could not be sent; the sweeper will find its work", job, exc_info=True)


@contextmanager
def open_scratch(settings: Settings, clock: Callable[[], datetime] = system_clock) -> Iterator[Runtime]:
    """A runtime on empty tables in a file that only this user can read and that is gone afterwards."""
    with TemporaryDirectory(prefix="stimul-") as folder:
        engine = open_scratch_engine(Path(folder))
        try:
            schema.make_tables(engine)
            # What is signed in it proves nothing to anybody: with a key that is gone afterwards as well.
            own = replace(settings, signing_key=new_signing_key(), trusted_keys=())
            yield Runtime(own, engine, lambda _job: None, clock)
        finally:
            engine.dispose()


sender_waits, without_deadline = is_set, lifted
"""Whether a sender waits for the answer to this request; and a span whose time is not taken from that answer's."""


_installed: list[Runtime] = []


def open_runtime(settings: Settings, nudge: Callable[[str], None], *, pooled: bool = True) -> Runtime:
    """A runtime on the database of the settings."""
    return Runtime(settings, open_engine(settings.database_url, pooled=pooled), nudge)


def install(runtime: Runtime) -> None:
    """Make this the runtime of a process without a Flask application: a job or a command."""
    _installed[:] = [runtime]


def current() -> Runtime:
    """The runtime of the present request, else of the process."""
    if flask.has_app_context():
        runtime = flask.current_app.extensions[EXTENSION]
        assert isinstance(runtime, Runtime)
        return runtime
    assert _installed, "no runtime is installed in this process"
    return _installed[0]


def in_request() -> bool:
    """Whether somebody waits for an answer over HTTP."""
    return flask.has_request_context()


def carried(do: Callable[[str], None]) -> Callable[[str], None]:
    """The same for another thread, which has the runtime of this one."""
    if not flask.has_app_context():
        return do
    app = flask.current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - the documented way to take it elsewhere

    def there(word: str) -> None:
        with app.app_context():
            do(word)

    return there
