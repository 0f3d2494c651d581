"""What the pages say and to whom, without a browser: JavaScript is off for all of these."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from service.app import create_app
from service.domain.figures import Language
from service.domain.hold import Hold
from service.domain.person_row import ROLES
from service.domain.waiting import Decision
from service.flows.hold_event import hold_event
from service.plans import load_texts
from service.plans.event_names import EVENT_NAMES
from service.reports.roles import TITLES, usual_title
from service.runtime import Runtime, install
from service.store.derived_tables import standing
from service.store.people import get_person, list_assignments_of, replace_people
from service.store.plan_tables import vocabulary_version
from service.store.tables import source
from service.web.texts import TEXTS
from tests.accounts import send, site_of, with_login
from tests.application import Clock
from tests.company import DEFAULTS, NOVEMBER, Company, a_call, an_assignment
from tests.deals import AUGUST, JULY, SEPTEMBER, DealCompany, on_day, paid, plan_text, won
from tests.flows.test_draw import DRAW, EXAMPLES
from tests.flows.test_holdback import HOLDBACK
from tests.teams import ORG as TEAM_ORG
from tests.web.conftest import MORE_ORG, MORE_STANDARDS

PAGES = ("/", "/me", "/me/month", "/me/money", "/me/what-if", "/me/events", "/me/plan")


def read(visitor: FlaskClient, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text.replace("\xa0", " ")


def heading(html: str) -> str:
    assert html.count("<h1>") == 1
    return html.partition("<h1>")[2].partition("</h1>")[0]


@pytest.mark.parametrize("path", [*PAGES, "/me?part=live", "/?part=live"])
def test_outside_the_demo_every_page_is_closed_and_tells_nothing(demo: Company, path: str) -> None:
    closed = replace(demo.runtime, settings=replace(demo.runtime.settings, demo=False))
    answer = create_app(runtime=closed).test_client().get(path)
    assert answer.status_code == 403
    assert "Тази страница още не е отворена" in answer.text
    assert not any(name in answer.text for name in ("Ana", "Elena", "north", "person"))


def test_outside_the_demo_nobody_can_be_chosen(demo: Company) -> None:
    closed = replace(demo.runtime, settings=replace(demo.runtime.settings, demo=False))
    answer = create_app(runtime=closed).test_client().post("/viewer", data={"person": "elena"})
    assert (answer.status_code, answer.headers.get("Set-Cookie")) == (403, None)
    answer = send(site_of(with_login(closed)).test_client(), "/viewer", person="elena")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/viewer")


@pytest.mark.parametrize("path", PAGES[1:])
def test_a_visitor_first_chooses_somebody_of_the_demo(visitor: FlaskClient, path: str) -> None:
    assert heading(read(visitor, path)) == "Изберете човек от демо фирмата"


def test_a_cookie_that_was_written_by_hand_opens_nothing(visitor: FlaskClient) -> None:
    visitor.set_cookie("stimul", "eyJkZW1vX3BlcnNvbiI6ImVsZW5hIn0.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert heading(read(visitor, "/me/money")) == "Изберете човек от демо фирмата"


def test_the_form_of_the_demo_leads_nowhere_but_to_its_own_pages(visitor: FlaskClient) -> None:
    answer = send(visitor, "/viewer", person="elena", place="https://elsewhere.example/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")


def test_the_day_opens_with_what_to_do_now(elena: FlaskClient) -> None:
    html = read(elena, "/me")
    assert heading(html) == "Срещи: още 1 днес за обичаен ден"
    assert "21 за месеца вече не се стигат с обичайния темп." in html


def test_the_day_shows_three_bars_and_keeps_the_rest_closed(elena: FlaskClient) -> None:
    first, _, rest = read(elena, "/me").partition('<details id="more">')
    assert (first.count('class="bar"'), rest.count('class="bar"')) == (3, 1)


def test_a_call_too_short_is_told_with_the_limit_it_missed(elena: FlaskClient) -> None:
    html = read(elena, "/me")
    assert "Изходящо обаждане 9 сек" in html
    assert "Незачетено като „Обаждания“: под 20 сек" in html
    assert "+1 Изходящи обаждания" in html


def test_an_event_of_a_moment_ago_is_on_the_page_after_the_refresh(demo: Company, elena: FlaskClient) -> None:
    before = read(elena, "/me")
    demo.send(a_call("elena", "now", demo.now + timedelta(minutes=3), talk_s=65))
    demo.refresh()
    assert "1 мин 5 сек" not in before
    assert "1 мин 5 сек" in read(elena, "/me")


def test_the_month_shows_every_standard_and_the_own_place(elena: FlaskClient) -> None:
    html = read(elena, "/me/month")
    assert heading(html) == "23,8 % от плана при изминали 74,0 % от месеца"
    assert "1 000,05 € от 2 000,00 €" in html
    assert "Elena (вие)" in html
    assert "Най-добрата четвърт започва от 17,1 %" in html


def test_the_money_of_an_open_month_is_estimated_line_by_line(elena: FlaskClient) -> None:
    html = read(elena, "/me/money")
    assert heading(html) == "61,50 € за ноември 2026: очаквано"
    assert "28,50 €" in html
    assert "изплаща се от ТРЗ" in html
    assert "19 x 1,5 = 28,50" in html
    # The first working days of December 2026 are the 1st to the 4th and the 7th.
    assert "Изчислява се на 4.12.2026; въпроси до 7.12.2026 в 12:00; изплаща се на 15.12.2026." in html


def test_a_month_that_is_over_is_settling_on_the_board(elena: FlaskClient, clock: Clock) -> None:
    assert "Предварително: месецът не е приключен." in read(elena, "/?period=2026-11")
    clock.now += timedelta(days=10)
    assert "Предварително: месецът свърши и се уточнява." in read(elena, "/?period=2026-11")


def test_the_money_of_a_closed_month_is_confirmed(demo: Company, elena: FlaskClient) -> None:
    demo.now += timedelta(days=10)
    demo.close(NOVEMBER)
    assert heading(read(elena, "/me/money?period=2026-11")) == "61,50 € за ноември 2026: потвърдено"


def test_what_is_held_back_and_was_advanced_stands_beside_the_total(runtime: Runtime) -> None:
    opened = replace(runtime, settings=replace(runtime.settings, demo=True))
    install(opened)
    company = DealCompany(opened, now=on_day(JULY, 1))
    rules = HOLDBACK.format(otherwise="forfeit") + DRAW.format(recover="50%")
    text = plan_text(rules, "kept: -200.00, start: 0.00") + EXAMPLES.format(recovered=100)
    company.found_team([an_assignment("elena")], load_texts({"_org.yaml": TEAM_ORG, "closer.yaml": text}))
    company.send(won("elena", "A", "900", JULY), paid("elena", "A", "500", JULY))
    for month in (JULY, AUGUST, SEPTEMBER):
        company.close_month(month)
    visitor = create_app(runtime=opened).test_client()
    send(visitor, "/viewer", person="elena", place="me")
    july, last = (read(visitor, f"/me/money?period={month}") for month in (JULY, SEPTEMBER))
    assert "10,00 €" in july.partition('id="held"')[2].partition("</p>")[0]
    assert "750,00 €" in july.partition('id="draw"')[2].partition("</p>")[0]
    assert "Сделка A: 10,00 €" in july
    assert "няма да бъде изплатено" in last
    assert 'id="held"' not in last


def test_nobody_reads_the_money_of_somebody_else(elena: FlaskClient) -> None:
    """Ana has 24 conversations at 1.50; nothing of that is on any page of Elena's."""
    assert not any("36,00" in read(elena, path) for path in PAGES)


