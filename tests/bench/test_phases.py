"""The parts whose time is told exist under the names they are timed by."""

from __future__ import annotations

from bench.phases import PARTS


def test_every_part_that_is_timed_is_there() -> None:
    named = [(module, name) for _, module, names in PARTS for name in names]
    assert [f"{module.__name__}.{name}" for module, name in named if not callable(getattr(module, name, None))] == []
