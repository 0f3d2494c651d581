"""The people of the demo company are complete, and the same for the same seed."""

from __future__ import annotations

from collections import Counter

from service.cli.demo.company import Company, working_days
from service.cli.demo.telephone_list import LEADS, SALARIES_MINOR, SELLERS
from tests.cli.demo.companies import CALENDAR, FIRST_MONTH, HOLIDAY, a_company


def everybody() -> Company:
    return a_company(len(SELLERS), with_staff=True)


def test_the_whole_company_has_forty_five_people_in_all_ten_roles() -> None:
    roles = Counter(assignment.role for assignment in everybody().assignments)
    assert roles.total() == len(everybody().people) == 45
    assert roles == {
        "closer": 18, "farmer": 9, "lead_generator": 6, "group_lead": 3, "head_of_sales": 1, "commercial_director": 1,
        "head_of_marketing": 1, "internet_marketer": 3, "pr": 2, "event_manager": 1,
    }  # fmt: skip


def test_everybody_reports_along_one_chain_to_the_commercial_director() -> None:
    company = everybody()
    managers = {assignment.person_id: assignment.manager_id for assignment in company.assignments}
    roles = {assignment.person_id: assignment.role for assignment in company.assignments}
    above = {(roles[person], roles[manager]) for person, manager in managers.items() if manager}
    assert above == {
        ("closer", "group_lead"), ("farmer", "group_lead"), ("lead_generator", "group_lead"),
        ("group_lead", "head_of_sales"), ("head_of_sales", "commercial_director"),
        ("internet_marketer", "head_of_marketing"), ("pr", "head_of_marketing"),
        ("event_manager", "head_of_marketing"), ("head_of_marketing", "commercial_director"),
    }  # fmt: skip
    assert [roles[person] for person, manager in managers.items() if manager is None] == ["commercial_director"]


def test_a_small_company_is_sellers_in_three_teams_with_their_leads() -> None:
    company = a_company(len(SELLERS))
    assert {assignment.team for assignment in company.assignments} == {"sofia", "plovdiv", "varna"}
    leads = {lead.person_id for lead in LEADS}
    assert {seller.assignment.manager_id for seller in company.sellers} == leads


def test_a_few_sellers_make_a_company_of_both_roles() -> None:
    assert {seller.role for seller in a_company(3).sellers} == {"closer", "farmer"}


def test_the_same_seed_founds_the_same_company() -> None:
    assert a_company() == a_company()
    assert a_company(seed=1) != a_company(seed=2)


def test_nobody_shares_a_code_or_a_crm_user() -> None:
    company = everybody()
    assert len({person.person_id for person in company.people}) == 45
    assert len({alias.subject for alias in company.aliases}) == 45


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
    mix = {
        "closer": (35, 15), "farmer": (50, 20), "lead_generator": (50, 25), "group_lead": (50, 20),
        "head_of_sales": (45, 20), "commercial_director": (60, 15), "head_of_marketing": (65, 20),
        "internet_marketer": (60, 25), "pr": (75, 20), "event_manager": (75, 20),
    }  # fmt: skip
    assert {role for role, _ in SALARIES_MINOR} == set(mix)
    for (role, _), (fixed_minor, soft_minor) in SALARIES_MINOR.items():
        fixed, soft = mix[role]
        assert fixed_minor * soft == soft_minor * fixed
