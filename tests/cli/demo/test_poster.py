"""The poster shows the board, the reasons of a statement, the payouts and the books."""

from __future__ import annotations

from service.cli.demo.poster import poster
from tests.cli.demo.outcomes import an_outcome


def test_equal_scores_share_a_place() -> None:
    text = poster(an_outcome())
    assert "1= Ann A" in text
    assert "1= Бен Б" in text
    assert "3. Eva E" in text


def test_a_line_is_followed_by_its_reasons() -> None:
    text = poster(an_outcome())
    assert "30,000.00 x 3% = 900" in text
    assert "x 50% by discipline: attainment.calls 79.9206% >= 80%" in text


def test_what_payroll_pays_is_marked() -> None:
    assert "Salary (payroll)" in poster(an_outcome())


def test_the_payouts_end_in_their_total() -> None:
    assert "1562.44 EUR" in poster(an_outcome())


def test_books_out_of_balance_are_called_so() -> None:
    assert "entries, balanced" in poster(an_outcome())
    assert "OUT OF BALANCE" in poster(an_outcome(balanced=False))


def test_late_news_of_a_closed_month_is_shown_with_its_amount() -> None:
    lines = [line for line in poster(an_outcome()).splitlines() if line.startswith("Eva E")]
    assert [line.split()[-1] for line in lines] == ["14.85", "7.00"]


def test_what_is_held_back_and_released_of_it_is_shown() -> None:
    lines = poster(an_outcome()).splitlines()
    shown = [line.split()[-1] for line in lines if line.startswith(("Held back", "Released of it"))]
    assert shown == ["390.61", "7.00"]
