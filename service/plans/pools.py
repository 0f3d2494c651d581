"""Pools: a fund that is shared among the members of a team, to the last cent that may be paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from service.domain.money import Exact, split_largest_remainder, to_minor
from service.plans.exact import Known, holds, number
from service.plans.expression import Const, Expr, Name, Type, Value, names_in
from service.plans.finding import Findings
from service.plans.form import Form, check_ids
from service.plans.names import Names, Speech
from service.plans.read import MapNode, Node, Scalar
from service.plans.teams import OVER

EQUAL = "equal"
"""Everybody eligible gets the same."""


@dataclass(frozen=True, slots=True)
class Pool:
    """A fund of the leader's plan: how large it is, who shares it, by what, and how much one member may get."""

    id: str
    label: str
    label_bg: str
    base: Expr
    rate: Expr
    when: Expr | None
    most: Expr | None
    members: str
    eligible: Expr | None
    share_by: Expr
    member_max: Fraction | None
    pay_code: str = ""
    account: str = ""

    @property
    def member_names(self) -> frozenset[str]:
        """What must be known of every member."""
        exprs = [self.share_by, *([self.eligible] if self.eligible else [])]
        return frozenset(set[str]().union(*(names_in(expr) for expr in exprs)))


def pools_of(entries: Sequence[tuple[str, Node]], speech: Speech, findings: Findings) -> dict[str, Pool]:
    """Read `pools:`."""
    check_ids(entries, findings, "pool")
    found: dict[str, Pool] = {}
    members = Speech(_member_names(speech.names), findings, speech.spelled)
    for name, node in entries:
        if isinstance(node, MapNode):
            found[name] = _pool(name, Form(node, findings, f'pool "{name}"'), speech, members)
        else:
            findings.add("E-SHAPE", node.place, f'Pool "{name}" is a map with `fund`, `members` and `share_by`.')
    return found


def _member_names(names: Names) -> Names:
    """Of a member any metric, attainment and the points are known, whatever plan the member has."""
    return Names(names.types, open_families={"attainment": Type.RATIO, "target": Type.ANY})


def _pool(name: str, form: Form, speech: Speech, members: Speech) -> Pool:
    fund = form.inner("fund", required=True) or Form(form.node, form.findings, form.what)
    pool = Pool(
        id=name,
        label=form.text("label", required=True),
        label_bg=form.text("label_bg"),
        base=speech.expression(fund, "base", Type.MONEY, required=True) or _NOTHING,
        rate=speech.expression(fund, "rate", Type.RATIO, required=True) or _NOTHING,
        when=speech.expression(fund, "when", Type.BOOL),
        most=speech.expression(fund, "max", Type.MONEY),
        members=form.choice("members", OVER, OVER[1], required=True),
        eligible=members.expression(form, "eligible", Type.BOOL),
        share_by=_share_by(form, members),
        member_max=form.ratio("member_max"),
        pay_code=form.text("pay_code"),
        account=form.text("account"),
    )
    if fund.node is not form.node:
        fund.done()
    form.choice("residual", ("largest_remainder",), "largest_remainder")
    form.flag("override")
    form.text("note")
    form.done()
    return pool


_NOTHING = Const(Fraction(0), Type.MONEY)


def _share_by(form: Form, members: Speech) -> Expr:
    scalar = form.scalar("share_by", "expression", required=True)
    if isinstance(scalar, Scalar) and scalar.text == EQUAL:
        return Const(Fraction(1), Type.NUMBER)
    expr = members.expression(form, "share_by", None, required=True)
    if expr is not None and not isinstance(expr, Name):
        form.wrong("share_by", f"`share_by` of {form.what} is equal, points.total, or the name of a metric.")
    return expr or _NOTHING


def fund_minor(pool: Pool, known: Known, share: Fraction = Fraction(1)) -> int:
    """The fund in minor units, rounded once; `known` is the leader's evaluation, `share` the part of the month."""
    if pool.when is not None and not holds(pool.when, known):
        return 0
    amount = max(number(pool.base, known), Fraction(0)) * number(pool.rate, known)
    return to_minor(amount if pool.most is None else min(amount, number(pool.most, known) * share))


def shares_of_pool(pool: Pool, fund: int, members: Mapping[str, Mapping[str, Exact]]) -> dict[str, int]:
    """What every member gets, by id; what cannot be given to anybody is not paid."""
    known: dict[str, dict[str, Value]] = {
        person: {name: Fraction(value) for name, value in values.items()} for person, values in sorted(members.items())
    }
    eligible = [person for person, own in known.items() if pool.eligible is None or holds(pool.eligible, own)]
    weights = {person: max(number(pool.share_by, known[person]), Fraction(0)) for person in eligible}
    weights = {person: weight for person, weight in weights.items() if weight}
    most = fund if pool.member_max is None else int(fund * pool.member_max)
    return dict.fromkeys(known, 0) | water_filled(fund, weights, most)


def water_filled(fund: int, weights: Mapping[str, Fraction], most: int) -> dict[str, int]:
    """Split by weight, nobody above `most`; what is above goes to the others until all are full."""
    full: dict[str, int] = {}
    left = dict(weights)
    while left:
        rest = fund - sum(full.values())
        total = sum(left.values())
        over = [person for person, weight in left.items() if rest * weight / total > most]
        if not over:
            people = sorted(left)
            parts = split_largest_remainder(rest, [left[person] for person in people])
            return full | dict(zip(people, parts, strict=True))
        for person in over:
            full[person] = most
            del left[person]
    return full
