"""A statement adds up, and its hash is the hash of what it says."""

import json
from dataclasses import replace

from service.domain.earning import Balances, Disposition, EarningLine
from service.domain.payee import Payee
from service.domain.period import Period
from service.domain.statement import (
    Evaluated,
    MonthEvents,
    StatementContent,
    document_hash,
    statement_document,
    totals,
)

OCTOBER, SEPTEMBER = Period(2026, 10), Period(2026, 9)


def a_line(amount_minor: int, disposition: Disposition, month: Period = OCTOBER) -> EarningLine:
    return EarningLine("ann", OCTOBER, month, 0, "rule", "rate", "Rule", "Правило", amount_minor, disposition, "h")


LINES = [
    a_line(150000, Disposition.INFORMATION),
    a_line(4005, Disposition.PAYABLE),
    a_line(-1000, Disposition.PROPOSED, SEPTEMBER),
]

CONTENT = StatementContent(
    person_id="ann",
    name="Ана Петрова",
    period=OCTOBER,
    version=1,
    currency="EUR",
    role="closer",
    team="north",
    lines=LINES,
    balances=Balances(held_minor=2000),
    scorecard={},
    evaluated=[Evaluated("closer", "2026-01", "h", {"numbers": {"metric.calls": "10"}, "texts": {}})],
    events=MonthEvents({"call.ended": 10}, "0" * 64),
    payee=Payee("closer", "north", "Demo OOD", "sales", "payroll"),
)


def test_total_is_all_lines_and_payable_leaves_out_information_and_proposals() -> None:
    sums = totals(LINES)
    assert (sums.total_minor, sums.payable_minor, sums.proposed_minor) == (153005, 4005, -1000)


def test_a_statement_says_its_amounts_as_exact_text() -> None:
    told = json.loads(statement_document(CONTENT))
    assert (told["total"], told["payable"], told["proposed"]) == ("1530.05", "40.05", "-10.00")
    assert [line["month"] for line in told["lines"]] == ["2026-10", "2026-10", "2026-09"]


def test_the_hash_changes_with_anything_it_says_and_with_nothing_else() -> None:
    told = document_hash(statement_document(CONTENT))
    assert document_hash(statement_document(replace(CONTENT, lines=list(LINES)))) == told
    assert document_hash(statement_document(replace(CONTENT, version=2))) != told
    assert document_hash(statement_document(replace(CONTENT, lines=LINES[:2]))) != told
