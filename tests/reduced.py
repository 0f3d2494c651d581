"""A company with a reduction for tests: a closed July that turned out to be worth less."""

from __future__ import annotations

from service.domain.period import Period
from service.domain.reduction import (
    ReductionState,
)
from service.reports.reductions import reductions_in
from service.runtime import Runtime
from tests.company import a_void, an_assignment
from tests.deals import AUGUST, JULY, DealCompany, on_day, paid, plan_text
from tests.teams import team_rules


def reduced(runtime: Runtime) -> DealCompany:
    """July gave Ann 100.00, of which 40.00 are void; August posted that and is approved. She has a fixed salary too."""
    found = DealCompany(runtime, now=on_day(JULY, 1))
    fixed = "  base: {kind: fixed, label: Salary, amount: employee.fixed_salary, prorate: none}\n"
    closer = plan_text(fixed, "base: 1500.00").replace("tenure_months: 1", "tenure_months: 1, fixed_salary: 1500")
    found.found_team([an_assignment("ann")], team_rules(closer=closer))
    found.refresh()
    found.send(paid("ann", "", "600", JULY), paid("ann", "", "400", JULY, 11))
    found.close_month(JULY)
    found.send(a_void("gone", "paid--2026-07-11-ann", on_day(AUGUST)))
    found.close_month(AUGUST)
    found.approve_month(AUGUST)
    return found


def waiting(company: DealCompany, state: ReductionState = ReductionState.WAITS) -> list[tuple[str, str]]:
    """Of each reduction in a state: its amount, and what is left of it."""
    with company.runtime.reading() as session:
        return [(str(row["amount"]), str(row["remaining"])) for row in reductions_in(session, state)]


def earned(company: DealCompany, amount: str, month: Period) -> None:
    """Let Ann earn a tenth of an amount in a month."""
    company.send(paid("ann", "", amount, month))
    company.refresh()
