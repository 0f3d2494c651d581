"""Requests that were good, with one thing in them changed: they come further into the service than made-up ones."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.contract.client import Said

ODD: list[object] = [
    *(None, True, 0, -1, 10**18, 10**40, 0.1, 1e300, float("nan")),
    *("", " ", "0", "-1", "1e400", "NaN", "\0", "\ud800", "я" * 300, "2026-13", "0000-01-01", "9999-12-31T23:59:59Z"),
    *([], {}, [None], {"": None}, [[[[]]]], {"a": {"b": []}}),
]
"""Values at which readers stumble."""

VALUES: SearchStrategy[object] = st.sampled_from(ODD) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def changed(draw: DrawFn, said: list[Said]) -> Said:
    """One of the requests with a value of its body or its query put out of shape, left out or said twice."""
    one = copy.deepcopy(draw(st.sampled_from(said)))
    if isinstance(one.body, str):
        return one.with_body(_altered(draw, one.body))
    whole: dict[str, Any] = {"body": one.body, "query": dict(one.query)}
    places = list(_places(whole))
    if not places:
        return one
    holder, key = draw(st.sampled_from(places))
    inner = holder[key]
    if isinstance(inner, str) and draw(st.booleans()):
        holder[key] = _altered(draw, inner)
    elif draw(st.integers(0, 4)):
        holder[key] = draw(VALUES)
    else:
        del holder[key]
    return one.with_query(whole.get("query", {})).with_body(whole.get("body"))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place inside a value, as what holds it and the key there."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, held in inner:
        if held not in (None, {}):
            yield value, key
            yield from _places(held)


def _altered(draw: DrawFn, text: str) -> str:
    """A text with a piece of it left out, said twice or replaced."""
    begin = draw(st.integers(0, len(text)))
    end = min(len(text), begin + draw(st.integers(0, 40)))
    middle = draw(st.sampled_from(["", text[begin:end] * 2, "\0", ":", "-", "[", "9" * 50, "\n"]) | st.text(max_size=5))
    return text[:begin] + middle + text[end:]
