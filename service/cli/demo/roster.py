"""The roster of the demo company as rows of a people import."""

from __future__ import annotations

from service.cli.demo.company import Company
from service.domain.money import format_minor
from service.domain.person import FULL_TIME_BP, Absence, Alias, Assignment, Person
from service.domain.person_row import PersonRow

PERCENT_BP = FULL_TIME_BP // 100


def roster(company: Company) -> list[PersonRow]:
    """One row a person, with the CRM user and the leaves of the two months."""
    people = {person.person_id: person for person in company.people}
    return [_row(number, people[item.person_id], item, company) for number, item in enumerate(company.assignments, 1)]


def _row(number: int, person: Person, assignment: Assignment, company: Company) -> PersonRow:
    return PersonRow(
        place=f"demo row {number}, {{}}:",
        cells={
            "person_id": person.person_id,
            "name": person.name,
            "hired_on": person.hired_on.isoformat(),
            "starts_on": assignment.starts_on.isoformat(),
            "role": assignment.role,
            "grade": assignment.grade,
            "team": assignment.team,
            "manager_id": assignment.manager_id or "",
            "part_time_percent": str(assignment.fte_bp // PERCENT_BP),
            "fixed_salary": format_minor(assignment.fixed_salary_minor),
            "soft_salary": format_minor(assignment.soft_salary_minor),
            "territory": assignment.territory,
            "personnel_number": assignment.personnel_number,
            "legal_entity": assignment.legal_entity,
            "cost_centre": assignment.cost_centre,
            "pay_channel": assignment.pay_channel.value,
        },
        aliases=[_alias(alias) for alias in company.aliases if alias.person_id == person.person_id],
        absences=[_absence(absence) for absence in company.absences if absence.person_id == person.person_id],
    )


def _alias(alias: Alias) -> dict[str, str]:
    return {"source": alias.source_id, "subject": alias.subject, "starts_on": alias.starts_on.isoformat()}


def _absence(absence: Absence) -> dict[str, str]:
    return {
        "starts_on": absence.starts_on.isoformat(),
        "ends_on": absence.ends_on.isoformat(),
        "paid": "paid" if absence.paid else "unpaid",
    }
