"""Whatever is corrected and whatever is decided about it: every cent is paid, held, proposed or written off."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain.errors import BusinessConflictError
from service.domain.event import Event
from service.domain.money import to_minor
from service.domain.period import Period
from service.domain.reduction import ReductionState, Verdict
from service.reports.ledger import verify_ledger
from service.reports.reductions import reductions_in
from tests.books import list_accounts
from tests.company import a_void, an_assignment
from tests.deals import AUGUST, DECEMBER, JULY, NOVEMBER, OCTOBER, SEPTEMBER, DealCompany, on_day, paid, plan_text
from tests.flows.test_carried_laws import account, opened
from tests.teams import team_rules

MONTHS = (JULY, AUGUST, SEPTEMBER, OCTOBER)
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
HOLDBACK = """  kept:
    kind: holdback
    label: Kept
    lines: [commission]
    share: 20%
    release: {when: deal.paid_in_full, within: 40d, otherwise: pay}
"""


@dataclass(frozen=True)
class Step:
    """What happens next: an event arrives, somebody decides about everything that waits, or the next month ends."""

    event: Event | None = None
    verdict: Verdict | None = None


@st.composite
def seasons(draw: st.DrawFn) -> list[Step]:
    """Payments, and payments that turn out not to be any, some after their month was closed."""
    steps: list[Step] = []
    sent: list[str] = []
    closed = 0
    for number in range(draw(st.integers(4, 14))):
        kind = draw(st.sampled_from(["paid", "paid", "void", "void", "decide", "close", "close"]))
        month = draw(st.sampled_from(MONTHS[: closed + 1]))
        if kind == "close" and closed < len(MONTHS) - 1:
            closed += 1
            steps.append(Step())
        elif kind == "decide":
            steps.append(Step(verdict=draw(st.sampled_from(list(Verdict)))))
        elif kind == "void" and sent:
            steps.append(Step(a_void(f"v{number}", draw(st.sampled_from(sent)), on_day(month, 28))))
        else:
            amount = f"{draw(st.integers(1, 500_000)) / 100:.2f}"
            sent.append(f"e{number}")
            steps.append(Step(replace(paid("ann", "", amount, month), external_id=f"e{number}")))
    return steps


@pytest.fixture(scope="module")
def founded(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with a closer of whose commission a part is held back."""
    path = tmp_path_factory.mktemp("reduced") / "stimul.db"
    shutil.copy(migrated_file, path)
    with opened(path) as company:
        company.found_team([an_assignment("ann")], team_rules(closer=plan_text(HOLDBACK, "kept: -200.00")))
        company.refresh()
    return path


def entitlement_minor(steps: Sequence[Step]) -> int:
    """Ten percent of what came in, month by month, of everything that was not withdrawn."""
    events = [step.event for step in steps if step.event]
    gone = {event.target for event in events if event.target}
    gross = dict.fromkeys(MONTHS, Decimal(0))
    for event in events:
        if event.type == "payment.received" and event.external_id not in gone:
            gross[Period.of(event.occurred_at.date())] += Decimal(str(event.data["amount"]))
    return sum(to_minor(amount / 10) for amount in gross.values())


def close(company: DealCompany, month: Period) -> None:
    """Close and approve a month; nothing was set off against it but what it pays."""
    company.close_month(month)
    company.approve_month(month)
    lines = company.statement("ann", month)["lines"]
    payable = sum(to_minor(Decimal(line["amount"])) for line in lines if line["disposition"] == "payable")
    assert payable >= 0 or not any(line["kind"] == "set_off" for line in lines)


def decide(company: DealCompany, verdict: Verdict) -> None:
    """Decide about all that waits or is decided and not settled."""
    with company.runtime.reading() as session:
        found = [row for state in ("waits", "decided") for row in reductions_in(session, ReductionState(state))]
    for row in found:
        try:
            company.decide(Period.parse(str(row["month"])), Period.parse(str(row["posted_in"])), verdict)
        except BusinessConflictError:
            assert row["remaining"] == "0.00"


@FEW
@given(seasons())
def test_paid_held_back_proposed_and_written_off_are_what_everything_known_is_worth(
    founded: Path, tmp_path: Path, steps: list[Step]
) -> None:
    path = tmp_path / "season.db"
    for leftover in tmp_path.glob("season.db*"):
        leftover.unlink()
    shutil.copy(founded, path)
    waiting = list(MONTHS)
    decided: set[Verdict] = set()
    with opened(path) as company:
        for step in steps:
            if step.event:
                company.send(step.event)
            elif step.verdict:
                if step.verdict is not Verdict.ADVANCE_AGREED:
                    decided.add(step.verdict)
                    decide(company, step.verdict)
            else:
                close(company, waiting.pop(0))
        for month in (*waiting, NOVEMBER, DECEMBER):
            close(company, month)
        with company.runtime.reading() as session:
            assert verify_ledger(session).findings == ()
            found = list_accounts(session, "ann")
        written_off = account(found, "expense:reduction:written_off")
        standing = account(found, "payable:") + account(found, "held:") + account(found, "proposed:")
        assert standing + written_off == entitlement_minor(steps)
        assert account(found, "expense:commission") == -entitlement_minor(steps)
        assert account(found, "proposed:") <= 0
        assert written_off == 0 or Verdict.WRITTEN_OFF in decided
