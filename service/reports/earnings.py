"""A person's money of a month so far: the lines, how firm they are, and what stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from service.domain.earning import Balances, Disposition, EarningLine
from service.domain.period import Period, PeriodState
from service.domain.statement import totals
from service.store.earnings import list_balances, list_lines
from service.store.periods import find_period

FIXED = "fixed"
"""The kind of the line that payroll pays."""


@dataclass(frozen=True, slots=True)
class Earnings:
    """The lines of a month with their sums in minor units.

    `payable_minor` is what finance pays, `information_minor` what payroll pays anyway, `proposed_minor` what waits for
    finance; `balances` are what is held back and what was advanced at the end of the month. `status` is estimated until
    the period is closed, then confirmed, approved, paid.
    """

    period: Period
    status: str
    lines: Sequence[EarningLine]
    payable_minor: int
    information_minor: int
    proposed_minor: int
    balances: Balances

    @property
    def is_estimated(self) -> bool:
        """Whether the amounts may still move."""
        return self.status == PeriodState.OPEN.status


def get_earnings(session: Session, person_id: str, period: Period) -> Earnings:
    """The money of a person and month; nobody's lines but this person's are read."""
    lines = list_lines(session, period, [person_id])
    sums = totals(lines)
    information = sum(line.amount_minor for line in lines if line.disposition is Disposition.INFORMATION)
    balances = list_balances(session, [person_id], period).get(person_id, Balances())
    status = find_period(session, period).state.status
    return Earnings(period, status, lines, sums.payable_minor, information, sums.proposed_minor, balances)


def without_salary(earnings: Earnings) -> Earnings:
    """The same money without the fixed salary, for whoever may see what was earned and not what was agreed."""
    lines = [line for line in earnings.lines if line.kind != FIXED]
    return replace(earnings, lines=lines, information_minor=0)
