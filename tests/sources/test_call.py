"""A call: the fields alike for every exchange, and numbers that can be compared and not read."""

from __future__ import annotations

from datetime import UTC, datetime

from service.sources.call import Call, ended, number_hash

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CALL = Call("7", "ended:7", "out", NOON, NOON, 30, answered=True, user_id="12")


def test_a_call_tells_what_is_known_and_nothing_else() -> None:
    change = ended(CALL, {"line": "", "status": "done"})
    assert change.fields == {
        "direction": "out",
        "answered": True,
        "started_at": NOON.isoformat(),
        "talk_s": 30,
        "user_id": "12",
        "status": "done",
    }
    assert (change.identity, change.occurred_at, change.timed) == ("ended:7", NOON, True)


def test_nobody_spoke_in_a_call_that_nobody_answered() -> None:
    missed = Call("7", "ended:7", "in", NOON, NOON, 30, answered=False)
    assert ended(missed, {}).fields["talk_s"] == 0


def test_a_call_without_a_time_tells_none() -> None:
    change = ended(Call("7", "ended:7", "in", NOON, NOON, 30, answered=True, timed=False), {})
    assert "started_at" not in change.fields
    assert not change.timed


def test_equal_numbers_have_equal_hashes_under_one_key_alone() -> None:
    assert number_hash("+359 888 12-34-56", "k") == number_hash("359888123456", "k")
    assert number_hash("359888123456", "k") != number_hash("359888123456", "other")
    assert number_hash("anonymous", "k") == ""
