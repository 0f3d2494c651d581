"""Given inputs: the nested values of `--given` and of examples, as the flat inputs of an evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from service.domain.errors import InvalidError
from service.domain.money import Exact
from service.domain.period import InvalidPeriodError, Period
from service.plans.deals import DEAL, DEAL_NAMES, deal_inputs
from service.plans.expression import Type
from service.plans.finding import Findings, PlanRefusedError, did_you_mean
from service.plans.plan import Plan
from service.plans.read import ListNode, MapNode, Node, read
from service.plans.scalar import Percent, ScalarError, read_scalar

FAMILIES = ("employee", "calendar", "target", "metric", "team", "balance", "param", "points")
"""Maps of names to values; `accumulated` and `windowed` hold such maps once more."""

NESTED = ("accumulated", "windowed")

OUTSIDE = ("period", "members", "days", "deals")
"""Keys that are no inputs of the month: which it is, members of pools, days that give points, and its deals."""

MAX_WRONG = 20
"""Wrong inputs that are named; nobody mends more at once, and a hostile file could hold thousands."""

_WANTED = {Type.TEXT: "a text", Type.RATIO: "a percentage like 85%", Type.BOOL: "true or false"}

FIRST_PERIOD = Period(2000, 1)
"""The month of a plan that says neither from when it holds nor anything dated."""


class UnknownInputError(InvalidError):
    """An input that no file declares, or of the wrong type."""

    code = "unknown_input"
    title = "An input is unknown"


@dataclass(frozen=True, slots=True)
class Given:
    """Flat inputs and the month they are for."""

    inputs: dict[str, Exact | str | bool]
    period: Period


def read_given(text: str, file: str) -> dict[str, object]:
    """Read a file of inputs, YAML or JSON, as strictly as a plan."""
    findings = Findings()
    node = read(text, file, findings)
    if findings.items:
        raise PlanRefusedError(file, findings.items, "file of inputs")
    plain = plain_values(node)
    assert isinstance(plain, dict)
    return plain


def plain_values(node: Node) -> object:
    """A tree as plain Python values; percentages stay `Percent`."""
    match node:
        case MapNode():
            return {key: plain_values(item) for key, item in node.entries.items()}
        case ListNode():
            return [plain_values(item) for item in node.items]
        case _:
            return node.value


def given_to_inputs(plan: Plan, given: Mapping[str, object]) -> Given:
    """The flat inputs of nested values; unknown names and wrong types are one error that names them all."""
    inputs: dict[str, Exact | str | bool] = {}
    wrong: list[str] = []
    for key, inner in given.items():
        if key in OUTSIDE:
            continue
        try:
            values = list(_flat(key, inner))
        except UnknownInputError as error:
            wrong.append(error.detail)
            continue
        for name, value in values:
            try:
                inputs[name] = _typed(name, value, _type_of(plan, name))
            except UnknownInputError as error:
                wrong.append(error.detail)
    try:
        inputs |= _deals(plan, given.get("deals"))
    except UnknownInputError as error:
        wrong.append(error.detail)
    if wrong:
        more = f"\nAnd {len(wrong) - MAX_WRONG} more." if len(wrong) > MAX_WRONG else ""
        raise UnknownInputError("\n".join(wrong[:MAX_WRONG]) + more)
    return Given(inputs, _period(plan, given))


def _deals(plan: Plan, given: object) -> dict[str, Exact | str | bool]:
    """The deals of a month, `{D-17: {amount: 60_000}}`, as flat inputs; a plan that pays single deals must be told."""
    if given is None and plan.runs_per_deal:
        raise UnknownInputError("The plan pays single deals, and `deals` is not given. Write `deals: {}` for none.")
    found: dict[str, Exact | str | bool] = {}
    for deal_id, values in given.items() if isinstance(given, Mapping) else ():
        if not isinstance(values, Mapping):
            raise UnknownInputError(f"The deal {str(deal_id)[:60]} must be a map of names to values.")
        for name in values:
            if f"{DEAL}{name}" not in DEAL_NAMES:
                known = [known.removeprefix(DEAL) for known in DEAL_NAMES]
                hint = did_you_mean(str(name), known) or f"Known: {', '.join(known)}."
                raise UnknownInputError(f"Nothing of a deal is called `{str(name)[:60]}`. {hint}")
        typed = {name: _typed(f"{DEAL}{name}", value, DEAL_NAMES[f"{DEAL}{name}"]) for name, value in values.items()}
        found |= deal_inputs(str(deal_id), typed)
    if given is not None and not isinstance(given, Mapping):
        raise UnknownInputError("`deals` must be a map of deals to what is known of each.")
    return found


def _flat(key: str, inner: object) -> Iterator[tuple[str, object]]:
    if key not in (*FAMILIES, *NESTED):
        known = (*FAMILIES, *NESTED, *OUTSIDE)
        hint = did_you_mean(key, known) or f"Known: {', '.join(known)}."
        raise UnknownInputError(f"`{key[:60]}` is not a family of inputs. {hint}")
    if not isinstance(inner, Mapping):
        raise UnknownInputError(f"`{key}` must be a map of names to values.")
    yield from _inside(key, inner, depth=2 if key in NESTED else 0)


def _inside(prefix: str, inner: Mapping[str, object], depth: int) -> Iterator[tuple[str, object]]:
    for name, value in inner.items():
        if depth and isinstance(value, Mapping):
            yield from _inside(f"{prefix}.{name}", value, depth - 1)
        else:
            yield f"{prefix}.{name}", value


def _type_of(plan: Plan, name: str) -> Type:
    """The declared type of an input; raises for one that no file declares."""
    words = name.split(".")
    bare = ".".join(words[-2:]) if words[0] in NESTED else name
    kind = plan.declared.get(bare)
    if kind is None and words[0] == "balance":
        return Type.MONEY
    if kind is None or bare.startswith(("attainment.", "line.")):
        known = [known for known in plan.declared if not known.startswith(("attainment.", "line."))]
        raise UnknownInputError(f"No file declares the input `{name[:80]}`. {did_you_mean(bare, known)}".strip())
    return kind


def _typed(name: str, value: object, kind: Type) -> Exact | str | bool:
    if isinstance(value, str) and kind is not Type.TEXT:
        value = _scalar(name, value)
    match value:
        case bool() if kind is Type.BOOL:
            return value
        case bool():
            pass
        case str() if kind is Type.TEXT:
            return value
        case Percent() if kind in {Type.RATIO, Type.ANY}:
            return value.ratio
        case int() | Decimal() | Fraction() if kind not in {Type.TEXT, Type.BOOL}:
            if kind is not Type.RATIO or name == "employee.fte":
                return value
    wanted = {Type.TEXT: "a text", Type.RATIO: "a percentage like 85%", Type.BOOL: "true or false"}.get(
        kind, "a number"
    )
    shown = f"{value.number}%" if isinstance(value, Percent) else str(value)
    raise UnknownInputError(f"`{name}` is {shown[:60]}; {wanted} is wanted.")


def _scalar(name: str, text: str) -> object:
    try:
        return read_scalar(text)
    except ScalarError as error:
        raise UnknownInputError(f"`{name}`: {error}") from error


def _period(plan: Plan, given: Mapping[str, object]) -> Period:
    written = given.get("period")
    if isinstance(written, str):
        return Period.parse(written)
    if written is not None:
        raise InvalidPeriodError(str(written))
    return Period.of(plan.effective_from) if isinstance(plan.effective_from, date) else FIRST_PERIOD


def member_inputs(plan: Plan, person: str, given: object) -> dict[str, Exact]:
    """The flat values of one member of a pool: `{metric: {...}, attainment: {...}, points: N}`."""
    if not isinstance(given, Mapping):
        raise UnknownInputError(f"The member {person[:60]} must be a map of names to values.")
    found: dict[str, Exact] = {}
    for family, inner in given.items():
        if family == "points" and not isinstance(inner, Mapping):
            inner = {"total": inner}  # noqa: PLW2901  the short way of writing it
        if family not in {"metric", "attainment", "target", "points"} or not isinstance(inner, Mapping):
            raise UnknownInputError(f"The member {person[:60]} has `metric`, `attainment`, `target` and `points`.")
        for key, value in inner.items():
            name = f"{family}.{key}"
            kind = plan.declared.get(name, Type.RATIO if family == "attainment" else Type.ANY)
            exact = _typed(name, value, kind)
            assert not isinstance(exact, str | bool)
            found[name] = exact
    return found
