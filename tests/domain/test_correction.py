"""Which events count under corrections."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.correction import Correction, correction_of, withdrawn
from service.domain.event import Event, Operation

MORNING = datetime(2026, 10, 14, 7, tzinfo=UTC)


def void(name: str, target: str) -> Correction:
    return Correction("crm", target, name, Operation.VOID, MORNING)


def replace(name: str, target: str, hours: int = 0) -> Correction:
    return Correction("crm", target, name, Operation.REPLACE, MORNING + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("corrections", "names", "gone"),
    [
        ([], "a", ""),
        ([void("v", "a")], "ab", "a"),
        ([void("v", "a"), void("w", "v")], "a", "a"),
        ([replace("r", "a")], "ar", "a"),
        ([replace("r", "a"), replace("s", "r")], "ars", "ar"),
        ([replace("r", "a"), void("v", "r")], "ar", "ar"),
        ([replace("r", "a"), void("v", "a")], "ar", "ar"),
        ([replace("r", "a"), replace("s", "r"), void("v", "a")], "ars", "ars"),
        ([replace("r", "a"), replace("s", "a", hours=1)], "ars", "ar"),
        ([replace("r", "a", hours=1), replace("s", "a")], "ars", "as"),
        ([replace("r", "a"), replace("s", "a")], "ars", "ar"),
        ([replace("r", "a"), replace("s", "a", hours=1), replace("t", "r", hours=2)], "arst", "art"),
        ([replace("r", "s"), replace("s", "r")], "rs", "rs"),
        ([replace("a", "a")], "a", "a"),
        ([replace("r", "missing")], "r", ""),
        ([void("v", "missing"), replace("r", "missing")], "r", "r"),
    ],
)
def test_which_events_do_not_count(corrections: list[Correction], names: str, gone: str) -> None:
    assert withdrawn(names, corrections) == set(gone)


def test_only_a_correction_corrects() -> None:
    told = Event("crm", "v", "event.voided", MORNING, None, op=Operation.VOID, target="a")
    assert correction_of(told) == void("v", "a")
    assert correction_of(Event("crm", "a", "call.ended", MORNING, "ann")) is None


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.booleans(), st.integers(0, 2))))
def test_of_everything_that_stands_for_one_event_at_most_one_counts(
    told: list[tuple[str, str, bool, int]],
) -> None:
    chain = {name: replace(name, target, hours) for name, target, stands, hours in told if stands}
    corrections = [*chain.values(), *(void(f"v{target}", target) for _, target, stands, _ in told if not stands)]
    counting = set("abcdef") - withdrawn("abcdef", corrections)

    def root(name: str) -> str:
        seen = {name}
        while name in chain and chain[name].target not in seen:
            name = chain[name].target
            seen.add(name)
        return name

    roots = [root(name) for name in sorted(counting)]
    assert len(roots) == len(set(roots))
