"""Promises of questions: asked about a line, answered by somebody else, and kept with the line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from service.cli import main
from service.domain.account import Role
from service.domain.period import Period
from service.domain.question import OPEN_AT_MOST, TEXT_CHARACTERS, InvalidQuestionError, demand_text
from service.reports.questions import open_questions
from service.runtime import Runtime
from service.store.calendar import retire_calendar_days
from tests.accounts import an_account, log_in, send, site_of, with_login
from tests.application import Clock, Keys
from tests.company import EARLY_NOVEMBER, OCTOBER, Company, a_call, a_payment

ASKED = {"period": "2026-10", "rule": "commission", "text": "Къде е плащането на Алфа?"}

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def company(runtime: Runtime, clock: Clock) -> Company:
    """The small company with October closed on a Monday."""
    found = Company(runtime)
    found.found(("ann", "bob"))
    found.send(a_call("ann", "c1"), a_call("bob", "c2"), a_payment("ann", "p1", "1000.05"))
    found.refresh()
    found.now = clock.now = EARLY_NOVEMBER
    found.close()
    return found


@pytest.fixture
def key(keys: Keys) -> dict[str, str]:
    return keys("questions:ask", "questions:read", "questions:answer")


def ask(client: FlaskClient, key: dict[str, str], **changes: object) -> Any:
    return client.post("/v1/people/ann/questions", json=ASKED | changes, headers=key)


def listed(client: FlaskClient, key: dict[str, str], asked: str = "") -> Any:
    return client.get(f"/v1/questions{asked}", headers=key).json


def answer(client: FlaskClient, key: dict[str, str], number: int, **changes: object) -> Any:
    body = {"text": "Плащането е от ноември."} | changes
    return client.post(f"/v1/questions/{number}/answer", json=body, headers=key)


def test_the_whole_conversation_stays_with_its_line(client: FlaskClient, key: dict[str, str], clock: Clock) -> None:
    asked = ask(client, key)
    assert (asked.status_code, asked.json["state"]) == (201, "open")
    number = asked.json["question_id"]
    clock.now += timedelta(hours=1)
    assert answer(client, key, number).json["state"] == "answered"
    clock.now += timedelta(hours=1)
    assert ask(client, key, text="Тогава благодаря.").json["question_id"] == number
    assert listed(client, key)[0]["state"] == "open"
    assert answer(client, key, number, corrected=True).json["state"] == "corrected"
    [found] = listed(client, key)
    assert [(item["is_answer"], item["text"]) for item in found["messages"]] == [
        (False, ASKED["text"]),
        (True, "Плащането е от ноември."),
        (False, "Тогава благодаря."),
        (True, "Плащането е от ноември."),
    ]
    assert (found["label"], found["label_bg"]) == ("Commission", "Комисиона")


def test_an_answer_is_due_within_five_working_days_and_again_after_the_next_question(
    client: FlaskClient, key: dict[str, str], clock: Clock
) -> None:
    asked = ask(client, key).json
    # From Monday the second to Monday the ninth: the weekend does not count.
    assert asked["due_on"] == "2026-11-09"
    answer(client, key, asked["question_id"])
    clock.now += timedelta(days=7)
    ask(client, key)
    assert listed(client, key)[0]["due_on"] == "2026-11-16"
    clock.now += timedelta(days=1)
    ask(client, key)
    assert listed(client, key)[0]["due_on"] == "2026-11-16", "asking twice does not put an answer off"


def test_nobody_is_kept_from_asking_by_holidays_that_are_not_recorded(
    client: FlaskClient, key: dict[str, str], clock: Clock, runtime: Runtime
) -> None:
    with runtime.transaction() as session:
        retire_calendar_days(session, [date(2027, 1, 1) + timedelta(days=day) for day in range(365)])
    clock.now = datetime(2026, 12, 28, 9, tzinfo=UTC)
    assert ask(client, key).json["due_on"] == "2027-01-04"


def test_a_question_is_about_a_line_that_there_is(client: FlaskClient, key: dict[str, str]) -> None:
    assert ask(client, key, rule="bonus").json["code"] == "unknown_line"
    assert ask(client, key, month_worked="2026-09").json["code"] == "unknown_line"
    assert ask(client, key, period="2026-13").status_code == 422
    assert answer(client, key, 99).json["code"] == "unknown_question"
    assert listed(client, key) == []


@pytest.mark.parametrize(
    "text", ["", "  \n ", "x" * (TEXT_CHARACTERS + 1), "a\x00b"], ids=["none", "space", "long", "nul"]
)
def test_a_message_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(InvalidQuestionError):
        demand_text(text)


def test_nobody_answers_a_question_about_their_own_money(client: FlaskClient, keys: Keys) -> None:
    asked = ask(client, keys("questions:ask")).json
    own = keys("questions:answer", person="ann")
    assert answer(client, own, asked["question_id"]).json["code"] == "own_question"
    assert answer(client, keys("questions:answer", person="bob"), asked["question_id"]).status_code == 200


def test_what_waits_comes_in_the_order_in_which_it_is_due_page_by_page(
    client: FlaskClient, key: dict[str, str], clock: Clock
) -> None:
    first = ask(client, key).json["question_id"]
    clock.now += timedelta(days=1)
    second: Any = client.post("/v1/people/bob/questions", json=ASKED | {"rule": "per_call"}, headers=key)
    number = second.json["question_id"]
    assert [item["question_id"] for item in listed(client, key, "?state=open")] == [first, number]
    page = listed(client, key, "?limit=1")
    assert [item["question_id"] for item in page] == [first]
    rest = listed(client, key, f"?after_due={page[0]['due_on']}&after_id={first}")
    assert [item["question_id"] for item in rest] == [number]
    assert listed(client, key, "?period=2026-11") == []


def test_one_person_cannot_flood_finance(
    client: FlaskClient, key: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert OPEN_AT_MOST > 1
    monkeypatch.setattr("service.flows.ask_question.MESSAGES_AT_MOST", 2)
    assert [ask(client, key).status_code for _ in range(3)] == [201, 201, 409]
    monkeypatch.setattr("service.flows.ask_question.OPEN_AT_MOST", 0)
    assert ask(client, key).json["code"] == "too_many_questions"


def test_the_open_questions_of_a_month_are_counted(client: FlaskClient, key: dict[str, str], runtime: Runtime) -> None:
    number = ask(client, key).json["question_id"]
    with runtime.reading() as session:
        assert (open_questions(session, OCTOBER), open_questions(session, Period(2026, 11))) == (1, 0)
    answer(client, key, number)
    with runtime.reading() as session:
        assert open_questions(session, OCTOBER) == 0


def test_asking_and_answering_are_in_the_audit_log_without_the_words(
    client: FlaskClient, key: dict[str, str], keys: Keys
) -> None:
    answer(client, key, ask(client, key).json["question_id"])
    log: Any = client.get("/v1/audit?subject=ann", headers=keys("audit:read")).text
    assert "question.asked" in log
    assert "question.answered" in log
    assert "Алфа" not in log


def test_the_command_lists_and_answers(
    client: FlaskClient, key: dict[str, str], runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = ask(client, key).json["question_id"]
    monkeypatch.setenv("DATABASE_URL", runtime.settings.database_url)
    run = CliRunner()
    shown = run.invoke(main, ["questions", "list"], catch_exceptions=False).output
    assert "Алфа" in shown
    said = run.invoke(main, ["questions", "answer", str(number), "--text", "Да."], catch_exceptions=False)
    assert said.output == f"Question {number} of ann is answered.\n"
    assert listed(client, key)[0]["messages"][1]["text"] == "Да."


def test_the_person_asks_beside_the_line_and_reads_the_answer_there(runtime: Runtime) -> None:
    opened = with_login(runtime)
    site = site_of(opened)
    ann = log_in(site, an_account(opened, "ann@crm", person="ann"))
    fin = log_in(site, an_account(opened, "fin@crm", Role.FINANCE))
    asked = send(ann, "/me/questions", period="2026-10", month="2026-10", rule="commission", text="<b>Защо?</b>")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/me/money?period=2026-10")
    page = ann.get("/me/money?period=2026-10").text
    assert "чака отговор" in page
    assert "&lt;b&gt;Защо?&lt;/b&gt;" in page
    waiting = fin.get("/questions").text
    assert "Чакат отговор: 1" in waiting
    assert "Защо?" in waiting
    assert send(fin, "/questions/1", text="Защото.", corrected="on").status_code == 303
    assert "Няма въпроси, които чакат." in fin.get("/questions").text
    page = ann.get("/me/money?period=2026-10").text
    assert "Защото." in page
    assert "коригирано" in page
    assert "отговор до" not in page


def test_a_lead_sees_that_a_question_waits_and_not_its_words(runtime: Runtime) -> None:
    opened = with_login(runtime)
    site = site_of(opened)
    ann = log_in(site, an_account(opened, "ann@crm", person="ann"))
    head = log_in(site, an_account(opened, "head@crm", Role.HEAD))
    send(ann, "/me/questions", period="2026-10", month="2026-10", rule="commission", text="Защо 16,50?")
    page = head.get("/questions").text
    assert "Чакат отговор: 1" in page
    assert "16,50" not in page
    assert "<textarea" not in page
    assert send(head, "/questions/1", text="Така.").status_code == 403
