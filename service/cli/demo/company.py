"""The demo company: its people, teams and group leads, who they are in the CRM, and how able and lucky each one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from service.cli.demo.chance import dice, happens
from service.cli.demo.telephone_list import (
    HALF_TIMERS,
    LEADS,
    NEWCOMERS,
    SALARIES_MINOR,
    SELLERS,
    STAFF,
    Card,
    manager_of,
)
from service.domain.calendar import WorkCalendar
from service.domain.period import Period
from service.domain.person import FULL_TIME_BP, Absence, Alias, Assignment, PayChannel, Person

SOURCE = "demo-crm"
"""The name of the sender."""

FIRST_CRM_USER = 101
"""The CRM numbers its users from here."""

FIRST_PERSONNEL_NUMBER = 1001

HALF_TIME_BP = FULL_TIME_BP // 2

LONGEST_LEAVE_DAYS = 7
"""Calendar days of a leave in the demo."""


@dataclass(frozen=True, slots=True)
class Seller:
    """Somebody at work in the CRM: `diligence` is how much, `craft` how well, in per cent of the ordinary."""

    person: Person
    assignment: Assignment
    crm_user: str
    diligence: int
    craft: int

    @property
    def person_id(self) -> str:
        """The company's code of the person."""
        return self.person.person_id

    @property
    def role(self) -> str:
        """The role of the person."""
        return self.assignment.role


@dataclass(frozen=True, slots=True)
class Company:
    """Everybody, and everything about them that is recorded before the first call."""

    sellers: tuple[Seller, ...]
    staff: tuple[Seller, ...]
    people: tuple[Person, ...]
    assignments: tuple[Assignment, ...]
    aliases: tuple[Alias, ...]
    absences: tuple[Absence, ...]


def found_company(
    seed: int, first_month: Period, calendar: WorkCalendar, size: int = len(SELLERS), *, with_staff: bool = False
) -> Company:
    """The company of so many sellers with their group leads, and perhaps with all others, in its first two months."""
    sellers = tuple(_seller(seed, number, card, first_month) for number, card in enumerate(SELLERS[:size]))
    others = [*LEADS, *STAFF] if with_staff else LEADS
    staff = tuple(_seller(seed, number, card, first_month) for number, card in enumerate(others, start=len(SELLERS)))
    if not with_staff:
        staff = tuple(replace(lead, assignment=replace(lead.assignment, manager_id=None)) for lead in staff)
    everybody = sellers + staff
    return Company(
        sellers=sellers,
        staff=staff,
        people=tuple(seller.person for seller in everybody),
        assignments=tuple(seller.assignment for seller in everybody),
        aliases=tuple(
            Alias(SOURCE, seller.crm_user, seller.person_id, seller.assignment.starts_on) for seller in everybody
        ),
        absences=tuple(_absences(seed, sellers, first_month, calendar)),
    )


def working_days(company: Company, seller: Seller, days: Sequence[date], calendar: WorkCalendar) -> list[date]:
    """Those of the days on which a seller is at work."""
    leaves = [absence for absence in company.absences if absence.person_id == seller.person_id]
    return [
        day
        for day in calendar.workdays(days)
        if seller.person.is_employed(day) and not any(leave.starts_on <= day <= leave.ends_on for leave in leaves)
    ]


def _seller(seed: int, number: int, card: Card, first_month: Period) -> Seller:
    chance = dice(seed, card.person_id, "temperament")
    person, assignment = _hired(number, card, first_month)
    return Seller(person, assignment, str(FIRST_CRM_USER + number), chance.randint(78, 118), chance.randint(80, 122))


def _hired(number: int, card: Card, first_month: Period) -> tuple[Person, Assignment]:
    """A person hired some time ago, whose assignment the service keeps from the first month on."""
    years = 1 + number % 5
    hired = date(first_month.year - years, 1 + number * 7 % 12, 1 + number * 3 % 28)
    if card.person_id in NEWCOMERS:
        hired = first_month.first_day + timedelta(days=7)
    fixed_minor, soft_minor = SALARIES_MINOR[card.role, card.grade]
    half = card.person_id in HALF_TIMERS
    assignment = Assignment(
        person_id=card.person_id,
        starts_on=max(hired, first_month.first_day),
        ends_on=None,
        role=card.role,
        grade=card.grade,
        team=card.team,
        manager_id=manager_of(card),
        fte_bp=HALF_TIME_BP if half else FULL_TIME_BP,
        fixed_salary_minor=fixed_minor // 2 if half else fixed_minor,
        soft_salary_minor=soft_minor // 2 if half else soft_minor,
        territory=card.team,
        personnel_number=str(FIRST_PERSONNEL_NUMBER + number),
        legal_entity="Demo OOD",
        cost_centre=card.team if card in STAFF else f"sales-{card.team}",
        pay_channel=PayChannel.PAYROLL,
    )
    return Person(card.person_id, card.name, hired), assignment


def _absences(seed: int, sellers: Sequence[Seller], first_month: Period, calendar: WorkCalendar) -> list[Absence]:
    """A leave in some months of some people; now and then an unpaid day."""
    found: list[Absence] = []
    for seller in sellers:
        for month in (first_month, first_month.following):
            chance = dice(seed, seller.person_id, "leave", month)
            starts = chance.choice(calendar.workdays(month.days))
            days, paid = (chance.randint(2, LONGEST_LEAVE_DAYS), True) if happens(chance, 75) else (0, False)
            if happens(chance, 25) and seller.person.is_employed(starts):
                ends = min(starts + timedelta(days=days), month.last_day)
                found.append(Absence(seller.person_id, starts, ends, paid=paid))
    return found