def test_the_board_names_the_upper_three_quarters_and_the_viewer(visitor: FlaskClient, elena: FlaskClient) -> None:
    html = read(elena, "/")
    assert heading(html) == "Вие сте на 1. място от 8"
    assert "Ana" in html
    table = html.partition("<table>")[2].partition("</table>")[0]
    assert not any(name in table for name in ("Maria", "Vera"))
    send(visitor, "/viewer", person="vera", place="board")
    table = read(visitor, "/").partition("<table>")[2].partition("</table>")[0]
    assert "Vera (вие)" in table
    assert "Maria" not in table


@pytest.mark.parametrize(("language", "leads"), [("bg", "Elena води с"), ("en", "Elena leads with")])
def test_the_board_of_a_visitor_who_is_nobody_yet_opens_with_who_leads(
    visitor: FlaskClient, language: str, leads: str
) -> None:
    assert leads in heading(read(visitor, f"/?lang={language}"))


def test_a_board_of_fewer_than_five_shows_nobody_but_the_own_place(demo: Company, elena: FlaskClient) -> None:
    with demo.runtime.transaction() as session:
        session.execute(standing.delete().where(standing.c.person_id.in_(["ana", "boris", "dara", "georgi"])))
    html = read(elena, "/")
    assert heading(html) == "Вие сте на 1. място от 4"
    assert "<table>" not in html
    assert "<table>" not in read(elena, "/me/month").partition('id="stand"')[2]


def test_pages_speak_the_language_of_the_browser_or_the_one_chosen(elena: FlaskClient) -> None:
    english = elena.get("/me/money", headers={"Accept-Language": "en-GB"})
    assert 'lang="en"' in english.text
    assert "61.50" in english.text
    elena.get("/me?lang=en")
    assert 'lang="en"' in elena.get("/me", headers={"Accept-Language": "bg"}).text


