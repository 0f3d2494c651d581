"""Tiers: amounts and rates that depend on how far a measure has come, in four modes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from service.plans.expression import (
    ZERO,
    Binary,
    Const,
    Expr,
    Name,
    Piece,
    Piecewise,
    Ratio,
    Type,
    add,
    at_least,
    at_most,
    constant,
    names_in,
    subtract,
    times,
)
from service.plans.form import Form
from service.plans.kinds.reader import Detail, Lowered, RuleReader

MODES = ("marginal", "whole", "step", "interpolated")
"""Each slice at its own rate; all at the rate reached; the amount of the tier; straight lines between amounts."""


LOWEST_FIRST = "Put them in order, the lowest first."
LEAVE_ONE = "Leave one of them out."


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier: where it starts, whether the start itself belongs to it, and its rate, price or amount."""

    start: Expr
    included: bool
    worth: Expr


def tiers(reader: RuleReader) -> Lowered:
    """A measure against a table of tiers."""
    mode = reader.form.choice("mode", MODES, "marginal", required=True)
    return _tiers(reader, mode, base_required=False)


def override(reader: RuleReader) -> Lowered:
    """Tiers over the results of the people below; the base is a team metric."""
    mode = reader.form.choice("mode", ("marginal", "whole"), "whole")
    lowered = _tiers(reader, mode, base_required=True)
    base = reader.form.node.entries.get("base")
    written = getattr(base, "text", "")
    if base is not None and not written.startswith("team."):
        reader.form.wrong("base", f"`base` of {reader.form.what} is a team metric, like team.collected.", code="E-TYPE")
    return lowered


def _tiers(reader: RuleReader, mode: str, *, base_required: bool) -> Lowered:
    if base_required or mode == "whole":
        base = reader.number("base", required=base_required)
        has_measure = reader.form.has("measure")
        measure = reader.number("measure") if has_measure or not base_required else base
        measure = measure if has_measure else base
        base = base if reader.form.has("base") else measure
        if not has_measure and not reader.form.has("base"):
            reader.number("measure", required=True)
    else:
        measure = reader.number("measure", required=True)
        base = measure
    rows = _rows(reader, mode, measure, base)
    return replace(_in_mode(mode, measure, base, rows), base=frozenset(names_in(base)))


def _in_mode(mode: str, measure: Expr, base: Expr, rows: list[Tier]) -> Lowered:
    positive = at_least(measure, Const(Fraction(0), measure.type))
    match mode:
        case "marginal":
            return _marginal(positive, rows)
        case "whole":
            return _whole(positive, at_least(base, Const(Fraction(0), base.type)), rows)
        case "step":
            return _step(positive, rows)
        case _:
            return _interpolated(positive, rows)


def _rows(reader: RuleReader, mode: str, measure: Expr, base: Expr) -> list[Tier]:
    rows: list[Tier] = []
    for form in reader.form.forms("tiers", "a tier", required=True):
        part = RuleReader(form, reader.speech, reader.scope)
        included = not form.has("above")
        start = part.threshold(part.same_as("from" if included else "above", measure))
        form.value("above" if included else "from", "expression")
        if form.has("above") and form.has("from"):
            form.wrong(
                "above", "A tier starts `from:` a value (included) or `above:` it, not both.", LEAVE_ONE, "E-TIERS"
            )
        if not form.has("above") and not form.has("from"):
            form.findings.add("E-TIERS", form.node.place, "A tier says where it starts: `from:` or `above:`.")
        is_amount = mode in {"step", "interpolated"}
        worth = part.part(part.money("amount", required=True)) if is_amount else rate_of(part, base)
        form.done()
        rows.append(Tier(start, included, worth))
    check_rising(reader.form, "tiers", [row.start for row in rows])
    return rows


def rate_of(part: RuleReader, base: Expr) -> Expr:
    """`rate:` of money as a percentage, or `each:` counted thing as money."""
    form = part.form
    counted = base.type in {Type.NUM, Type.POINTS} or (base.type in {Type.ANY, Type.NUMBER} and form.has("each"))
    wanted, other = ("each", "rate") if counted else ("rate", "each")
    if form.has(other):
        what = "counted things have a price, `each:`" if counted else "money has a share, `rate:`"
        form.value(wanted, "expression")
        form.value(other, "expression")
        form.wrong(other, f"`{other}` does not fit the base of {form.what}: {what}.", f"Write `{wanted}:`.", "E-TYPE")
        return ZERO
    form.value(other, "expression")
    if base.type is Type.RATIO:
        form.wrong(wanted, "A ratio has no rate; name the money or the count it is paid on in `base:`.", code="E-TYPE")
    return part.money("each", required=True) if counted else part.ratio("rate", required=True)


def check_rising(form: Form, field: str, starts: Sequence[Expr]) -> None:
    """Tiers rise and begin at zero, so that no gap and no overlap can be written."""
    values = [start.value for start in starts if isinstance(start, Const) and isinstance(start.value, Fraction)]
    if any(after <= before for before, after in pairwise(values)):
        form.wrong(field, f"The {field} of {form.what} do not rise from one to the next.", LOWEST_FIRST, "E-TIERS")
    first = starts[0] if starts else None
    if isinstance(first, Const) and first.value != 0:
        zero = "0%" if first.type is Type.RATIO else "0"
        form.wrong(field, f"The {field} of {form.what} do not begin at {zero}.", f"Add a tier from {zero}.", "E-TIERS")


