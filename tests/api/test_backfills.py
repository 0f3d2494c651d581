"""History sent as a file: kept at once, taken later, and the same events as if they had been sent live."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from service.domain.backfill import TRIED_AGAIN
from service.jobs import pipeline
from service.runtime import Runtime, install
from tests.application import Clock
from tests.intake import CRM, Intake

NDJSON = "application/x-ndjson"
HEADER = "id,type,time,subject,talk_s,answered,direction,data.note\n"


@pytest.fixture
def intake(runtime: Runtime) -> Intake:
    install(runtime)
    return Intake(runtime).found()


@pytest.fixture
def key(intake: Intake, keys: object) -> dict[str, str]:
    del intake
    return keys("events:write", "events:read", source=CRM)  # type: ignore[operator, no-any-return] # a fixture that makes keys


def a_line(number: int, **changes: object) -> str:
    told = {"id": f"h{number}", "type": "call.ended", "time": "2026-10-14T09:00:00Z", "subject": "ann"}
    return json.dumps(told | {"data": {"direction": "out", "talk_s": 60}} | changes)


def lines(count: int) -> bytes:
    return "\n".join(a_line(number) for number in range(count)).encode()


def sent(client: FlaskClient, key: dict[str, str], body: bytes, kind: str = NDJSON) -> dict[str, object]:
    answer = client.post("/v1/backfills", data=body, content_type=kind, headers=key)
    assert answer.status_code == 202, answer.data
    told = client.get(answer.headers["Location"], headers=key).get_json()
    assert isinstance(told, dict)
    return told


def seen(client: FlaskClient, key: dict[str, str], told: dict[str, object]) -> dict[str, object]:
    found = client.get(f"/v1/backfills/{told['backfill_id']}", headers=key).get_json()
    assert isinstance(found, dict)
    return found


def test_a_file_waits_until_its_turn_and_is_taken_in_parts(client: FlaskClient, key: dict[str, str]) -> None:
    told = sent(client, key, lines(2_500))
    assert (told["state"], told["parts"], told["rows"]) == ("waiting", 3, 0)
    assert pipeline.backfill_some()
    halfway = seen(client, key, told)
    assert (halfway["state"], halfway["parts_done"], halfway["rows"]) == ("waiting", 1, 1_000)
    pipeline.backfill()
    done = seen(client, key, told)
    assert (done["state"], done["rows"], done["summary"]) == ("done", 2_500, {"accepted": 2_500})
    listed = client.get("/v1/backfills", headers=key).get_json()["backfills"]
    assert [item["backfill_id"] for item in listed] == [told["backfill_id"]]


def test_what_came_live_as_well_counts_once(client: FlaskClient, key: dict[str, str], intake: Intake) -> None:
    live = client.post("/v1/events", data=a_line(1), content_type="application/json", headers=key)
    assert live.status_code == 202
    told = sent(client, key, lines(3))
    pipeline.backfill()
    assert seen(client, key, told)["summary"] == {"accepted": 2, "duplicate": 1}
    intake.assert_rebuild_changes_nothing()


def test_csv_becomes_the_same_events(client: FlaskClient, key: dict[str, str]) -> None:
    row = 'h1,call.ended,2026-10-14T09:00:00Z,ann,60,true,out,"two\nlines, and ""quotes"""\n'
    told = sent(client, key, ("\ufeff" + HEADER + row).encode(), "text/csv")
    pipeline.backfill()
    assert seen(client, key, told)["summary"] == {"accepted": 1}
    event = client.get(f"/v1/events?source={CRM}&external_id=h1", headers=key).get_json()["event"]
    expected = {"answered": True, "direction": "out", "note": 'two\nlines, and "quotes"', "talk_s": 60}
    assert event["data"] == expected


def test_a_row_that_is_no_event_is_told_with_its_number(client: FlaskClient, key: dict[str, str]) -> None:
    body = "\n".join([a_line(1), "", "no json", a_line(2, time="yesterday"), a_line(3)]).encode()
    told = sent(client, key, body)
    pipeline.backfill()
    done = seen(client, key, told)
    assert done["summary"] == {"accepted": 2, "rejected": 2}
    problems = done["problems"]
    assert isinstance(problems, list)
    assert [(item["row"], item["code"]) for item in problems] == [(2, "not_json"), (3, "invalid_time")]


