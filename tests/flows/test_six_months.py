"""Six months of everything that can happen, in any order: after each step the books are right and nothing is lost.

The rules are what people do: events that come in time, late or are taken back, plans that change, roles that change and
are found out late, closings, withdrawals, approvals, payments, decisions about reductions.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from service.domain.event import Event
from service.domain.money import parse_minor, to_minor
from service.domain.period import Period
from service.domain.person import Assignment
from service.domain.reduction import ReductionState, Verdict
from service.flows.withdraw import withdraw
from service.plans import load_texts
from service.reports.ledger import verify_ledger
from service.reports.reductions import reductions_in
from service.store.parts import list_held
from service.store.stale import mark_stale
from service.store.statements import find_statement
from tests.books import list_accounts
from tests.company import a_void
from tests.deals import JULY, on_day, paid, refunded, won
from tests.flows.six_months import LEAD, PEOPLE, closer_text, person_of, posted_minor, written
from tests.flows.test_carried_laws import account, opened
from tests.flows.test_clawback import GROSS
from tests.payouts import pay_whole

SIX = tuple(Period(2026, month) for month in range(7, 13))


@pytest.fixture(scope="module")
def founded(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with two closers whose plan has a holdback, a draw and a clawback, and the plan of leads."""
    path = tmp_path_factory.mktemp("six") / "stimul.db"
    shutil.copy(migrated_file, path)
    with opened(path) as company:
        texts = {"_org.yaml": GROSS, "closer.yaml": closer_text(1, JULY), "group_lead.yaml": LEAD}
        company.found_team([person_of(name) for name in PEOPLE], load_texts(texts))
        company.refresh()
    return path


@dataclass(frozen=True)
class Paid:
    """One payment that came in, as the model knows it."""

    name: str
    month: Period
    amount: Decimal


