"""Differences: what a new version of a plan changes, in sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator

from service.plans.document import Plain
from service.plans.plan import Plan

SINGULAR = {
    "rules": "Rule",
    "params": "Parameter",
    "standards": "Standard",
    "curves": "Curve",
    "metrics": "Metric",
    "team_metrics": "Team metric",
    "points": "Points",
    "badges": "Badge",
    "pools": "Pool",
    "events": "Event type",
}
"""What an entry of a section is called."""


CALLED = {"plan": "name"}
"""What a field of the plan itself is called where its own name would read twice."""


def differences(old: Plan, new: Plan) -> list[str]:
    """One sentence for everything that differs; none if both have the same hash."""
    before, after = json.loads(old.document), json.loads(new.document)
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    found: list[str] = []
    for section in sorted(before.keys() | after.keys(), key=_order):
        held, now = before.get(section), after.get(section)
        if section in SINGULAR:
            found += _section(SINGULAR[section], _map(held), _map(now))
        elif held != now:
            found += [f"The plan's {text}" for text in _changes(CALLED.get(section, section), held, now)]
    return found


def _order(section: str) -> tuple[int, str]:
    names = list(SINGULAR)
    return names.index(section) if section in names else -1, section


def _map(value: Plain) -> dict[str, Plain]:
    return value if isinstance(value, dict) else {}


def _section(what: str, before: dict[str, Plain], after: dict[str, Plain]) -> Iterator[str]:
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield f'{what} "{name}" is gone.'
        elif name not in before:
            yield f'{what} "{name}" is new.'
        else:
            for text in _changes("", before[name], after[name]):
                yield f'{what} "{name}": {text}'


def _changes(path: str, before: Plain, after: Plain) -> Iterator[str]:
    """The innermost values that differ, each as "where was this, is that."."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from _changes(f"{path} {key}".strip(), before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True), 1):
            yield from _changes(f"{path} {index}".strip(), old, new)
    else:
        yield _sentence(path or "it", before, after)


def _sentence(place: str, before: Plain, after: Plain) -> str:
    if before is None:
        return f"{place} is new: {_text(after)}."
    if after is None:
        return f"{place} {_text(before)} is gone."
    return f"{place} was {_text(before)}, is {_text(after)}."


def _text(value: Plain) -> str:
    if isinstance(value, str):
        return value.removeprefix('"')
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