def test_a_page_that_did_not_change_is_not_sent_again(demo: Company, elena: FlaskClient) -> None:
    tag = elena.get("/me?part=live").headers["ETag"]
    assert elena.get("/me?part=live", headers={"If-None-Match": tag}).status_code == 304
    demo.send(a_call("elena", "now", demo.now + timedelta(minutes=3)))
    demo.refresh()
    assert elena.get("/me?part=live", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_nothing_that_is_written_into_it_and_no_stranger_keeps_it(elena: FlaskClient, path: str) -> None:
    answer = elena.get(path)
    assert "script-src 'self'; style-src 'self'" in answer.headers["Content-Security-Policy"]
    is_money = path in {"/me/money", "/me/what-if"}
    assert answer.headers["Cache-Control"] == ("no-store" if is_money else "private, no-cache")
    assert {"Cookie", "Accept-Language"} <= set(answer.vary)
    assert " style=" not in answer.text
    assert "<script>" not in answer.text


def test_a_name_is_a_text_and_never_markup(demo: Company, elena: FlaskClient) -> None:
    with demo.runtime.transaction() as session:
        person = replace(get_person(session, "ana"), name="<script>alert(1)</script>")
        replace_people(session, [person], list_assignments_of(session, ["ana"]), [])
    assert "<script>alert" not in read(elena, "/")


def test_a_board_that_is_none_and_a_month_that_is_none_answer_with_a_page(elena: FlaskClient) -> None:
    for path, status in (("/?board=nobody", 404), ("/me/month?period=2026-13", 422), ("/?after=x", 422)):
        answer = elena.get(path)
        assert (answer.status_code, answer.mimetype) == (status, "text/html")


def test_a_company_without_a_plan_says_what_will_appear(runtime: Runtime) -> None:
    opened = replace(runtime, settings=replace(runtime.settings, demo=True))
    assert create_app(runtime=opened).test_client().get("/").status_code == 200


def test_a_month_before_anything_happened_is_empty_and_friendly(elena: FlaskClient) -> None:
    assert heading(read(elena, "/me/month?period=2025-09")) == "Още няма изпълнение за септември 2025"
    assert heading(read(elena, "/me/money?period=2025-09")) == "Още няма начисления за септември 2025"
    assert "Класацията се показва при поне петима" in read(elena, "/?period=2025-09")


def test_every_text_is_there_in_both_languages_with_the_same_values() -> None:
    def names(text: str) -> set[str]:
        return {part.partition("}")[0] for part in text.split("{")[1:]} - {"rank", "ordinal"}

    assert [name for name, (bg, en) in TEXTS.items() if not bg or not en or names(bg) != names(en)] == []


def test_every_event_type_is_named_in_words() -> None:
    told = EVENT_NAMES - {"call.ended"}
    assert sorted(told - TEXTS.keys()) == []


def test_points_stand_on_the_day_the_month_and_the_board_without_money(demo: Company, elena: FlaskClient) -> None:
    game = """points:
  call: {kind: per, label: Calls, label_bg: Обаждания, metric: calls, each: 3}
  row: {kind: streak, label: At standard, label_bg: По стандарт, when: attainment.calls >= 100%, rewards: {1: 7}}
badges:
  ten: {label: Ten calls, label_bg: Десет обаждания, when: lifetime.calls >= 10}
  lot: {label: Many calls, label_bg: Много обаждания, when: lifetime.calls >= 100}
examples:"""
    closer = MORE_STANDARDS.replace("examples:", game, 1).replace('version: "1"', 'version: "2"')
    demo.publish(load_texts({"_org.yaml": MORE_ORG, "_defaults.yaml": DEFAULTS, "closer.yaml": closer}))
    demo.refresh()
    day, month = read(elena, "/me"), read(elena, "/me/month")
    assert "3 днес" in day
    assert "По стандарт" in day
    assert "Десет обаждания" in month
    assert "Следваща: Много обаждания" in month
    assert "1 поредни дни: 7 точки" in month
    assert "т." in read(elena, "/")
    assert "€" not in read(elena, "/")
    assert "Points of November 2026" in read(elena, "/me/month?lang=en")


def test_a_role_without_a_plan_is_called_by_its_title() -> None:
    assert usual_title("group_lead", Language.BG) == "Ръководител търговска група"
    assert usual_title("group_lead", Language.EN) == "Sales group lead"
    assert sorted(TITLES) == sorted(ROLES)


def test_what_a_guard_left_out_and_what_is_held_is_told_to_its_owner(demo: Company, elena: FlaskClient) -> None:
    guarded = MORE_ORG.replace("where: {direction: out}}\n", "where: {direction: out}, guards: {min_gap_s: 90}}\n")
    with demo.runtime.transaction() as session:
        session.execute(
            update(vocabulary_version).values(document=load_texts({"_org.yaml": guarded}).vocabulary.document)
        )
        session.execute(update(source).values(record_url="https://crm.example.com/{kind}/{id}"))
    held, counted, near = (a_call("elena", f"near{n}", demo.now + timedelta(seconds=60 * n)) for n in (2, 3, 4))
    demo.send(held, replace(counted, data={**counted.data, "deal_id": "d 8"}), near)
    with demo.runtime.transaction() as session:
        hold = Hold("Същият номер", "lena", demo.now.date())
        hold_event(session, held.receipt_id, hold, Decision("lena", hold.why, demo.now))
    html = read(elena, "/me/events")
    assert f"Задържано: решение до {demo.now:%d.%m.%Y}. Същият номер" in html
    assert html.count("Незачетено като „Изходящи обаждания“: по-малко от 1 мин 30 сек след предишното") == 1
    assert '<a class="small" href="https://crm.example.com/deal/d%208" rel="noopener noreferrer">Виж в CRM</a>' in html
