"""The telephone list of the demo company: who works in which role and team, for which salary, and for whom."""

from __future__ import annotations

from typing import NamedTuple


class Card(NamedTuple):
    """One entry of the telephone list."""

    person_id: str
    name: str
    role: str
    grade: str
    team: str


DIRECTOR = Card("margarita-ruseva", "Маргарита Русева", "commercial_director", "senior", "management")
HEAD_OF_SALES = Card("kaloyan-dobrev", "Калоян Добрев", "head_of_sales", "senior", "sales")
HEAD_OF_MARKETING = Card("ingrid-solberg", "Ingrid Solberg", "head_of_marketing", "senior", "marketing")
"""Who the group leads and the marketers report to, and whom these two report to."""

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

STAFF = (
    DIRECTOR,
    HEAD_OF_SALES,
    HEAD_OF_MARKETING,
    Card("petya-lazarova", "Петя Лазарова", "lead_generator", "middle", "sofia"),
    Card("martin-horvat", "Martin Horvat", "lead_generator", "junior", "plovdiv"),
    Card("nevena-toteva", "Невена Тотева", "lead_generator", "senior", "varna"),
    Card("ognyan-slavov", "Огнян Славов", "lead_generator", "middle", "plovdiv"),
    Card("lea-fontaine", "Lea Fontaine", "lead_generator", "junior", "sofia"),
    Card("krasimir-balev", "Красимир Балев", "lead_generator", "middle", "varna"),
    Card("gabriela-yordanova", "Габриела Йорданова", "internet_marketer", "senior", "marketing"),
    Card("oskar-lindqvist", "Oskar Lindqvist", "internet_marketer", "middle", "marketing"),
    Card("ralitsa-daneva", "Ралица Данева", "internet_marketer", "junior", "marketing"),
    Card("bilyana-stancheva", "Биляна Станчева", "pr", "middle", "marketing"),
    Card("tomas-varga", "Tomas Varga", "pr", "junior", "marketing"),
    Card("venera-kostova", "Венера Костова", "event_manager", "middle", "marketing"),
)
"""Who leads the company, finds its customers and makes it known."""

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
    ("lead_generator", "junior"): (70_000, 35_000),
    ("lead_generator", "middle"): (80_000, 40_000),
    ("lead_generator", "senior"): (90_000, 45_000),
    ("head_of_sales", "senior"): (315_000, 140_000),
    ("commercial_director", "senior"): (480_000, 120_000),
    ("head_of_marketing", "senior"): (260_000, 80_000),
    ("internet_marketer", "junior"): (84_000, 35_000),
    ("internet_marketer", "middle"): (120_000, 50_000),
    ("internet_marketer", "senior"): (168_000, 70_000),
    ("pr", "junior"): (112_500, 30_000),
    ("pr", "middle"): (150_000, 40_000),
    ("event_manager", "middle"): (180_000, 48_000),
}
"""Fixed salary and premium for the standards: the mix that the plan files of the roles name."""


def manager_of(card: Card) -> str | None:
    """Whom a person reports to."""
    match card.role:
        case "closer" | "farmer" | "lead_generator":
            return next(lead.person_id for lead in LEADS if lead.team == card.team)
        case "commercial_director":
            return None
        case "head_of_sales" | "head_of_marketing":
            return DIRECTOR.person_id
        case "group_lead":
            return HEAD_OF_SALES.person_id
        case _:
            return HEAD_OF_MARKETING.person_id
