"""How numbers read in both languages."""

from __future__ import annotations

from fractions import Fraction

import pytest

from service.domain import figures
from service.domain.figures import Language

BG, EN = Language.BG, Language.EN


def plain(text: str) -> str:
    return text.replace(figures.GAP, " ")


@pytest.mark.parametrize(
    ("amount_minor", "bg", "en"),
    [
        (123_450, "1 234,50 €", "1 234.50 €"),
        (-2750, f"{figures.MINUS}27,50 €", f"{figures.MINUS}27.50 €"),
        (5, "0,05 €", "0.05 €"),
        (100_000_000, "1 000 000,00 €", "1 000 000.00 €"),
    ],
)
def test_money_is_written_with_spaces_and_its_currency(amount_minor: int, bg: str, en: str) -> None:
    assert (plain(figures.money(amount_minor, BG)), plain(figures.money(amount_minor, EN))) == (bg, en)


def test_a_number_never_breaks_across_lines() -> None:
    assert " " not in figures.money(123_450_00, BG)


def test_a_percentage_beside_a_standard_is_cut_and_never_rounded_up_to_done() -> None:
    assert plain(figures.percent_cut(Fraction(99_999, 100_000), BG)) == "99,9 %"


def test_the_score_of_a_board_shows_the_tenths_it_is_ranked_by() -> None:
    assert plain(figures.score(1018, BG)) == "101,8 %"


def test_a_prorated_target_shows_one_place_and_a_whole_one_none() -> None:
    assert (figures.count(Fraction(2521, 2), BG), figures.count(1260, BG)) == (f"1{figures.GAP}260,5", "1\xa0260")


@pytest.mark.parametrize(("seconds", "text"), [(192, "3 мин 12 сек"), (9, "9 сек"), (3600, "1 ч"), (0, "0 сек")])
def test_a_duration_is_told_in_its_largest_units(seconds: int, text: str) -> None:
    assert plain(figures.duration(seconds, BG)) == text


def test_a_value_of_money_carries_its_currency_and_a_count_does_not() -> None:
    assert plain(figures.value(Fraction(75, 2), "money", EN)) == "37.50 €"
    assert figures.value(12, "num", EN) == "12"
