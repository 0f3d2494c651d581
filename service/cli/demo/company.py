"""The demo company: its people, teams and group leads, who they are in the CRM, and how able and lucky each one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from service.cli.demo.chance import dice, happens
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


class Card(NamedTuple):
    """One entry of the telephone list."""

    person_id: str
    name: str
    role: str
    grade: str
    team: str


LEADS = (
    Card("radost-stoeva", "Радост Стоева", "group_lead", "senior", "sofia"),
    Card("viktor-lang", "Viktor Lang", "group_lead", "senior", "plovdiv"),
    Card("milena-draganova", "Милена Драганова", "group_lead", "senior", "varna"),
)

SELLERS = (
    Card("elena-petrova", "Елена Петрова", "closer", "senior", "sofia"),
    Card("ivo-marinov", "Иво Маринов", "closer", "middle", "plovdiv"),
    Card("anna-keller", "Anna Keller", "farmer", "middle", "sofia"),
    Card("dimitar-hristov", "Димитър Христов", "closer", "middle", "varna"),
    Card("marta-nowak", "Marta Nowak", "closer", "junior", "plovdiv"),
    Card("georgi-tonev", "Георги Тонев", "farmer", "senior", "plovdiv"),
    Card("yana-koleva", "Яна Колева", "closer", "middle", "sofia"),
    Card("luca-bertini", "Luca Bertini", "closer", "senior", "varna"),
    Card("desislava-ilieva", "Десислава Илиева", "farmer", "middle", "varna"),
    Card("plamen-rusev", "Пламен Русев", "closer", "junior", "sofia"),
    Card("aylin-demir", "Aylin Demir", "closer", "middle", "plovdiv"),
    Card("boris-antonov", "Борис Антонов", "farmer", "junior", "sofia"),
    Card("kalina-vasileva", "Калина Василева", "closer", "senior", "plovdiv"),
    Card("jonas-weber", "Jonas Weber", "closer", "middle", "varna"),
    Card("nikolay-genov", "Николай Генов", "farmer", "middle", "plovdiv"),
    Card("simona-yaneva", "Симона Янева", "closer", "junior", "varna"),
    Card("peter-halvorsen", "Peter Halvorsen", "closer", "middle", "sofia"),
    Card("teodora-mincheva", "Теодора Минчева", "farmer", "senior", "varna"),
    Card("stefan-kirov", "Стефан Киров", "closer", "middle", "plovdiv"),
    Card("clara-dubois", "Clara Dubois", "closer", "senior", "sofia"),
    Card("vasil-todorov", "Васил Тодоров", "farmer", "middle", "sofia"),
    Card("gergana-pavlova", "Гергана Павлова", "closer", "middle", "varna"),
    Card("mihail-zhekov", "Михаил Жеков", "closer", "junior", "plovdiv"),
    Card("irina-popescu", "Irina Popescu", "farmer", "junior", "plovdiv"),
    Card("radoslav-enchev", "Радослав Енчев", "closer", "middle", "sofia"),
    Card("sofia-lindgren", "Sofia Lindgren", "closer", "middle", "varna"),
    Card("hristina-boneva", "Христина Бонева", "farmer", "middle", "varna"),
    Card("daniel-okafor", "Daniel Okafor", "closer", "junior", "sofia"),
    Card("zornitsa-misheva", "Зорница Мишева", "closer", "senior", "plovdiv"),
    Card("todor-velchev", "Тодор Велчев", "farmer", "senior", "sofia"),
)
"""Two closers, then a farmer, and so on: any first few make a small company of both roles. All names are invented."""

HALF_TIMERS = {"nikolay-genov"}
NEWCOMERS = {"daniel-okafor"}
"""Hired during the first month of the demo."""

SALARIES_MINOR = {
    ("closer", "junior"): (70_000, 30_000),
    ("closer", "middle"): (105_000, 45_000),
    ("closer", "senior"): (140_000, 60_000),
    ("farmer", "junior"): (75_000, 30_000),
    ("farmer", "middle"): (100_000, 40_000),
    ("farmer", "senior"): (140_000, 56_000),
    ("group_lead", "senior"): (220_000, 88_000),
}
"""Fixed salary and premium for the standards: the mix that the plan files of the roles name."""


@dataclass(frozen=True, slots=True)
class Seller:
    """A closer or farmer: `diligence` is how much, `craft` how well, in per cent of the ordinary."""

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
        """Closer or farmer."""
        return self.assignment.role


@dataclass(frozen=True, slots=True)
class Company:
    """Everybody, and everything about them that is recorded before the first call."""

    sellers: tuple[Seller, ...]
    people: tuple[Person, ...]
    assignments: tuple[Assignment, ...]
    aliases: tuple[Alias, ...]
    absences: tuple[Absence, ...]


def found_company(seed: int, first_month: Period, calendar: WorkCalendar, size: int = len(SELLERS)) -> Company:
    """The company of so many sellers as it stands in its first month and the one after."""
    cards = SELLERS[:size]
    sellers = tuple(_seller(seed, number, card, first_month) for number, card in enumerate(cards))
    leads = [_hired(number, card, first_month) for number, card in enumerate(LEADS, start=len(SELLERS))]
    assignments = [seller.assignment for seller in sellers] + [assignment for _, assignment in leads]
    return Company(
        sellers=sellers,
        people=tuple([seller.person for seller in sellers] + [person for person, _ in leads]),
        assignments=tuple(assignments),
        aliases=tuple(
            Alias(SOURCE, seller.crm_user, seller.person_id, seller.assignment.starts_on) for seller in sellers
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
        manager_id=None if card in LEADS else _lead_of(card.team),
        fte_bp=HALF_TIME_BP if half else FULL_TIME_BP,
        fixed_salary_minor=fixed_minor // 2 if half else fixed_minor,
        soft_salary_minor=soft_minor // 2 if half else soft_minor,
        territory=card.team,
        personnel_number=str(FIRST_PERSONNEL_NUMBER + number),
        legal_entity="Demo OOD",
        cost_centre=f"sales-{card.team}",
        pay_channel=PayChannel.PAYROLL,
    )
    return Person(card.person_id, card.name, hired), assignment


def _lead_of(team: str) -> str:
    return next(lead.person_id for lead in LEADS if lead.team == team)


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