def _marginal(measure: Expr, rows: list[Tier]) -> Lowered:
    ends: list[Expr | None] = [row.start for row in rows[1:]]
    details: list[Detail] = []
    for row, end in zip(rows, [*ends, None], strict=True) if rows else ():
        reached = measure if end is None else at_most(measure, end)
        inside = at_least(subtract(reached, row.start), Const(Fraction(0), measure.type))
        amount = times(inside, row.worth)
        stretch: tuple[str | Expr, ...] = (" between ", row.start, " and ", end) if end else (" above ", row.start)
        details.append(Detail((inside, *stretch, " x ", row.worth), amount))
    return Lowered(_summed(measure, rows) or add([detail.amount for detail in details]), tuple(details))


def _summed(measure: Expr, rows: list[Tier]) -> Expr | None:
    """The same sum with one look-up where all numbers are written; the details add up to it."""
    pieces: list[Piece] = []
    below = Fraction(0)
    before: tuple[Fraction, Fraction] | None = None
    for row in rows:
        if not isinstance(row.start, Const) or not isinstance(row.worth, Const):
            return None
        start, worth = row.start.value, row.worth.value
        if not isinstance(start, Fraction) or not isinstance(worth, Fraction):
            return None
        below += (start - before[0]) * before[1] if before else 0
        before = start, worth
        value = add([times(measure, row.worth), constant(below - start * worth)])
        pieces.append(Piece(row.start, included=True, value=value))
    return Piecewise(measure, tuple(pieces), ZERO, Type.MONEY)


def _whole(measure: Expr, base: Expr, rows: list[Tier]) -> Lowered:
    kind = rows[0].worth.type if rows else Type.RATIO
    kind = Type.MONEY if kind is Type.NUMBER else kind
    pieces = tuple(Piece(row.start, row.included, row.worth) for row in rows)
    reached = Piecewise(measure, pieces, Const(Fraction(0), kind), kind)
    value = times(base, reached)
    return Lowered(value, (Detail((base, " x ", reached, ", the tier reached at ", measure), value),))


def _step(measure: Expr, rows: list[Tier]) -> Lowered:
    pieces = tuple(Piece(row.start, row.included, row.worth) for row in rows)
    value = Piecewise(measure, pieces, ZERO, Type.MONEY)
    return Lowered(value, (Detail((value, ", the tier reached at ", measure), value),))


def _interpolated(measure: Expr, rows: list[Tier]) -> Lowered:
    pieces: list[Piece] = []
    for row, after in zip(rows, [*rows[1:], None], strict=True) if rows else ():
        if after is None:
            pieces.append(Piece(row.start, included=True, value=row.worth))
            continue
        way = Ratio(subtract(measure, row.start), subtract(after.start, row.start), ZERO, Type.RATIO)
        rise = times(Binary("-", after.worth, row.worth, Type.MONEY), way)
        pieces.append(Piece(row.start, included=True, value=add([row.worth, rise])))
    value = Piecewise(measure, tuple(pieces), ZERO, Type.MONEY)
    return Lowered(value, (Detail((value, " between the points around ", measure), value),))


def rate(reader: RuleReader) -> Lowered:
    """`max(base - above, 0) x rate`."""
    base = reader.number("base", required=True)
    above = reader.threshold(reader.same_as("above", base))
    worth = rate_of(reader, base)
    counted = at_least(subtract(base, above), Const(Fraction(0), base.type))
    value = times(counted, worth)
    over: tuple[str | Expr, ...] = (" above ", above) if reader.form.has("above") else ()
    return Lowered(value, (Detail((counted, *over, " x ", worth), value),), base=frozenset(names_in(base)))


def accelerator(reader: RuleReader) -> Lowered:
    """Extra shares of the part of the base above shares of a target."""
    base = reader.number("base", required=True)
    standard = reader.standard("over", required=True)
    target = reader.target_of(standard) if standard else Name("target", Type.ANY)
    rows: list[Tier] = []
    for form in reader.form.forms("steps", "a step", required=True):
        part = RuleReader(form, reader.speech, reader.scope)
        share = form.ratio("from", required=True) or Fraction(0)
        counted = base.type is Type.NUM
        extra = part.money("each", required=True) if counted else part.ratio("extra", required=True)
        form.done()
        rows.append(Tier(times(Const(share, Type.RATIO), target, base.type), included=True, worth=extra))
    shares = [row.start.left for row in rows if isinstance(row.start, Binary)]
    values = [share.value for share in shares if isinstance(share, Const) and isinstance(share.value, Fraction)]
    if any(after <= before for before, after in pairwise(values)):
        reader.form.wrong("steps", f"The steps of {reader.form.what} do not rise from one to the next.", code="E-TIERS")
    return replace(_marginal(at_least(base, Const(Fraction(0), base.type)), rows), base=frozenset(names_in(base)))
