"""Entries balance, and what is owed is the sum of the payable lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.earning import Disposition, EarningLine
from service.domain.ledger import Entry, Posting, closing_entries
from service.domain.period import Period

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)


@st.composite
def lines(draw: st.DrawFn) -> list[EarningLine]:
    found = []
    for position in range(draw(st.integers(0, 12))):
        month = draw(st.sampled_from([OCTOBER, NOVEMBER]))
        found.append(
            EarningLine(
                person_id=draw(st.sampled_from(["ann", "bob", "eve"])),
                period=NOVEMBER,
                month_worked=month,
                position=position,
                rule=draw(st.sampled_from(["commission", "kicker"])),
                kind="rate",
                label="",
                label_bg="",
                amount_minor=draw(st.integers(-(10**9), 10**9)),
                disposition=draw(st.sampled_from(list(Disposition))),
                plan_hash="h",
            )
        )
    return found


def test_an_unbalanced_entry_cannot_be_made() -> None:
    with pytest.raises(AssertionError, match="unbalanced"):
        Entry("ann", NOVEMBER, 1, NOVEMBER, "earned", (Posting("expense:x", 100), Posting("payable:ann", -99)))


@given(lines())
def test_payable_is_the_sum_of_the_payable_lines(found: list[EarningLine]) -> None:
    entries = closing_entries(found, 1)
    owed = -sum(side.amount_minor for entry in entries for side in entry.postings if side.account[:8] == "payable:")
    assert owed == sum(line.amount_minor for line in found if line.disposition is Disposition.PAYABLE)


@given(lines())
def test_each_month_of_each_person_has_at_most_one_entry(found: list[EarningLine]) -> None:
    keys = [(entry.person_id, entry.month_worked) for entry in closing_entries(found, 1)]
    assert len(keys) == len(set(keys))


def test_information_posts_nothing() -> None:
    fixed = EarningLine("ann", NOVEMBER, NOVEMBER, 0, "base", "fixed", "", "", 150000, Disposition.INFORMATION, "h")
    assert closing_entries([fixed], 1) == []
