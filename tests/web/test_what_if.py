"""The page of money names how firm it is and what would pay next, and the page of what-if keeps nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from service.runtime import Runtime
from service.store.columns import METADATA
from tests.accounts import an_account, log_in, site_of, with_login
from tests.api.test_what_if import PLAN, rows
from tests.application import Clock
from tests.company import an_assignment
from tests.deals import AUGUST, JULY, DealCompany, on_day, paid, won
from tests.teams import a_lead, team_rules


def read(visitor: FlaskClient, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text.replace("\xa0", " ")


@pytest.fixture
def company(runtime: Runtime, clock: Clock) -> DealCompany:
    """Ann in August, led by Lena: July is closed with 20.00 held back, August has one deal won."""
    company = DealCompany(with_login(runtime), now=on_day(JULY, 1))
    held = [an_assignment("ann", manager_id="lena"), a_lead("lena")]
    company.found_team(held, team_rules(closer=PLAN))
    company.send(won("ann", "A", "3000", JULY), paid("ann", "A", "1000", JULY))
    company.close_month(JULY)
    company.send(won("ann", "B", "3000", AUGUST), paid("ann", "B", "500", AUGUST))
    company.refresh()
    clock.now = company.now
    an_account(company.runtime, "ann", person="ann")
    return company


@pytest.fixture
def ann(company: DealCompany) -> FlaskClient:
    return log_in(site_of(company.runtime), "ann")


def test_the_money_page_names_all_four_states_and_what_is_held_back_beside_them(
    company: DealCompany, ann: FlaskClient
) -> None:
    company.approve_month(JULY)
    page = read(ann, "/me/money")
    for status, words in (
        ("estimated", 'очаквано</span><span class="number">40,00 €'),
        ("confirmed", 'потвърдено</span><span class="number">0,00 €'),
        ("approved", 'одобрено</span><span class="number">80,00 €'),
        ("paid", 'изплатено</span><span class="number">0,00 €'),
        ("held", 'Отложено (извън тези суми)</span><span class="number">30,00 €'),
    ):
        assert words in page.partition(f'id="year-{status}"')[2][:140]
    english = read(ann, "/me/money?lang=en")
    assert "The last 12 months" in english
    assert "Held back (not in these amounts)" in english


def test_next_steps_stand_on_the_open_month_alone(ann: FlaskClient) -> None:
    assert "Още 2 от „Deals won“: 50,00 повече" in read(ann, "/me/money")
    assert "2 more of “Deals won” unlocks 50.00" in read(ann, "/me/money?lang=en")
    assert "Deals won" not in read(ann, "/me/money?period=2026-07").partition('id="next-steps"')[2]


def test_what_if_answers_by_the_real_plan_and_keeps_nothing(company: DealCompany, ann: FlaskClient) -> None:
    before = rows(company)
    page = read(ann, "/me/what-if?metric=won&more=2")
    assert "<h1>90,00 € вместо 40,00 € за месеца</h1>" in page
    assert "сега 0,00 €" in page
    assert '<option value="won" selected>' in page
    # With a comma, as it is typed here.
    assert "<h1>48,00 € вместо 40,00 € за месеца</h1>" in read(ann, "/me/what-if?metric=collected&more=100,00")
    assert "90.00 € instead of 40.00 € for the month" in read(ann, "/me/what-if?metric=won&more=2&lang=en")
    assert rows(company) == before


@pytest.mark.parametrize("query", ["metric=won&more=many", "metric=nothing&more=3", "metric=won&more=1.5"])
def test_what_cannot_be_imagined_is_said(ann: FlaskClient, query: str) -> None:
    page = read(ann, f"/me/what-if?{query}")
    assert "Това не може да се сметне." in page
    assert "<h1>Колко ще донесе още работа този месец?</h1>" in page


def test_the_metrics_of_the_own_plan_can_be_chosen_and_no_ratio(ann: FlaskClient) -> None:
    page = read(ann, "/me/what-if")
    offered = page.partition('<select id="metric"')[2].partition("</select>")[0]
    assert [part.partition('"')[0] for part in offered.split('<option value="')[1:]] == ["won", "collected"]


@pytest.mark.parametrize("open_to_leads", [False, True])
def test_a_lead_imagines_only_where_the_company_shows_leads_money_and_it_is_noted(
    company: DealCompany, *, open_to_leads: bool
) -> None:
    settings = replace(company.runtime.settings, leads_see_money=open_to_leads)
    runtime = with_login(replace(company.runtime, settings=settings))
    an_account(runtime, "lena", person="lena")
    lena = log_in(site_of(runtime), "lena")
    answer = lena.get("/people/ann/what-if?metric=won&more=2")
    assert answer.status_code == (200 if open_to_leads else 403)
    assert ("90,00" in answer.text) is open_to_leads
    assert "1 500,00" not in answer.text.replace("\xa0", " ")
    audit = METADATA.tables["audit"]
    with runtime.reading() as session:
        looks = session.execute(select(audit.c.who, audit.c.subject).where(audit.c.what == "money.seen")).all()
    assert [tuple(look) for look in looks] == ([("lena", "ann")] if open_to_leads else [])
