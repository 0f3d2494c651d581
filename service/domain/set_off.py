"""Lines about reductions of closed months: set off as finance decided, written off, or made good by an increase."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from service.domain.earning import MADE_GOOD, SET_OFF, WRITE_OFF, Charge, Disposition, EarningLine, month_name
from service.domain.event import JsonValue
from service.domain.money import format_minor
from service.domain.period import Period
from service.domain.reduction import Reduction, ReductionDecision, ReductionKey, Verdict, reductions

SETTING_RULE, WRITTEN_RULE = "reduction:set_off", "reduction:written_off"
"""Under which names these lines are posted; no rule of a plan has a colon in its name."""


def made_good(lines: Sequence[EarningLine], posted: Iterable[EarningLine]) -> list[EarningLine]:
    """What a net increase of a month gives back of earlier reductions of it, the oldest first, as lines behind these.

    What was reduced and comes again must not be paid twice: neither while the reduction waits, nor after it was
    written off. What was set off is paid again in full.
    """
    left = sum(line.amount_minor for line in lines if line.disposition is Disposition.PAYABLE)
    found: list[EarningLine] = []
    for reduction in reductions(posted):
        for charge, open_minor in (
            (Charge.PROPOSED, reduction.remaining_minor),
            (Charge.EXPENSE, reduction.written_off_minor),
        ):
            amount_minor = min(left, open_minor)
            if amount_minor > 0:
                left -= amount_minor
                found.append(_made_good(reduction, lines[0], charge, amount_minor, len(lines) + len(found)))
    return found


def _made_good(
    reduction: Reduction, like: EarningLine, charge: Charge, amount_minor: int, position: int
) -> EarningLine:
    waited = charge is Charge.PROPOSED
    return EarningLine(
        person_id=reduction.person_id,
        period=like.period,
        month_worked=reduction.month,
        position=position,
        rule=SETTING_RULE if waited else WRITTEN_RULE,
        kind=MADE_GOOD,
        label=f"Makes good the reduction for {month_name(reduction.month, 'en')}",
        label_bg=f"Покрива намаляващата корекция за {month_name(reduction.month, 'bg')}",
        amount_minor=-amount_minor,
        disposition=Disposition.PAYABLE,
        plan_hash=reduction.plan_hash,
        explanation=_told(reduction, reduction.remaining_minor - (amount_minor if waited else 0)),
        charge=charge,
    )


def decided_lines(
    open_reductions: Sequence[Reduction],
    decisions: Mapping[ReductionKey, ReductionDecision],
    period: Period,
    payable_minor: int,
    first_position: int,
) -> list[EarningLine]:
    """What the open `period` does about a person's reductions, the oldest first, as the latest decisions say.

    What is written off is so in full. What is set off takes no more than the variable pay of the period, which is
    `payable_minor`; the rest is carried on.
    """
    lines: list[EarningLine] = []
    left = max(payable_minor, 0)
    for reduction in open_reductions:
        decision = decisions.get(reduction.key)
        if decision is None or reduction.remaining_minor <= 0 or decision.verdict is Verdict.WAITS:
            continue
        is_basis = decision.verdict.is_basis
        amount_minor = min(left, reduction.remaining_minor) if is_basis else reduction.remaining_minor
        if not amount_minor:
            continue
        left -= amount_minor if is_basis else 0
        lines.append(_decided(reduction, decision, period, amount_minor, first_position + len(lines)))
    return lines


def _decided(
    reduction: Reduction, decision: ReductionDecision, period: Period, amount_minor: int, position: int
) -> EarningLine:
    english, bulgarian = month_name(reduction.month, "en"), month_name(reduction.month, "bg")
    is_basis = decision.verdict.is_basis
    said: dict[str, JsonValue] = {
        "decision": decision.decision_id,
        "verdict": decision.verdict.value,
        "reference": decision.reference,
    }
    return EarningLine(
        person_id=reduction.person_id,
        period=period,
        month_worked=reduction.month,
        position=position,
        rule=SETTING_RULE if is_basis else WRITTEN_RULE,
        kind=SET_OFF if is_basis else WRITE_OFF,
        label=f"Set off: the reduction for {english}" if is_basis else f"Written off: the reduction for {english}",
        label_bg=f"Прихваната намаляваща корекция за {bulgarian}"
        if is_basis
        else f"Отписана намаляваща корекция за {bulgarian}",
        amount_minor=-amount_minor if is_basis else amount_minor,
        disposition=Disposition.PAYABLE if is_basis else Disposition.PROPOSED,
        plan_hash=reduction.plan_hash,
        explanation=_told(reduction, reduction.remaining_minor - amount_minor) | said,
        charge=Charge.PROPOSED if is_basis else Charge.EXPENSE,
    )


def _told(reduction: Reduction, remaining_minor: int) -> dict[str, JsonValue]:
    return {
        "posted_in": str(reduction.posted_in),
        "reduced_by": format_minor(reduction.amount_minor),
        "remaining": format_minor(remaining_minor),
    }
