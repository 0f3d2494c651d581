"""A season of a small demo company, from an empty folder to its closed month."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from service.cli import main
from service.cli.demo.clock import DemoClock
from service.cli.demo.company import found_company
from service.cli.demo.history import TRAINEE_CALLS
from service.cli.demo.opening import demo_settings, open_runtime
from service.cli.demo.outcome import outcome_document
from service.cli.demo.season import play
from service.cli.demo.telephone_list import LEADS, STAFF
from service.config import ROOT
from service.domain.money import format_minor, parse_minor
from service.plans import load_rules
from service.reports.statement import get_statement
from tests.cli.demo.companies import CALENDAR, FIRST_MONTH, SPAN

SELLERS = 3
BEFORE = datetime(2026, 2, 1, 6, tzinfo=UTC)


def lived(directory: Path, seed: int) -> Any:
    """The document of a season without the seconds it took, and how firm the present month's numbers are."""
    clock = DemoClock(BEFORE)
    runtime = open_runtime(demo_settings(directory), directory, clock)
    document = outcome_document(play(runtime, clock, seed, SPAN, SELLERS), "closer")
    del document["seconds"]
    with runtime.reading() as session:
        document["best_paid_minor"] = best_paid_minor(session)
        document["present_month"] = get_statement(session, "elena-petrova", FIRST_MONTH.following).status
    runtime.engine.dispose()
    return document


def best_paid_minor(session: Session) -> dict[str, int]:
    """The largest payable amount on a statement of the closed month, by role."""
    best: dict[str, int] = {}
    company = found_company(5, FIRST_MONTH, CALENDAR, SELLERS, with_staff=True)
    for assignment in company.assignments:
        payable = get_statement(session, assignment.person_id, FIRST_MONTH).document["payable"]
        best[assignment.role] = max(best.get(assignment.role, 0), parse_minor(str(payable)))
    return best


def test_the_demo_keeps_the_key_it_made_where_nobody_else_reads_it(tmp_path: Path) -> None:
    made = demo_settings(tmp_path / "demo")
    assert demo_settings(tmp_path / "demo").signing_key == made.signing_key
    assert len(made.signing_key) == 44
    assert (tmp_path / "demo" / "signing.key").stat().st_mode & 0o077 == 0


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return lived(tmp_path_factory.mktemp("season"), 5)


def test_the_same_seed_and_day_give_the_same_outcome_even_where_a_demo_was_before(
    tmp_path: Path, season: dict[str, Any]
) -> None:
    other = lived(tmp_path, 6)
    assert other["statement_hash"] != season["statement_hash"]
    assert lived(tmp_path, 5) == season


def test_the_events_are_accepted_but_for_the_repeated_ones_and_the_trainees(season: dict[str, Any]) -> None:
    assert season["events"]["accepted"] > 5_000
    assert season["events"]["duplicate"] > 0
    assert season["events"]["quarantined"] == TRAINEE_CALLS


def test_everybody_with_a_plan_is_paid_and_the_books_balance(season: dict[str, Any]) -> None:
    assert season["people"] == SELLERS + len(LEADS) + len(STAFF)
    assert season["ledger"] == {"entries": season["people"], "balanced": True}
    assert season["payouts"]["people"] <= season["people"]
    assert parse_minor(season["payouts"]["total"]) > 0


def test_every_role_has_a_statement_with_something_to_pay(season: dict[str, Any]) -> None:
    assert set(season["best_paid_minor"]) == set(load_rules(ROOT / "rules").plan_ids)
    assert all(amount_minor > 0 for amount_minor in season["best_paid_minor"].values())


def test_the_statement_is_of_the_leader_and_adds_up(season: dict[str, Any]) -> None:
    statement = season["statement"]
    assert statement["person"] == season["leaderboard"][0]["person"]
    payable = [line["amount"] for line in statement["lines"] if line["kind"] != "fixed"]
    assert statement["payable"] == format_minor(sum(map(parse_minor, payable)))


def test_the_present_month_is_open_and_shows_estimates(season: dict[str, Any]) -> None:
    assert season["present_month"] == "estimated"


def test_a_day_before_the_plans_hold_is_refused_with_the_first_possible_one(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["demo", "--once", "--today", "2026-01-20", "--dir", str(tmp_path)])
    assert done.exit_code == 2
    assert "2026-02-01" in done.output


def test_a_port_in_use_is_refused_before_the_demo_is_made(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = str(listener.getsockname()[1])
        done = CliRunner().invoke(main, ["demo", "--port", port, "--dir", str(tmp_path)])
    assert done.exit_code == 2
    assert f"{port} is in use" in done.output
    assert not list(tmp_path.iterdir())


@pytest.mark.long
def test_the_whole_demo_prints_one_json_object(tmp_path: Path) -> None:
    words = ["demo", "--once", "--format", "json", "--today", "2026-03-17", "--dir", str(tmp_path)]
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    document = json.loads(done.stdout)
    assert document["people"] == 45
    assert document["events"]["accepted"] > 60_000
