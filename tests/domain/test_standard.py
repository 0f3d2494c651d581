"""Targets follow the days and the grade, attainment is exact, and the board shows what it ranks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.metric import Better
from service.domain.period import Period
from service.domain.scorecard import ScorePart, board_score, score_tenths
from service.domain.standard import Standard, Stay, Step, Unit, attainment, month_target, true_attainment

NOVEMBER = Period(2026, 11)


def a_standard(per: Unit = Unit.DAY, *, prorated: bool = True, cap: Fraction | None = None) -> Standard:
    table = {"junior": (Step(None, Fraction(40)),), "senior": (Step(None, Fraction(60)),)}
    return Standard("calls", "calls", per, target=table, prorated=prorated, cap=cap)


@pytest.mark.parametrize(
    ("per", "prorated", "target"),
    [
        (Unit.DAY, True, Fraction(60 * 19)),
        (Unit.WEEK, True, Fraction(60 * 19, 5)),
        (Unit.MONTH, True, Fraction(60 * 19, 21)),
        (Unit.QUARTER, True, Fraction(60 * 19, 63)),
        (Unit.DAY, False, Fraction(1800)),
        (Unit.WEEK, False, Fraction(60 * 30, 7)),
        (Unit.MONTH, False, Fraction(60)),
        (Unit.QUARTER, False, Fraction(20)),
    ],
)
def test_a_target_counts_the_days_present(per: Unit, target: Fraction, *, prorated: bool) -> None:
    assert month_target(a_standard(per, prorated=prorated), [Stay("senior", 19)], NOVEMBER, 21) == target


def test_part_time_scales_what_follows_the_calendar_and_nothing_else() -> None:
    half = [Stay("senior", 20, Decimal("0.5"))]
    assert month_target(a_standard(), half, NOVEMBER, 20) == 600
    assert month_target(a_standard(Unit.MONTH, prorated=False), half, NOVEMBER, 20) == 60


def test_a_change_of_grade_weighs_the_grades_by_their_days() -> None:
    stays = [Stay("junior", 5), Stay("senior", 15)]
    assert month_target(a_standard(), stays, NOVEMBER, 20) == 5 * 40 + 15 * 60
    assert month_target(a_standard(Unit.MONTH, prorated=False), stays, NOVEMBER, 20) == 55


def test_a_grade_without_a_target_has_none() -> None:
    assert month_target(a_standard(), [Stay("trainee", 20)], NOVEMBER, 20) is None
    assert month_target(a_standard(), [], NOVEMBER, 20) is None


def test_a_target_is_the_one_in_force_on_the_first_day_of_the_month() -> None:
    table = {"": (Step(date(2026, 1, 1), Fraction(200)), Step(date(2026, 11, 1), Fraction(250)))}
    standard = Standard("calls", "calls", Unit.DAY, target=table)
    targets = [month_target(standard, [Stay("any", 1)], Period(2026, month), 20) for month in (1, 10, 11)]
    assert targets == [200, 200, 250]
    assert month_target(standard, [Stay("any", 1)], Period(2025, 12), 20) is None


def test_a_month_without_workdays_has_no_target() -> None:
    assert month_target(a_standard(Unit.MONTH), [Stay("senior", 0)], NOVEMBER, 0) == 0


def test_attainment_is_exact_at_the_edge_of_a_tier() -> None:
    standard = Standard("m", "m", Unit.MONTH)
    assert attainment(Decimal("249999.99"), 250_000, standard) < 1
    assert attainment(250_000, 250_000, standard) == 1
    assert attainment(1007, 1260, standard) == Fraction(1007, 1260)


def test_the_cap_cuts_what_is_paid_and_not_what_is_shown() -> None:
    capped = a_standard(cap=Fraction(3, 2))
    assert (attainment(200, 100, capped), true_attainment(200, 100, capped)) == (Fraction(3, 2), Fraction(2))


def test_a_target_of_zero_fails_closed() -> None:
    assert attainment(5, 0, a_standard()) == 0


@given(st.integers(-1000, 1000), st.integers(0, 1000), st.sampled_from(list(Better)))
def test_attainment_is_never_negative_and_never_above_the_cap(fact: int, target: int, better: Better) -> None:
    standard = Standard("m", "m", Unit.MONTH, cap=Fraction(2), better=better)
    assert 0 <= attainment(fact, target, standard) <= 2


def test_the_score_weighs_attainments_each_cut_at_its_cap() -> None:
    parts = [
        ScorePart("a", Fraction(2, 5), Fraction(3), Fraction(3, 2)),
        ScorePart("b", Fraction(3, 5), Fraction(1, 2)),
    ]
    assert board_score(parts) == Fraction(9, 10)


@pytest.mark.parametrize(
    ("score", "tenths"),
    [(Fraction(1), 1000), (Fraction(19995, 20000), 1000), (Fraction(79920, 100000), 799)],
)
def test_the_board_shows_tenths_rounded_half_up(score: Fraction, tenths: int) -> None:
    assert score_tenths(score) == tenths
