"""As what somebody is paid: the assignment of the month's last day, of a leaver the one of their own last day."""

from __future__ import annotations

from datetime import date

from service.domain.payee import Payee, payee_from_json, payee_of
from service.domain.period import Period
from service.domain.person import PayChannel, Person
from tests.company import an_assignment

OCTOBER = Period(2026, 10)
ANN = Person("ann", "Ann", date(2025, 1, 1))
LEFT = Person("ann", "Ann", date(2025, 1, 1), date(2026, 10, 10))
NORTH = an_assignment("ann", starts_on=date(2025, 1, 1), ends_on=date(2026, 10, 15), cost_centre="a")
SOUTH = an_assignment(
    "ann", starts_on=date(2026, 10, 16), team="south", cost_centre="b", pay_channel=PayChannel.INVOICE
)
LATER = an_assignment("ann", starts_on=date(2026, 11, 1), team="west")


def test_who_moves_in_the_month_is_paid_as_what_they_are_at_its_end() -> None:
    assert payee_of(ANN, [NORTH, SOUTH], OCTOBER) == Payee("closer", "south", "", "b", "invoice")


def test_who_leaves_is_paid_as_what_they_were_on_their_last_day() -> None:
    assert payee_of(LEFT, [NORTH, SOUTH], OCTOBER).team == "north"
    # Held money comes months later.
    assert payee_of(LEFT, [NORTH], Period(2027, 2)).team == "north"


def test_what_begins_after_the_month_is_not_asked() -> None:
    assert payee_of(ANN, [NORTH, LATER], OCTOBER).team == "north"
    assert payee_of(ANN, [LATER], OCTOBER) == Payee()


def test_a_payee_comes_back_from_the_statement() -> None:
    told = payee_of(ANN, [NORTH, SOUTH], OCTOBER)
    assert payee_from_json({name: str(value) for name, value in told.as_json().items()}) == told
