"""The people of the demo company are complete, and the same for the same seed."""

from __future__ import annotations

from service.cli.demo.company import LEADS, SALARIES_MINOR, SELLERS, working_days
from tests.cli.demo.companies import CALENDAR, FIRST_MONTH, HOLIDAY, a_company


def test_the_whole_company_has_thirty_sellers_in_three_teams_with_their_leads() -> None:
    company = a_company(len(SELLERS))
    assert len(company.sellers) == 30
    assert len(company.people) == 33
    assert {assignment.team for assignment in company.assignments} == {"sofia", "plovdiv", "varna"}
    leads = {lead.person_id for lead in LEADS}
    assert {assignment.manager_id for assignment in company.assignments if assignment.role != "group_lead"} == leads


def test_a_few_sellers_make_a_company_of_both_roles() -> None:
    assert {seller.role for seller in a_company(3).sellers} == {"closer", "farmer"}


def test_the_same_seed_founds_the_same_company() -> None:
    assert a_company() == a_company()
    assert a_company(seed=1) != a_company(seed=2)


def test_nobody_shares_a_code_or_a_crm_user() -> None:
    company = a_company(len(SELLERS))
    assert len({person.person_id for person in company.people}) == 33
    assert len({alias.subject for alias in company.aliases}) == 30


def test_a_person_works_neither_on_holidays_nor_weekends_nor_on_leave() -> None:
    company = a_company(len(SELLERS))
    days = [*FIRST_MONTH.days, *FIRST_MONTH.following.days]
    for seller in company.sellers:
        worked = working_days(company, seller, days, CALENDAR)
        leaves = [absence for absence in company.absences if absence.person_id == seller.person_id]
        assert worked
        assert HOLIDAY not in worked
        assert all(day.weekday() < 5 for day in worked)
        assert not any(leave.starts_on <= day <= leave.ends_on for day in worked for leave in leaves)
    assert company.absences


def test_a_newcomer_works_from_the_day_of_hire() -> None:
    company = a_company(len(SELLERS))
    newcomer = next(seller for seller in company.sellers if seller.person_id == "daniel-okafor")
    assert FIRST_MONTH.first_day < newcomer.person.hired_on <= FIRST_MONTH.last_day
    assert min(working_days(company, newcomer, FIRST_MONTH.days, CALENDAR)) >= newcomer.person.hired_on


def test_the_salaries_keep_the_mix_that_the_plans_name() -> None:
    for (role, _), (fixed_minor, soft_minor) in SALARIES_MINOR.items():
        if role == "closer":
            assert fixed_minor * 15 == soft_minor * 35
        else:
            assert fixed_minor * 20 == soft_minor * 50