@pytest.mark.parametrize(
    ("body", "kind", "code", "told"),
    [
        (b"name\nx\n", "text/csv", "csv_heading", "Line 1 .* lacks id, it lacks type, it lacks time"),
        (b"", "text/csv", "csv_heading", "Line 1 .* lacks id"),
        (b"id,type,time,id\n", "text/csv", "csv_heading", "has id twice"),
        ((HEADER + 'h1,"never closed').encode(), "text/csv", "invalid_csv", "begins on line 2 "),
        (b"id,type,time\na,b,c\n\xff,call.ended,x\n", "text/csv", "invalid_csv", "begins on line 3 "),
        (b"id,type,time\na,b\n", "text/csv", "csv_row", "Line 2 has 2 cells and the heading has 3"),
        (b'id,type,time\n\n"a\nb",b,c\na,b,c,d\n', "text/csv", "csv_row", "Line 5 has 4 cells"),
        (b"x" * 70_000, NDJSON, "row_too_long", "Row 1 "),
    ],
)
def test_a_file_that_breaks_is_refused_with_its_line_and_nothing_of_it_is_taken(
    client: FlaskClient, key: dict[str, str], body: bytes, kind: str, code: str, told: str
) -> None:
    answer = client.post("/v1/backfills", data=body, content_type=kind, headers=key)
    assert (answer.status_code, answer.get_json()["code"]) == (400, code)
    assert re.search(told, answer.get_json()["detail"])
    assert not pipeline.backfill_some()
    (kept,) = client.get("/v1/backfills", headers=key).get_json()["backfills"]
    assert (kept["state"], kept["reason"]) == ("broken", answer.get_json()["detail"])


def test_a_part_that_cannot_be_taken_lets_every_other_go_first(
    client: FlaskClient, key: dict[str, str], intake: Intake, clock: Clock
) -> None:
    """A trigger stands for a mistake of ours that one row meets: it is mended while the part waits."""
    poisoned = sent(client, key, lines(1_500))
    others = [sent(client, key, a_line(number).encode()) for number in (2_001, 2_002)]
    with refusing(intake, "h7"):
        pipeline.backfill()
    assert [seen(client, key, other)["state"] for other in others] == ["done", "done"]
    waiting = seen(client, key, poisoned)
    assert (waiting["state"], waiting["parts_done"], waiting["rows"]) == ("waiting", 1, 500)
    assert "The rows from 1 on could not be taken" in str(waiting["reason"])
    assert not pipeline.backfill_some()
    clock.now += TRIED_AGAIN
    pipeline.backfill()
    done = seen(client, key, poisoned)
    assert (done["state"], done["rows"], done["reason"]) == ("done", 1_500, "")
    assert done["summary"] == {"accepted": 1_500}


@contextmanager
def refusing(intake: Intake, external_id: str) -> Iterator[None]:
    """A database that fails on one event."""
    is_postgres = intake.runtime.engine.dialect.name == "postgresql"
    on = "CREATE TRIGGER poison BEFORE INSERT ON event"
    fails = f"BEGIN IF NEW.external_id = '{external_id}' THEN RAISE EXCEPTION 'poison'; END IF; RETURN NEW; END"
    made = [f"{on} WHEN NEW.external_id = '{external_id}' BEGIN SELECT RAISE(ABORT, 'poison'); END"]
    if is_postgres:
        function = f"CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ {fails} $$"
        made = [function, f"{on} FOR EACH ROW EXECUTE FUNCTION poison()"]
    with intake.runtime.transaction() as session:
        for statement in made:
            session.execute(text(statement))
    yield
    with intake.runtime.transaction() as session:
        session.execute(text("DROP TRIGGER poison ON event" if is_postgres else "DROP TRIGGER poison"))


def test_what_cannot_be_read_as_a_stream_is_refused(client: FlaskClient, key: dict[str, str]) -> None:
    def status(kind: str = NDJSON, **headers: str) -> int:
        given = key | {name.replace("_", "-"): value for name, value in headers.items()}
        return client.post("/v1/backfills", data=b"{}", content_type=kind, headers=given).status_code

    assert status("application/json") == 415
    assert status(Content_Encoding="gzip") == 415
    assert status(Idempotency_Key='"x"') == 400


def test_another_source_does_not_see_it(client: FlaskClient, key: dict[str, str], keys: object) -> None:
    told = sent(client, key, lines(1))
    other = keys("events:write", source="phone")  # type: ignore[operator] # a fixture that makes keys
    assert client.get(f"/v1/backfills/{told['backfill_id']}", headers=other).status_code == 404
