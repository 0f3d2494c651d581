"""A plan on months before it holds: its dated numbers as they are on its first day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from service.domain.standard import Standard, Step, value_on
from service.plans.plan import Plan
from service.plans.standards import Parameter, value_in_force


def backdated(plan: Plan, first_day: date) -> Plan:
    """The plan with the parameters and targets of its first day in force from ever on, and later ones as dated."""
    params = {name: _backdated_parameter(parameter, first_day) for name, parameter in plan.params.items()}
    standards = {name: _backdated_standard(standard, first_day) for name, standard in plan.standards.items()}
    return replace(plan, params=params, standards=standards)


def _backdated_parameter(parameter: Parameter, first_day: date) -> Parameter:
    value = value_in_force(parameter, first_day)
    if value is None:
        return parameter
    later = [step for step in parameter.steps if step[0] is not None and step[0] > first_day]
    return replace(parameter, steps=((None, value), *later))


def _backdated_standard(standard: Standard, first_day: date) -> Standard:
    return replace(standard, target={grade: _steps(steps, first_day) for grade, steps in standard.target.items()})


def _steps(steps: tuple[Step, ...], first_day: date) -> tuple[Step, ...]:
    value = value_on(steps, first_day)
    if value is None:
        return steps
    return (Step(None, value), *(step for step in steps if step.valid_from is not None and step.valid_from > first_day))
