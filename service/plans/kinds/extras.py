"""Extras: kickers for single results, penalties inside the variable part, and formulas as the way out."""

from __future__ import annotations

from service.plans.expression import ZERO, Expr, at_least, at_most, minus, names_in, subtract, times
from service.plans.kinds.reader import Detail, Lowered, RuleReader


def kicker(reader: RuleReader) -> Lowered:
    """`amount x units`, or the amount once where nothing is counted."""
    amount = reader.money("amount", required=True)
    if not reader.form.has("per"):
        for field in ("per", "above", "max_units"):
            reader.form.value(field, "expression")
            if reader.form.has(field):
                reader.form.wrong(field, f"`{field}` of {reader.form.what} needs `per:`, what is counted.")
        amount = reader.part(amount)
        return Lowered(amount, (Detail(("once ", amount), amount),))
    units, over = _units(reader)
    if reader.form.has("max_units"):
        units = at_most(units, reader.threshold(reader.number("max_units")))
    else:
        reader.form.value("max_units", "expression")
    value = times(units, amount)
    return Lowered(value, (Detail((units, *over, " x ", amount), value),), base=frozenset(names_in(units)))


def penalty(reader: RuleReader) -> Lowered:
    """Minus `amount x units`, never more than `max`."""
    amount = reader.money("amount", required=True)
    units, over = _units(reader)
    most = reader.threshold(reader.money("max", required=True))
    value = minus(at_most(times(units, amount), most))
    return Lowered(value, (Detail((units, *over, " x ", amount, ", at most ", most), value),))


def formula(reader: RuleReader) -> Lowered:
    """Any expression, with the reason why no kind fits."""
    amount = reader.money("amount", required=True)
    reader.form.text("why", required=True)
    return Lowered(amount, (Detail(("the formula gives ", amount), amount),), base=frozenset(names_in(amount)))


def _units(reader: RuleReader) -> tuple[Expr, tuple[str | Expr, ...]]:
    per = reader.number("per", required=True)
    if not reader.form.has("above"):
        reader.form.value("above", "expression")
        return at_least(per, ZERO), ()
    above = reader.threshold(reader.same_as("above", per))
    return at_least(subtract(per, above), ZERO), (" above ", above)
