"""Laws of timelines: what is overwritten, and where two of them differ."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.domain.timeline import Spell, changed_span, cleared, content_on, overwritten

START = date(2026, 10, 1)
DAYS = [START + timedelta(days=n) for n in range(40)]


@st.composite
def spells(draw: st.DrawFn) -> Spell[str]:
    first = draw(st.integers(0, 25))
    length = draw(st.one_of(st.none(), st.integers(0, 10)))
    ends_on = None if length is None else DAYS[first + length]
    return Spell(DAYS[first], ends_on, draw(st.sampled_from("xy")))


def painted(layers: list[Spell[str]]) -> list[Spell[str]]:
    found: list[Spell[str]] = []
    for layer in layers:
        found = overwritten(found, layer)
    return found


@given(st.lists(spells(), max_size=6))
def test_on_every_day_the_last_spell_that_covers_it_holds(layers: list[Spell[str]]) -> None:
    made = painted(layers)
    for day in DAYS:
        expected = [layer.content for layer in layers if layer.covers(day)]
        assert content_on(made, day) == (expected[-1] if expected else None)
        assert sum(spell.covers(day) for spell in made) <= 1


@given(st.lists(spells(), max_size=6), spells())
def test_overwriting_twice_changes_nothing_more(layers: list[Spell[str]], new: Spell[str]) -> None:
    once = overwritten(painted(layers), new)
    assert overwritten(once, new) == once


@given(st.lists(spells(), max_size=6), spells())
def test_cleared_days_hold_nothing_and_the_others_what_they_held(layers: list[Spell[str]], span: Spell[str]) -> None:
    made = painted(layers)
    left = cleared(made, span.starts_on, span.ends_on)
    for day in DAYS:
        assert content_on(left, day) == (None if span.covers(day) else content_on(made, day))


@given(st.lists(spells(), max_size=5), st.lists(spells(), max_size=5))
def test_the_changed_span_reaches_from_the_first_to_the_last_day_that_differs(
    left: list[Spell[str]], right: list[Spell[str]]
) -> None:
    before, after = painted(left), painted(right)
    differing = [day for day in DAYS if content_on(before, day) != content_on(after, day)]
    span = changed_span(before, after)
    if span is None:
        assert not differing
        return
    assert span[0] == differing[0]
    assert differing[-1] == (span[1] or DAYS[-1])


def test_neighbours_that_hold_the_same_are_one() -> None:
    found = overwritten([Spell(DAYS[0], DAYS[4], "x")], Spell(DAYS[5], DAYS[6], "x"))
    assert found == [Spell(DAYS[0], DAYS[6], "x")]
