"""The page of the own plan: what it shows, that reading it is confirmed once, and how it looks on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from service.domain.figures import Language
from service.reports.confirmations import PersonPlan, plans_of_person
from service.store.people import get_person, replace_people
from tests.accounts import send
from tests.company import CLOSER, Company, an_assignment, small_rules
from tests.web.conftest import MORNING, look_as

DECEMBER = (
    CLOSER.replace("2026-01-01", "2026-12-01").replace('version: "1"', 'version: "2"').replace("each: 1.5", "each: 2")
)
DECEMBER = DECEMBER.replace("per_call: 3.00", "per_call: 4.00").replace("total: 786.00", "total: 787.00")


def plans(demo: Company, person: str = "elena") -> list[PersonPlan]:
    with demo.runtime.reading() as session:
        return plans_of_person(session, person, Language.BG, MORNING.date())


def read(visitor: FlaskClient, path: str = "/me/plan") -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text.replace("\xa0", " ")


def confirm(visitor: FlaskClient, plan_hash: str) -> int:
    return send(visitor, "/me/plan", hash=plan_hash).status_code


def test_the_plan_in_force_and_the_coming_one_wait_each_with_a_button(demo: Company, elena: FlaskClient) -> None:
    demo.publish(small_rules(DECEMBER))
    html = read(elena)
    assert "<h1>Прочетете бонусната си схема и потвърдете</h1>" in html
    assert "Нови клиенти, от 1.01.2026 до 30.11.2026" in html
    assert "Нови клиенти, от 1.12.2026" in html
    assert html.count(">Прочетох я</button>") == 2
    assert "Получавате 2,00 за всяка единица от" in html
    assert html.count("<h1>") == 1


def test_what_is_confirmed_is_kept_with_time_language_and_hash_and_the_first_time_stays(
    demo: Company, elena: FlaskClient
) -> None:
    [one] = plans(demo)
    assert confirm(elena, one.version.plan_hash) == 303
    elena.get("/me/plan?lang=en")
    assert confirm(elena, one.version.plan_hash) == 303
    kept = plans(demo)[0].confirmation
    assert kept is not None
    assert (kept.language, kept.recorded_by, kept.confirmed_at) == (
        Language.BG,
        "the page /me/plan",
        demo.runtime.now(),
    )
    html = read(elena)
    assert "<h1>You have read your pay plan</h1>" in html
    assert "✓ Confirmed on 23.11.2026 at 14:00" in html
    assert "<button" not in html.partition("<main")[2].partition("</main>")[0]


def test_the_day_tells_of_a_plan_that_waits_until_it_is_confirmed(demo: Company, elena: FlaskClient) -> None:
    assert "Бонусната ви схема от 1.01.2026 чака да я прочетете." in read(elena, "/me")
    confirm(elena, plans(demo)[0].version.plan_hash)
    assert "чака да я прочетете" not in read(elena, "/me")


def test_nobody_confirms_for_somebody_else_or_what_is_not_their_plan(demo: Company, visitor: FlaskClient) -> None:
    plan_hash = plans(demo)[0].version.plan_hash
    assert "Изберете човек" in send(visitor, "/me/plan", hash=plan_hash).text
    send(visitor, "/viewer", person="elena")
    assert send(visitor, "/me/plan", hash=plan_hash, person="ana").status_code == 303
    assert plans(demo, "ana")[0].confirmation is None
    assert confirm(visitor, "0" * 64) == 409
    assert send(visitor, "/me/plan").status_code == 409
    assert visitor.post("/me/plan", data={"hash": plan_hash}).status_code == 400, "a form without its token"


@pytest.mark.parametrize(
    ("language", "said"),
    [("bg", "Още няма бонусна схема за вашата роля"), ("en", "There is no pay plan for your role yet")],
)
def test_a_person_whose_role_has_no_plan_is_told_where_it_will_appear(
    demo: Company, elena: FlaskClient, language: str, said: str
) -> None:
    with demo.runtime.transaction() as session:
        replace_people(session, [get_person(session, "elena")], [an_assignment("elena", role="farmer")], [])
    assert said in read(elena, f"/me/plan?lang={language}")


def test_the_button_works_in_a_browser_and_the_plan_stays_readable(elenas_page: Page, address: str) -> None:
    elenas_page.goto(f"{address}/me")
    elenas_page.get_by_role("link", name="Към схемата").click()
    elenas_page.get_by_role("button", name="Прочетох я").click()
    elenas_page.get_by_text("✓ Потвърдена на 23.11.2026 в 14:00").wait_for()
    assert not elenas_page.locator(".paper").is_visible()
    elenas_page.get_by_text("Покажи схемата").click()
    assert elenas_page.locator(".paper").is_visible()


def test_on_paper_the_plan_has_a_title_and_a_place_to_sign_and_nothing_to_press(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    page = browser.new_page(locale="bg-BG")
    look_as(page, address, "elena")
    page.goto(f"{address}/me/plan")
    assert not page.get_by_text("Запознат(а) съм").is_visible()
    page.emulate_media(media="print")
    assert page.get_by_text("Запознат(а) съм").is_visible()
    assert page.get_by_role("heading", name="Нови клиенти", exact=True).is_visible()
    assert not any(page.get_by_text(text).first.is_visible() for text in ("Прочетох я", "Класация", "Смени"))
    assert page.pdf(path=tmp_path / "plan.pdf").startswith(b"%PDF")
    page.close()