class SixMonths(RuleBasedStateMachine):
    """A company with two people, and what they are owed by a model that knows percentages alone."""

    founded: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name) / "stimul.db"
        shutil.copy(self.founded, path)
        self.opening = opened(path)
        self.company = self.opening.__enter__()
        self.company.now = on_day(JULY, 1)
        self.number = 0
        self.closed: list[Period] = []
        self.firm: list[Period] = []
        self.paid: set[Period] = set()
        self.payments: dict[str, Paid] = {}
        self.gone: set[str] = set()
        self.versions = {JULY: 1}
        self.leads: dict[str, set[Period]] = {name: set() for name in PEOPLE}
        self.approved: dict[Period, list[object]] = {}

    def teardown(self) -> None:
        try:
            self.all_of_it()
        finally:
            self.end()

    def end(self) -> None:
        self.opening.__exit__(None, None, None)
        self.folder.cleanup()

    @property
    def present(self) -> Period:
        """The earliest month that is not closed."""
        return SIX[len(self.closed)] if len(self.closed) < len(SIX) else SIX[-1].following

    def send(self, event: Event) -> str:
        self.number += 1
        named = replace(event, external_id=f"e{self.number}")
        self.company.send(named)
        return named.external_id

    def month(self, back: int) -> Period:
        """The present month of the six, or one up to so many before it."""
        begun = [month for month in (*self.closed, self.present) if month in SIX]
        return begun[-1 - back :][0]

    @rule(
        name=st.sampled_from(PEOPLE),
        deal=st.sampled_from(["A", "B", ""]),
        cents=st.integers(1, 900_000),
        back=st.integers(0, 2),
    )
    def money_comes_in(self, name: str, deal: str, cents: int, back: int) -> None:
        amount, month = Decimal(cents) / 100, self.month(back)
        sent = self.send(paid(name, deal, str(amount), month))
        self.payments[sent] = Paid(name, month, amount)

    @rule(name=st.sampled_from(PEOPLE), deal=st.sampled_from(["A", "B"]), cents=st.integers(1, 900_000))
    def a_deal_is_won(self, name: str, deal: str, cents: int) -> None:
        self.send(won(name, deal, str(Decimal(cents) / 100), self.present))

    @rule(name=st.sampled_from(PEOPLE), deal=st.sampled_from(["A", "B"]), cents=st.integers(1, 300_000))
    def money_is_given_back(self, name: str, deal: str, cents: int) -> None:
        self.send(refunded(name, deal, str(Decimal(cents) / 100), self.present))

    @precondition(lambda self: self.payments)
    @rule(data=st.data())
    def a_payment_was_none(self, data: st.DataObject) -> None:
        target = data.draw(st.sampled_from(sorted(self.payments)))
        self.send(a_void("", target, on_day(self.present, 28)))
        self.gone.add(target)

    @precondition(lambda self: len(self.versions) < 3 and max(self.versions) < self.present)
    @rule()
    def the_plan_changes_from_the_present_month(self) -> None:
        version = len(self.versions) + 1
        text = closer_text(version, self.present)
        self.company.now = max(self.company.now, on_day(self.present, 1))
        self.company.publish_all(load_texts({"_org.yaml": GROSS, "closer.yaml": text}))
        self.versions[self.present] = version

    @rule(name=st.sampled_from(PEOPLE), back=st.integers(0, 2))
    def somebody_led_that_month_and_it_is_found_out_now(self, name: str, back: int) -> None:
        month = self.month(back)
        self.leads[name] ^= {month}
        self.company.move(name, list(self.roles(name)))
        with self.company.runtime.transaction() as session:
            mark_stale(session, [(name, item) for item in SIX if item <= self.present], self.company.now)
        self.company.refresh()

    def roles(self, name: str) -> Iterator[Assignment]:
        starts, role = date(2025, 1, 1), "closer"
        for month in SIX:
            now = "group_lead" if month in self.leads[name] else "closer"
            if now != role:
                yield person_of(name, starts_on=starts, ends_on=month.first_day - timedelta(days=1), role=role)
                starts, role = month.first_day, now
        yield person_of(name, starts_on=starts, role=role)

    @precondition(lambda self: self.present in SIX)
    @rule()
    def the_month_is_closed(self) -> None:
        month = self.present
        self.company.close_month(month)
        self.closed.append(month)

    @precondition(lambda self: self.closed and self.closed[-1] not in self.firm)
    @rule()
    def the_last_closing_is_withdrawn(self) -> None:
        with self.company.runtime.transaction() as session:
            withdraw(session, self.closed[-1], "a target was wrong", "finance", now=self.company.now)
        self.company.refresh()
        self.closed.pop()

    @precondition(lambda self: len(self.firm) < len(self.closed))
    @rule()
    def the_earliest_unapproved_month_is_approved(self) -> None:
        month = self.closed[len(self.firm)]
        self.company.approve_month(month)
        self.firm.append(month)
        self.approved[month] = written(self.company.runtime, month)

    @precondition(lambda self: self.firm and self.firm[-1] not in self.paid)
    @rule()
    def payroll_pays_what_it_owes(self) -> None:
        pay_whole(self.company.runtime, self.firm[-1], "gina", now=self.company.now)
        self.paid.add(self.firm[-1])

    @precondition(lambda self: self.firm)
    @rule(verdict=st.sampled_from([Verdict.WRITTEN_OFF, Verdict.ARITHMETICAL_ERROR]))
    def finance_decides_about_reductions(self, verdict: Verdict) -> None:
        with self.company.runtime.reading() as session:
            found = reductions_in(session, ReductionState.WAITS)
        for row in found:
            if Period.parse(str(row["posted_in"])) in self.firm:
                month, posted_in = Period.parse(str(row["month"])), Period.parse(str(row["posted_in"]))
                self.company.decide(month, posted_in, verdict, str(row["person"]))

    @invariant()
    def the_books_are_right(self) -> None:
        with self.company.runtime.reading() as session:
            assert verify_ledger(session).findings == ()

    @invariant()
    def what_was_approved_stays_as_it_is_to_the_byte(self) -> None:
        for month, before in self.approved.items():
            assert written(self.company.runtime, month) == before

    @invariant()
    def every_statement_is_what_its_closing_posted(self) -> None:
        with self.company.runtime.reading() as session:
            for month in self.closed:
                for name in PEOPLE:
                    row = find_statement(session, name, month)
                    if row is not None:
                        assert parse_minor(json.loads(row.document)["payable"]) == posted_minor(session, row)

    def all_of_it(self) -> None:
        """Two months more, so that every late event is posted: then each cent of the entitlement is somewhere."""
        while len(self.closed) < len(SIX):
            self.the_month_is_closed()
        for month in (SIX[-1].following, SIX[-1].following.following):
            self.company.close_month(month)
        with self.company.runtime.reading() as session:
            for name in PEOPLE:
                found = list_accounts(session, name)
                held = sum(item.part.amount_minor for item in list_held(session, [name]))
                assert account(found, "held:") == held
                entitled = -account(found, "expense:commission")
                assert entitled == self.entitlement_minor(name)
                gone = account(found, "expense:kept") + account(found, "expense:back")
                gone += account(found, "expense:reduction:written_off")
                standing = account(found, "payable:") + account(found, "paid") + account(found, "proposed:") + held
                assert standing + gone + account(found, "draw:") == entitled

    def entitlement_minor(self, name: str) -> int:
        """The share of a month's role and plan of everything that came in and was not taken back, by month."""
        worth = 0
        for month in SIX:
            came = [item for key, item in self.payments.items() if key not in self.gone]
            gross = sum((item.amount for item in came if (item.name, item.month) == (name, month)), Decimal(0))
            version = max(number for first, number in self.versions.items() if first <= month)
            share = 5 if month in self.leads[name] else 9 + version
            worth += to_minor(gross * share / 100)
        return worth


def lived_through(founded: Path, examples: int, steps: int) -> None:
    machine = type("Machine", (SixMonths,), {"founded": founded})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            # The steps are told as they were; making them fewer takes longer than finding them.
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
        ),
    )


def test_whatever_happens_in_six_months_no_cent_is_lost(founded: Path) -> None:
    lived_through(founded, examples=6, steps=18)


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_whatever_happens_in_six_months_no_cent_is_lost_in_hundreds_of_lives(founded: Path) -> None:
    lived_through(founded, examples=300, steps=50)
