"""A small company for tests: one plan, a few people, their sender, and events that say only what a test is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from service.domain.delivery import Delivery, Sent
from service.domain.event import Event, Item, ItemResult, JsonValue, Operation
from service.domain.period import Period
from service.domain.person import Alias, Assignment, Person
from service.domain.source import SourceKind, new_source
from service.flows.add_source import add_source
from service.flows.close import Closed, close
from service.flows.fill_calendar import fill_calendar
from service.flows.ingest import ingest
from service.flows.mark_unscored import mark_unscored
from service.flows.publish_plan import Publication, publish_plan
from service.jobs.pipeline import refresh
from service.plans import Rules, load_texts
from service.runtime import Runtime
from service.store.aliases import replace_aliases
from service.store.people import replace_people
from tests.accepting import accepting

SOURCE = "crm"
OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
MID_OCTOBER = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
EARLY_NOVEMBER = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

ORG = """
schema: incentive/1
org: {currency: EUR, minor_units: 2, timezone: Europe/Sofia, week_starts: monday, calendar: company}
metrics:
  calls:
    title: Conversations
    title_bg: Разговори
    from: call.ended
    agg: count
    where: {direction: out, talk_s: {min: 20}}
  collected:
    title: Money received
    title_bg: Постъпили плащания
    from: [payment.received, payment.refunded]
    agg: sum
    field: amount
    type: money
"""

DEFAULTS = """
schema: incentive/1
extends: [_org]
rules:
  base: {kind: fixed, label: Fixed salary, label_bg: Основна заплата, amount: employee.fixed_salary, prorate: workdays}
"""

CLOSER = """
schema: incentive/1
plan: closer
title: Closer
title_bg: Нови клиенти
version: "1"
effective: {from: 2026-01-01}
extends: [_defaults]
period: month
standards:
  calls:
    {title: Calls, title_bg: Обаждания, metric: calls, per: day, target: {middle: 2}, calendar: workdays, cap: 150%}
rules:
  per_call: {kind: rate, label: Per conversation, label_bg: За разговор, base: metric.calls, each: 1.5}
  commission: {kind: rate, label: Commission, label_bg: Комисиона, base: metric.collected, rate: 3.3%}
  enough_calls:
    kind: gate
    label: Enough calls
    label_bg: Достатъчно обаждания
    require: [attainment.calls >= 5%]
    otherwise: 50%
    applies_to: [commission]
accept:
  - {lint: W-UNBOUNDED, at: calls, because: a small company, by: finance, until: 2099-12-31}
  - {lint: W-UNBOUNDED, at: collected, because: a small company, by: finance, until: 2099-12-31}
examples:
  - name: A gate passed
    given:
      employee: {fixed_salary: 1500, soft_salary: 0, grade: middle, tenure_months: 14}
      calendar: {workdays: 20, worked_days: 10}
      target: {calls: 40}
      metric: {calls: 2, collected: 1000.05}
    expect: {base: 750.00, per_call: 3.00, enough_calls: 100%, commission: 33.00, total: 786.00}
  - name: A gate missed
    given:
      employee: {fixed_salary: 1500, soft_salary: 0, grade: middle, tenure_months: 14}
      calendar: {workdays: 20, worked_days: 20}
      target: {calls: 40}
      metric: {calls: 1, collected: 1000}
    expect: {enough_calls: 50%, commission: 16.50}
"""


def small_rules(closer: str = CLOSER) -> Rules:
    """The rules of the small company."""
    return load_texts({"_org.yaml": ORG, "_defaults.yaml": DEFAULTS, "closer.yaml": closer})


@dataclass
class Company:
    """The small company at work; `now` is the time of what is done next."""

    runtime: Runtime
    now: datetime = MID_OCTOBER
    sent: int = field(default=0)

    def found(self, people: Sequence[str] = ("ann", "bob")) -> None:
        """Make the tables' first rows: sender, calendar, people known to the sender by their own names, the plan."""
        started = datetime(2026, 1, 1, tzinfo=UTC)
        with self.runtime.transaction() as session:
            add_source(session, new_source(SOURCE, SourceKind.NATIVE, "", now=started))
            fill_calendar(session, [2025, 2026, 2027])
            replace_people(
                session,
                [Person(name, name.title(), date(2025, 1, 1)) for name in people],
                [an_assignment(name) for name in people],
                [],
            )
            aliases = [Alias(SOURCE, name, name, date(2025, 1, 1)) for name in people]
            replace_aliases(session, [(SOURCE, name) for name in people], aliases)
        self.publish(small_rules())

    def publish(self, rules: Rules) -> None:
        """Publish the plan of closers."""
        with self.runtime.transaction() as session:
            publication = Publication("finance", "the small company begins")
            accepted = accepting(rules, self.now.date())
            publish_plan(session, accepted, "closer", publication, today=self.now.date(), now=self.now)

    def send(self, *events: Event) -> list[ItemResult]:
        """Deliver events, as an endpoint does after reading them."""
        self.sent += 1
        delivery = Delivery(f"dlv_{self.sent:026d}", SOURCE, self.now, "application/json", b"[]", "0" * 64, len(events))
        items = [Item(index, event.external_id, event) for index, event in enumerate(events)]
        with self.runtime.transaction() as session:
            return ingest(session, [Sent(delivery, items)], now=self.now)[0]

    def refresh(self) -> None:
        """Let the workers do what waits."""
        refresh()

    def close(self, period: Period = OCTOBER) -> Closed:
        """Close a month on the present day, as the command does."""
        with self.runtime.transaction() as session:
            mark_unscored(session, period, now=self.now)
        self.refresh()
        return self.close_as_it_is(period)

    def close_as_it_is(self, period: Period = OCTOBER) -> Closed:
        """Close a month without scoring what waits."""
        with self.runtime.transaction() as session:
            return close(session, period, "finance", today=self.now.date(), now=self.now)


def an_assignment(person_id: str, **changes: object) -> Assignment:
    """A full-time closer of middle grade."""
    plain: dict[str, object] = {
        "person_id": person_id,
        "starts_on": date(2025, 1, 1),
        "ends_on": None,
        "role": "closer",
        "grade": "middle",
        "team": "north",
        "manager_id": None,
        "fte_bp": 10_000,
        "fixed_salary_minor": 150_000,
        "soft_salary_minor": 0,
    }
    return Assignment(**(plain | changes))  # type: ignore[arg-type]  # a builder takes any field by name


def a_call(name: str, external_id: str, at: datetime = MID_OCTOBER, talk_s: int = 60) -> Event:
    """An outgoing conversation."""
    data: dict[str, JsonValue] = {"direction": "out", "answered": True, "talk_s": talk_s}
    return Event(SOURCE, external_id, "call.ended", at, name, data)


def a_payment(name: str, external_id: str, amount: str, at: datetime = MID_OCTOBER) -> Event:
    """Money received from a customer."""
    return Event(SOURCE, external_id, "payment.received", at, name, {"amount": amount, "currency": "EUR"})


def a_refund(name: str, external_id: str, amount: str, at: datetime = MID_OCTOBER) -> Event:
    """Money given back: a positive amount."""
    return Event(SOURCE, external_id, "payment.refunded", at, name, {"amount": amount, "currency": "EUR"})


def a_void(external_id: str, target: str, at: datetime = MID_OCTOBER) -> Event:
    """The correction that takes an event away."""
    return Event(SOURCE, external_id, "event.voided", at, None, {}, op=Operation.VOID, target=target)
