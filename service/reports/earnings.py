"""A person's money of a month so far: the lines, how firm they are, and what stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from service.domain.earning import Balances, Disposition, EarningLine
from service.domain.period import Period, PeriodState
from service.domain.statement import totals
from service.store.earnings import list_balances, list_lines, sum_payable
from service.store.people import get_person
from service.store.periods import find_period, list_periods

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


@dataclass(frozen=True, slots=True)
class MonthPay:
    """What a month pays in minor units, and how firm that is."""

    period: Period
    status: str
    payable_minor: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A person's months, the latest first, and what is held back and was advanced by now."""

    months: Sequence[MonthPay]
    balances: Balances

    @property
    def by_status(self) -> dict[str, int]:
        """What all of them pay, by how firm it is: estimated, confirmed, approved, paid."""
        sums = dict.fromkeys((state.status for state in PeriodState), 0)
        for month in self.months:
            sums[month.status] += month.payable_minor
        return sums


def get_overview(session: Session, person_id: str, last: Period) -> Overview:
    """What a person's months up to this one pay, a year of them; months without a line are left out."""
    get_person(session, person_id)
    first = Period(last.year - 1, last.month).following
    status = {row.period: row.state.status for row in list_periods(session)}
    found = sum_payable(session, person_id, first, last)
    months = [
        MonthPay(period, status.get(period, PeriodState.OPEN.status), amount)
        for period, amount in sorted(found.items(), reverse=True)
    ]
    return Overview(months, list_balances(session, [person_id], last).get(person_id, Balances()))


def without_salary(earnings: Earnings) -> Earnings:
    """The same money without the fixed salary, for whoever may see what was earned and not what was agreed."""
    lines = [line for line in earnings.lines if line.kind != FIXED]
    return replace(earnings, lines=lines, information_minor=0)
