"""Salary kinds: the fixed part, and the scorecard (soft salary) for doing the standards."""

from __future__ import annotations

from fractions import Fraction

from service.plans.curves import lowered
from service.plans.expression import ONE, ZERO, Const, Expr, Name, Ratio, Type, add, times
from service.plans.form import Form
from service.plans.kinds.reader import WHOLE, Aside, Detail, Lowered, RuleReader, Subject
from service.plans.render import canonical_value

WORKED = Name("calendar.worked_days", Type.NUM)
WORKDAYS = Name("calendar.workdays", Type.NUM)


def fixed(reader: RuleReader) -> Lowered:
    """`amount x worked days / workdays`."""
    amount = reader.money("amount", required=True)
    if _prorated(reader):
        value = times(amount, _presence())
        return Lowered(value, (Detail((amount, " x ", WORKED, " of ", WORKDAYS, " days"), value),))
    amount = reader.part(amount)
    return Lowered(amount, (Detail(("the whole ", amount), amount),))


def scorecard(reader: RuleReader) -> Lowered:
    """`amount x presence x the sum of weight x curve(attainment)`."""
    amount = reader.money("amount", required=True)
    prorated = _prorated(reader)
    presence, amount = (_presence(), amount) if prorated else (ONE, reader.part(amount))
    parts: list[Expr] = []
    details: list[Detail] = []
    weights: list[tuple[str, Fraction]] = []
    for form in reader.form.forms("parts", "a part", required=True):
        part = RuleReader(form, reader.speech, reader.scope)
        measure = _measure(part)
        weight = form.ratio("weight", required=True) or Fraction(0)
        curve = part.curve("curve")
        form.done()
        score = lowered(curve, measure) if curve else measure
        share = Const(weight, Type.RATIO)
        parts.append(times(share, score, Type.RATIO))
        weights.append((_subject(measure), weight))
        through = Aside(f" by curve {curve.id}" if curve else "")
        subject = Subject(_subject(measure))
        text = (amount, " x ", share, " x ", score, ": ", subject, " ", measure, through, " gives ", score)
        details.append(Detail(text, times(times(amount, presence), times(share, score, Type.RATIO))))
    _check_weights(reader.form, weights)
    value = times(times(amount, presence), add(parts, Type.RATIO) if parts else ZERO)
    return Lowered(value, tuple(details), weights=tuple(weights))


def _presence() -> Expr:
    return Ratio(WORKED, WORKDAYS, Const(Fraction(0), Type.RATIO), Type.RATIO)


def _prorated(reader: RuleReader) -> bool:
    return reader.form.choice("prorate", ("workdays", "none"), "workdays") == "workdays"


def _measure(part: RuleReader) -> Expr:
    if part.form.has("share"):
        part.form.value("standard", "standard")
        if part.form.has("standard"):
            part.form.wrong("standard", f"{part.form.what} has both `standard` and `share`; write one of them.")
        return part.ratio("share")
    part.form.value("share", "expression")
    standard = part.standard("standard", required=True)
    return Name(f"attainment.{standard.id}" if standard else "attainment", Type.RATIO)


def _subject(measure: Expr) -> str:
    name = measure.name if isinstance(measure, Name) else ""
    return name.removeprefix("attainment.")


def _check_weights(form: Form, weights: list[tuple[str, Fraction]]) -> None:
    total = sum((weight for _, weight in weights), Fraction(0))
    if weights and total != WHOLE:
        shown = canonical_value(total, Type.RATIO)
        rest = canonical_value(abs(WHOLE - total), Type.RATIO)
        hint = f"{rest} are {'missing' if total < WHOLE else 'too much'}."
        form.wrong("parts", f"The weights of {form.what} add up to {shown}, not 100%.", hint, "E-WEIGHTS")
    seen = [subject for subject, _ in weights]
    if len(set(seen)) < len(seen):
        form.wrong("parts", f"A standard stands twice among the parts of {form.what}.", code="E-DUP")
