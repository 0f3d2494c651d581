"""Promises of `stimul plan`, `stimul period`, `stimul ledger` and `stimul refresh`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, update

from service.cli import main
from service.domain.account import Role
from service.domain.signing import public_key_of
from service.runtime import Runtime
from service.store.chain_tables import chain_leaf, chain_link
from service.store.tables import event, posting
from tests.accounts import an_account
from tests.books import SIGNING_KEY, unguard
from tests.company import CLOSER, DEFAULTS, EARLY_NOVEMBER, ORG, Company, a_call, a_payment
from tests.seasons import saying, tampered

Stimul = Callable[..., Result]

GIVEN = """
employee: {fixed_salary: 1500, soft_salary: 0, grade: middle, tenure_months: 14}
calendar: {workdays: 20, worked_days: 20}
target: {calls: 40}
metric: {calls: 2, collected: 1000.05}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The rules folder of the small company."""
    folder = tmp_path / "rules"
    folder.mkdir()
    for name, text in {"_org": ORG, "_defaults": DEFAULTS, "closer": CLOSER}.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


@pytest.fixture
def stimul(runtime: Runtime, tables_url: str, monkeypatch: pytest.MonkeyPatch) -> Stimul:
    """The command, on the database of the test."""
    del runtime
    monkeypatch.setenv("DATABASE_URL", tables_url)
    monkeypatch.setenv("STIMUL_SIGNING_KEY", SIGNING_KEY)
    return lambda *arguments: CliRunner().invoke(main, list(arguments))


@pytest.fixture
def worked(runtime: Runtime) -> Company:
    """The small company after its October."""
    company = Company(runtime)
    company.found()
    company.send(a_call("ann", "c1"), a_call("ann", "c2"), a_payment("ann", "p1", "1000.05"))
    company.now = EARLY_NOVEMBER
    return company


def test_check_is_quiet_about_a_good_plan_and_shows_every_mistake_of_a_bad_one(stimul: Stimul, rules: Path) -> None:
    assert stimul("plan", "check", "--rules", str(rules), "--format", "json").exit_code in {0, 1}
    bad = CLOSER.replace("attainment.calls >= 5%", "attainment.cals >= 5%").replace("rate: 3.3%", "rate: often")
    (rules / "closer.yaml").write_text(bad)
    found = stimul("plan", "check", "--rules", str(rules), "--format", "json")
    assert found.exit_code == 1
    places = [(item["code"], item["line"]) for item in json.loads(found.stdout)["findings"]]
    lines = bad.splitlines()
    wrong = [number for number, text in enumerate(lines, 1) if "cals" in text or "often" in text]
    assert {line for _, line in places} >= set(wrong)


def test_the_examples_of_a_plan_are_run_and_a_wrong_one_is_named(stimul: Stimul, rules: Path) -> None:
    assert stimul("plan", "test", "--rules", str(rules)).exit_code == 0
    guarded = json.loads(stimul("plan", "test", "--mutate", "--rules", str(rules), "--format", "json").stdout)
    assert guarded["plans"][0]["guard"]["guarded"] > 0
    (rules / "closer.yaml").write_text(CLOSER.replace("commission: 16.50", "commission: 16.51"))
    failed = stimul("plan", "test", "--rules", str(rules))
    assert failed.exit_code == 1
    assert "FAILED  A gate missed" in failed.output


def test_a_plan_is_evaluated_without_a_database(rules: Path, tmp_path: Path) -> None:
    given = tmp_path / "given.yaml"
    given.write_text(GIVEN)
    run = CliRunner().invoke(
        main, ["plan", "eval", "closer", "--given", str(given), "--rules", str(rules), "--format", "json"]
    )
    told = json.loads(run.stdout)
    assert told["lines"] == {"base": "1500.00", "commission": "33.00", "per_call": "3.00"}
    assert (told["total"], told["payable"], told["factors"]) == ("1536.00", "36.00", {"enough_calls": "1"})


def test_an_input_that_is_missing_is_named(rules: Path, tmp_path: Path) -> None:
    given = tmp_path / "given.yaml"
    given.write_text(GIVEN.replace("calls: 2, ", ""))
    run = CliRunner().invoke(main, ["plan", "eval", "closer", "--given", str(given), "--rules", str(rules)])
    assert run.exit_code == 1
    assert "metric.calls" in run.output


def test_the_hash_of_a_plan_survives_a_comment_and_not_a_number(rules: Path) -> None:
    def hashed() -> str:
        return CliRunner().invoke(main, ["plan", "hash", "closer", "--rules", str(rules)]).output

    before = hashed()
    (rules / "closer.yaml").write_text("# a comment\n" + CLOSER)
    assert hashed() == before
    (rules / "closer.yaml").write_text(CLOSER.replace("3.3%", "3.4%"))
    assert hashed() != before


def test_a_month_is_closed_and_the_books_are_right(stimul: Stimul, worked: Company) -> None:
    del worked
    closed = stimul("period", "close", "2026-10", "--format", "json")
    assert closed.exit_code == 0, closed.output
    assert json.loads(closed.stdout)["version"] == 1
    again = stimul("period", "close", "2026-10")
    assert (again.exit_code, "is closed already" in again.output) == (1, True)
    assert "2026-10" in stimul("period", "list").output
    books = stimul("ledger", "verify", "--format", "json")
    assert (books.exit_code, json.loads(books.stdout)["balanced"]) == (0, True)


def test_an_altered_posting_is_found_and_named(stimul: Stimul, worked: Company) -> None:
    assert stimul("period", "close", "2026-10").exit_code == 0
    with worked.runtime.transaction() as session:
        unguard(session)
        session.execute(update(posting).where(posting.c.account == "payable:ann").values(amount_minor=-1))
    books = stimul("ledger", "verify")
    assert books.exit_code == 1
    assert "ann" in books.output
    assert "out of balance" in books.output


def test_the_head_of_the_chain_tells_later_that_nothing_was_cut_off(stimul: Stimul, worked: Company) -> None:
    assert stimul("period", "close", "2026-10").exit_code == 0
    books = json.loads(stimul("ledger", "verify", "--format", "json").stdout)
    assert (books["documents"], books["findings"]) == (1, [])
    assert stimul("ledger", "verify", "--head", books["head"]).output.endswith(
        f"The chain ends with {books['head']}.\n"
    )
    with worked.runtime.transaction() as session:
        unguard(session)
        for table in (chain_link, chain_leaf):
            session.execute(delete(table))
    cut = stimul("ledger", "verify", "--head", books["head"], "--format", "json")
    (first, second) = json.loads(cut.stdout)["findings"]
    assert (cut.exit_code, books["head"] in first, "no chain" in second) == (1, True, True)


def test_months_from_before_the_chain_are_put_into_it_once(stimul: Stimul, worked: Company) -> None:
    assert stimul("period", "close", "2026-10").exit_code == 0
    with worked.runtime.transaction() as session:
        unguard(session)
        for table in (chain_link, chain_leaf):
            session.execute(delete(table))
    assert stimul("ledger", "verify").exit_code == 1
    assert "Closing 2026-10 v1" in stimul("ledger", "sign").output
    assert stimul("ledger", "verify").exit_code == 0
    again = stimul("ledger", "sign")
    assert (again.exit_code, "has begun" in again.output) == (1, True)


def test_a_signing_key_is_made_and_its_public_key_told(stimul: Stimul, monkeypatch: pytest.MonkeyPatch) -> None:
    made = stimul("keys", "signing")
    monkeypatch.setenv("STIMUL_SIGNING_KEY", made.stdout.strip())
    told = stimul("ledger", "key").stdout.strip()
    assert made.stderr == f"Its public key is {told}.\n"
    monkeypatch.setenv("STIMUL_TRUSTED_KEYS", told.split()[0])
    assert stimul("ledger", "verify").exit_code == 0
    monkeypatch.setenv("STIMUL_SIGNING_KEY", f"{made.stdout.strip()},{made.stdout.strip()}")
    assert "STIMUL_SIGNING_KEY is one key" in stimul("ledger", "verify").output
    monkeypatch.setenv("STIMUL_SIGNING_KEY", "")
    without = stimul("ledger", "key")
    assert (without.exit_code, "STIMUL_SIGNING_KEY is not set" in without.output) == (1, True)


def test_a_month_is_not_closed_without_a_key_and_the_command_says_what_to_do(
    stimul: Stimul, worked: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    del worked
    monkeypatch.delenv("STIMUL_SIGNING_KEY")
    refused = stimul("period", "close", "2026-10")
    assert (refused.exit_code, "stimul keys signing" in refused.output) == (1, True)
    assert "2026-10  settling  0" in stimul("period", "list").output


def test_refresh_does_what_the_workers_would_do(stimul: Stimul, worked: Company) -> None:
    del worked
    assert stimul("refresh").output.startswith("20 person-months")
    assert stimul("refresh").output.startswith("0 person-months")


def test_a_month_is_approved_by_two_accounts_of_finance(
    stimul: Stimul, worked: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STIMUL_SECOND_APPROVAL_ABOVE", "19.49")
    for login, role in (("fred", Role.FINANCE), ("eva", Role.FINANCE), ("adam", Role.ADMINISTRATOR)):
        an_account(worked.runtime, login, role)
    worked.close()
    shown = json.loads(stimul("period", "show", "2026-10").stdout)
    assert (shown["state"], shown["document"]["payable"]) == ("closed", "19.50")
    seen = ("2026-10", shown["document_hash"], "--as")
    refused = stimul("period", "approve", *seen, "adam")
    assert (refused.exit_code, "not open to you" in refused.output) == (1, True)
    assert "a second person must approve it" in stimul("period", "approve", *seen, "fred").output
    assert "is approved (version 1)" in stimul("period", "approve", *seen, "eva").output
    assert stimul("ledger", "verify").exit_code == 0


def test_who_closed_a_month_at_the_machine_does_not_approve_it_there_for_somebody_else(
    stimul: Stimul, worked: Company
) -> None:
    an_account(worked.runtime, "fred", Role.FINANCE)
    assert stimul("period", "close", "2026-10").exit_code == 0
    seen = json.loads(stimul("period", "show", "2026-10").stdout)["document_hash"]
    refused = stimul("period", "approve", "2026-10", seen, "--as", "fred")
    assert (refused.exit_code, "You closed 2026-10" in refused.output) == (1, True)


def test_a_closing_is_withdrawn_with_a_reason(stimul: Stimul, worked: Company) -> None:
    del worked
    assert stimul("period", "close", "2026-10").exit_code == 0
    taken = stimul("period", "withdraw", "2026-10", "--reason", "too early")
    assert "version 1 is withdrawn" in taken.output
    assert "(version 2" in stimul("period", "close", "2026-10").output


def test_an_amount_that_is_none_is_no_limit_for_a_second_approval(
    stimul: Stimul, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STIMUL_SECOND_APPROVAL_ABOVE", "a lot")
    refused = stimul("period", "list")
    assert (refused.exit_code, "STIMUL_SECOND_APPROVAL_ABOVE" in refused.output) == (1, True)


def test_a_month_is_worked_out_again_and_what_was_changed_since_is_told(stimul: Stimul, worked: Company) -> None:
    worked.close()
    found = stimul("period", "replay", "2026-10")
    assert found.exit_code == 0, found.output
    assert "2 people, 6 lines, 3 events, worked out again to the same cents and the same document" in found.output
    assert json.loads(stimul("period", "replay", "2026-10", "--version", "1", "--format", "json").output)["equal"]
    dearer = saying(lambda document: document["data"].update(amount="2000.05"))
    with tampered(worked.runtime, event, event.c.external_id == "p1", dearer):
        found = stimul("period", "replay", "2026-10")
    assert found.exit_code == 1
    assert (
        "ann 2026-10: line commission: 16.50 stored, 33.00 now (inputs that differ: metric.collected)." in found.output
    )
    found = stimul("period", "replay", "2026-11")
    assert found.exit_code == 1
    assert "2026-11 was never closed" in found.output


def test_a_month_goes_into_a_file_that_is_checked_without_the_database(
    stimul: Stimul, worked: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked.close()
    path = str(tmp_path / "october.zip")
    written = stimul("period", "export", "2026-10", "--bundle", path)
    assert written.exit_code == 0, written.output
    assert "Only you can read it" in written.output
    assert "is there already" in stimul("period", "export", "2026-10", "--bundle", path).output
    # Another machine: no database, no key of ours.
    for name in ("DATABASE_URL", "STIMUL_SIGNING_KEY"):
        monkeypatch.delenv(name)
    found = stimul("verify", path)
    assert found.exit_code == 0, found.output
    assert "2 people, 6 lines, 3 events, worked out again to the same cents" in found.output
    assert "for which nobody vouches here" in found.output
    trusting = stimul("verify", path, "--key", public_key_of(SIGNING_KEY))
    assert "which is trusted here" in trusting.output
    assert json.loads(stimul("verify", path, "--format", "json").output)["equal"]
    assert stimul("verify", path, "--key", "nonsense").exit_code == 2
    (tmp_path / "strange.zip").write_bytes(b"nothing")
    strange = stimul("verify", str(tmp_path / "strange.zip"))
    assert (strange.exit_code, "This is no bundle that can be checked" in strange.output) == (1, True)
