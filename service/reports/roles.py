"""Roles as people read them: their titles, and who has which one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from service.domain.figures import Language
from service.domain.person import assignment_on
from service.plans import plan_from_document
from service.reports.board_rows import board_names
from service.store.people import list_assignments, list_people_employed
from service.store.plans import get_document, list_in_force

TITLES = {
    "farmer": ("Farmer", "Търговец „Настоящи клиенти“"),
    "closer": ("Closer", "Търговец „Нови клиенти“"),
    "lead_generator": ("Lead generator", "Специалист „Генериране на лийдове“"),
    "group_lead": ("Sales group lead", "Ръководител търговска група"),
    "head_of_sales": ("Head of sales", "Ръководител отдел „Продажби“"),
    "commercial_director": ("Commercial director", "Търговски директор"),
    "head_of_marketing": ("Head of marketing", "Ръководител отдел „Маркетинг“"),
    "internet_marketer": ("Internet marketer", "Специалист „Дигитален маркетинг“"),
    "pr": ("PR specialist", "PR специалист"),
    "event_manager": ("Event manager", "Мениджър „Събития“"),
}
"""What a role is called while no plan of it is in force, in English and Bulgarian."""


@dataclass(frozen=True, slots=True)
class RoleHolder:
    """Somebody with a role on a day."""

    person_id: str
    name: str
    role: str
    team: str


def list_role_holders(session: Session, day: date) -> list[RoleHolder]:
    """Everybody employed on a day, by role, team and name."""
    assignments = list_assignments(session, day, day)
    found = []
    for person in list_people_employed(session, day, day):
        held = assignment_on([item for item in assignments if item.person_id == person.person_id], day)
        if held is not None:
            found.append(RoleHolder(person.person_id, person.name, held.role, held.team))
    return sorted(found, key=lambda item: (item.role, item.team, item.name))


def find_role_holder(session: Session, person_id: str, day: date) -> RoleHolder | None:
    """Somebody with the role of a day; None for whoever has none that day."""
    return next((item for item in list_role_holders(session, day) if item.person_id == person_id), None)


def role_titles(session: Session, day: date, language: Language) -> dict[str, str]:
    """The title of every role with a board: of its plan in force, else the usual one."""
    names = board_names(session)
    titles = {name: usual_title(name, language) for name in names}
    for row in list_in_force(session, names, day, day):
        plan = plan_from_document(get_document(session, row.plan_hash))
        titles[row.plan_id] = (plan.title_bg if language is Language.BG else plan.title) or row.plan_id
    return titles


def usual_title(role: str, language: Language) -> str:
    """What a role is called where no plan says it; its id if it is none of ours."""
    english, bulgarian = TITLES.get(role, (role, role))
    return bulgarian if language is Language.BG else english
