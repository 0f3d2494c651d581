"""Whatever happens over months, and in any order of arrival: the books balance and every cent is somewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.config import read_settings
from service.domain.event import Event
from service.domain.money import to_minor
from service.domain.period import Period
from service.jobs.replaying import replay_closing
from service.plans import load_texts
from service.reports.ledger import verify_ledger
from service.runtime import install, open_runtime
from service.store.parts import list_held
from tests.books import SIGNING_KEY, list_accounts
from tests.company import a_void, an_assignment
from tests.deals import AUGUST, JULY, OCTOBER, SEPTEMBER, DealCompany, on_day, paid, refunded, won
from tests.flows.test_clawback import GROSS, KEPT, PLAN

MONTHS = (JULY, AUGUST, SEPTEMBER)
PEOPLE = ("ann", "bob")
DRAW = """
  start:
    kind: draw
    label: Advance
    amount: 200
    lines: [commission, kept]
    balance: balance.draw
    max_recover: 50%
"""
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Step:
    """What happens next: an event arrives, or the next month is closed."""

    event: Event | None


@st.composite
def seasons(draw: st.DrawFn) -> list[Step]:
    """Payments, refunds, wins and withdrawals of three months, some told after their month was closed."""
    steps: list[Step] = []
    sent: list[str] = []
    closed = 0
    for number in range(draw(st.integers(2, 12))):
        begun = MONTHS[: closed + 1]
        name, deal = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(["A", "B", ""]))
        month = draw(st.sampled_from(begun))
        amount = f"{draw(st.integers(1, 500_000)) / 100:.2f}"
        kind = draw(st.sampled_from(["won", "paid", "paid", "paid", "refunded", "void", "close"]))
        if kind == "close" and closed < len(MONTHS) - 1:
            closed += 1
            steps.append(Step(None))
        elif kind == "void" and sent:
            steps.append(Step(a_void(f"v{number}", draw(st.sampled_from(sent)), on_day(month, 28))))
        elif kind in {"won", "paid", "refunded"}:
            event = {"won": won, "paid": paid, "refunded": refunded}[kind](name, deal, amount, month)
            sent.append(f"e{number}")
            steps.append(Step(replace(event, external_id=f"e{number}")))
    return steps


@pytest.fixture(scope="module")
def founded(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with two closers whose plan has a holdback, a draw and a clawback."""
    path = tmp_path_factory.mktemp("carried") / "stimul.db"
    shutil.copy(migrated_file, path)
    with opened(path) as company:
        text = PLAN.format(event="payment.refunded", more=KEPT + DRAW, expected=", kept: -200.00, start: 0.00")
        text = text.replace("within: 300d", "within: 40d") + UNDER
        held = [an_assignment(name) for name in PEOPLE]
        company.found_team(held, load_texts({"_org.yaml": GROSS, "closer.yaml": text}))
        company.refresh()
    return path


UNDER = """  - name: Little
    given: {metric: {gross: 100}}
    expect: {start: 192.00}
  - name: Much advanced
    given: {metric: {gross: 10_000}, balance: {draw: 9_000}}
    expect: {start: -300.00}
"""


@contextmanager
def opened(path: Path) -> Iterator[DealCompany]:
    settings = read_settings({"DATABASE_URL": f"sqlite:///{path}", "STIMUL_SIGNING_KEY": SIGNING_KEY})
    runtime = open_runtime(settings, lambda _job: None)
    install(runtime)
    try:
        yield DealCompany(runtime, now=on_day(JULY, 1))
    finally:
        runtime.engine.dispose()


def commission_minor(steps: Sequence[Step], name: str) -> int:
    """Ten percent of what came in for somebody, month by month, of everything that was not withdrawn."""
    events = [step.event for step in steps if step.event]
    gone = {event.target for event in events if event.target}
    gross = dict.fromkeys(MONTHS, Decimal(0))
    for event in events:
        if event.type == "payment.received" and event.subject == name and event.external_id not in gone:
            gross[Period.of(event.occurred_at.date())] += Decimal(str(event.data["amount"]))
    return sum(to_minor(amount / 10) for amount in gross.values())


def account(found: dict[str, int], name: str) -> int:
    """What stands on the accounts of a name, credit positive."""
    return -sum(amount for account, amount in found.items() if account.startswith(name))


@FEW
@given(seasons())
def test_every_cent_of_the_entitlement_is_payable_held_proposed_forfeited_or_recovered(
    founded: Path, tmp_path: Path, steps: list[Step]
) -> None:
    path = tmp_path / "season.db"
    for leftover in tmp_path.glob("season.db*"):
        leftover.unlink()
    shutil.copy(founded, path)
    waiting = list(MONTHS)
    with opened(path) as company:
        for step in steps:
            if step.event:
                company.send(step.event)
            else:
                company.close_month(waiting.pop(0))
        # Two months more, so that every late event is posted and every term is over.
        for month in (*waiting, OCTOBER, OCTOBER.following):
            company.close_month(month)
        for month in (*MONTHS, OCTOBER, OCTOBER.following):
            assert replay_closing(company.runtime, month).differences == (), month
        with company.runtime.reading() as session:
            assert verify_ledger(session).findings == ()
            for name in PEOPLE:
                found = list_accounts(session, name)
                parts = sum(item.part.amount_minor for item in list_held(session, [name]))
                assert account(found, "held:") == parts
                assert account(found, "draw:") <= 0
                entitled = -account(found, "expense:commission")
                assert entitled == commission_minor(steps, name)
                forfeited, clawed = account(found, "expense:kept"), account(found, "expense:back")
                standing = account(found, "payable:") + account(found, "proposed:") + parts
                assert standing + forfeited + clawed + account(found, "draw:") == entitled
