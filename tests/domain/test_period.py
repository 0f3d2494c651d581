"""A period is a calendar month and nothing else."""

from datetime import date

import pytest

from service.domain.period import InvalidPeriodError, Period, PeriodState


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-0", "26-10", "2026-10-01", "", "\uff12\uff10\uff12\uff16-10", "2026-10\n"]
)
def test_a_text_that_names_no_month_is_refused(text: str) -> None:
    with pytest.raises(InvalidPeriodError):
        Period.parse(text)


def test_a_period_prints_as_it_is_read() -> None:
    assert str(Period.parse("2026-02")) == "2026-02"


def test_a_period_knows_its_days_and_neighbours() -> None:
    february = Period(2028, 2)
    assert (february.first_day, february.last_day) == (date(2028, 2, 1), date(2028, 2, 29))
    assert len(february.days) == 29
    assert Period(2026, 12).following == Period(2027, 1)
    assert Period(2026, 1).preceding == Period(2025, 12)
    assert Period.of(date(2026, 11, 23)) == Period(2026, 11)


def test_only_from_the_close_on_a_period_is_closed() -> None:
    assert [state for state in PeriodState if state.is_closed] == ["closed", "approved", "paid"]
