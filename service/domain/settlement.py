"""Settlements: the lines by which a month releases what was held back of an earlier one, or forfeits it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.deal import Settled
from service.domain.earning import LOSS, RELEASE, Charge, Disposition, EarningLine, month_name
from service.domain.event import JsonValue
from service.domain.money import format_minor
from service.domain.part import PartOf
from service.domain.period import Period


@dataclass(frozen=True, slots=True)
class SettledRule:
    """What was held back of a person by a rule for a month, under a plan; its label in English and Bulgarian."""

    person_id: str
    month: Period
    rule: str
    plan_hash: str
    what: PartOf
    labels: tuple[str, str]


def settling_line(of: SettledRule, settled: Sequence[Settled], period: Period, position: int) -> EarningLine:
    """The line of one month for what one rule held back of an earlier one: released to the cent, or forfeited.

    A release adds to what is paid; what is forfeited was not in it, and is only taken out of what is held.
    """
    amount_minor = sum(one.part.amount_minor for one in settled)
    released = of.what is PartOf.RELEASED
    english, bulgarian = (
        ("Released", "Изплащане на отложената част") if released else ("Forfeited", "Отпаднала отложена част")
    )
    deals: list[JsonValue] = [
        {"deal": one.part.deal_id, "amount": format_minor(-one.part.amount_minor), "because": one.because}
        for one in settled
    ]
    return EarningLine(
        person_id=of.person_id,
        period=period,
        month_worked=of.month,
        position=position,
        rule=of.rule,
        kind=RELEASE if released else LOSS,
        label=f"{english} for {month_name(of.month, 'en')}: {of.labels[0]}",
        label_bg=f"{bulgarian} за {month_name(of.month, 'bg')}: {of.labels[1]}",
        amount_minor=-amount_minor if released else amount_minor,
        disposition=Disposition.PAYABLE if released else Disposition.FORFEITED,
        plan_hash=of.plan_hash,
        explanation={"month": str(of.month), "line": of.rule, "deals": deals},
        charge=Charge.HELD if released else Charge.EXPENSE,
        parts=tuple(one.part for one in settled),
    )
