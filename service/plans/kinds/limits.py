"""Limits: lines made of other lines - caps, floors, holdbacks, draws and clawbacks, each visible on its own."""

from __future__ import annotations

from fractions import Fraction

from service.plans.expression import ZERO, Const, Expr, If, Type, add, at_least, at_most, minus, subtract, times
from service.plans.kinds.reader import Detail, Lowered, Release, RuleReader, days_in, sum_of

PAID_IN_FULL, PAID_PRO_RATA = "deal.paid_in_full", "deal.paid_pro_rata"
"""When a held part is released: at once when its deal is paid in full, or in the share in which the deal is paid."""


def cap(reader: RuleReader) -> Lowered:
    """What the lines are above the maximum, taken away."""
    lines, most = reader.names("lines"), reader.threshold(reader.money("max", required=True))
    total = sum_of(lines)
    value = at_most(subtract(most, total), ZERO)
    return Lowered(value, (Detail((total, " against a maximum of ", most), value),), lines=lines)


def floor(reader: RuleReader) -> Lowered:
    """What the lines lack of the minimum, added."""
    lines, least = reader.names("lines"), reader.threshold(reader.money("min", required=True))
    total = sum_of(lines)
    value = at_least(subtract(least, total), ZERO)
    return Lowered(value, (Detail((total, " against a minimum of ", least), value),), lines=lines)


def holdback(reader: RuleReader) -> Lowered:
    """A share of the lines, kept until its release."""
    lines = reader.names("lines")
    share = Const(reader.form.ratio("share", required=True) or Fraction(0), Type.RATIO)
    release = _release(reader)
    total = at_least(sum_of(lines), ZERO)
    value = minus(times(total, share))
    return Lowered(value, (Detail((share, " of ", total, " held back"), value),), lines=lines, release=release)


def _release(reader: RuleReader) -> Release | None:
    form = reader.form.inner("release", required=True)
    if form is None:
        return None
    release = Release(
        when=form.text("when", required=True),
        within_days=days_in(form, "within", form.text("within", required=True)),
        otherwise=form.choice("otherwise", ("forfeit", "pay"), "forfeit", required=True),
    )
    if release.when not in {"", PAID_IN_FULL, PAID_PRO_RATA}:
        form.wrong("when", f"A holdback is released when `{PAID_IN_FULL}`, or as deals are paid: `{PAID_PRO_RATA}`.")
    form.done()
    return release


def draw(reader: RuleReader) -> Lowered:
    """Tops the lines up to an amount while `when` holds; what was advanced is recovered out of earnings above it."""
    amount = reader.threshold(reader.money("amount", required=True))
    lines = reader.names("lines")
    balance = reader.money("balance", required=True)
    share = Const(reader.form.ratio("max_recover", required=True) or Fraction(0), Type.RATIO)
    total = sum_of(lines)
    top_up: Expr = at_least(subtract(amount, total), ZERO)
    condition = reader.speech.expression(reader.form, "when", Type.BOOL)
    if condition is not None:
        top_up = If(condition, top_up, ZERO, Type.MONEY)
    recovered = minus(at_most(balance, times(at_least(subtract(total, amount), ZERO), share)))
    details = (
        Detail((total, " topped up to ", amount), top_up),
        Detail((share, " of what is above ", amount, ", at most the ", balance, " advanced"), recovered),
    )
    return Lowered(add([top_up, recovered]), details, lines=lines, balance=balance, recovers=share.value != 0)


def clawback(reader: RuleReader) -> Lowered:
    """What is due back, but never more than a share of this month's variable part; the rest is carried."""
    form = reader.form
    of = reader.names("of")
    due, lines = reader.money("due", required=True), reader.names("lines")
    share = Const(form.ratio("max_share", required=True) or Fraction(0), Type.RATIO)
    event = form.text("event", required=True)
    within_days = days_in(reader, "within", form.text("within", required=True))
    most = times(at_least(sum_of(lines), ZERO), share)
    value = minus(at_most(due, most))
    detail = Detail((due, " due, at most ", share, " of the variable part: ", most), value)
    return Lowered(value, (detail,), lines=lines, applies_to=of, event=event, within_days=within_days, balance=due)
