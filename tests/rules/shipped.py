"""The rules that ship, and a person's month under them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache

from service.config import ROOT
from service.domain.period import Period
from service.plans import Evaluation, Rules, evaluate, get_plan, load_rules

MONTH = Period(2026, 10)


@cache
def rules() -> Rules:
    """Everything in `rules/`."""
    return load_rules(ROOT / "rules")


def month_of(plan_id: str, metrics: dict[str, object], targets: dict[str, object], **salary: str) -> Evaluation:
    """A full month of a person of middle grade."""
    inputs: dict[str, Decimal | Fraction | str] = {
        "employee.fixed_salary": Decimal(salary["fixed"]),
        "employee.soft_salary": Decimal(salary["soft"]),
        "employee.grade": "middle",
        "calendar.workdays": Fraction(22),
        "calendar.worked_days": Fraction(22),
    }
    inputs |= {f"metric.{name}": Fraction(str(value)) for name, value in metrics.items()}
    inputs |= {f"target.{name}": Fraction(str(value)) for name, value in targets.items()}
    return evaluate(get_plan(rules(), plan_id), inputs, MONTH)


def amount_minor(evaluation: Evaluation, rule: str) -> int:
    """What one rule gives."""
    return next(line.amount_minor for line in evaluation.lines if line.rule == rule)
