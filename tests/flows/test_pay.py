"""What payroll returns: right rows are paid to the cent, every difference is named, stays open and can be settled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from service.domain.approval import NotApprovedError, Payment, Signer
from service.domain.audit import PERIOD_PAID, AuditQuery
from service.domain.money import parse_minor
from service.domain.payout import RuleBooks
from service.domain.period import Period
from service.domain.person import Person
from service.domain.returned_list import ReturnedList, ReturnedRow
from service.domain.settling import CodesChangedError
from service.flows.pay import pay
from service.reports.ledger import verify_ledger
from service.reports.payouts import payout_report
from service.reports.statement import get_statement
from service.runtime import Runtime
from service.store.audit import list_audit
from service.store.people import replace_people
from service.store.periods import find_period
from service.store.tables import ledger_entry, posting
from tests.books import list_accounts, unguard
from tests.company import a_call
from tests.deals import AUGUST, JULY, DealCompany, on_day, paid
from tests.payouts import NAMES, PLAN, a_payee, a_paying_company, approve_month

EVA = Signer("eva from finance", "eva", "root")

Listed = tuple[str, str, Period, str]
"""A row of payroll's list: number, code, month, amount."""


def rows_of(text: str) -> tuple[Listed, ...]:
    """Rows written one to a line."""
    cells = (line.split() for line in text.strip().splitlines())
    return tuple((number, code, Period.parse(month), amount) for number, code, month, amount in cells)


WHOLE = rows_of("""
    0007 220     2026-08  50.01
    0007 221     2026-08 -10.00
    0042 220     2026-07  33.33
    0042 221     2026-07  -6.67
    0042 220     2026-08  50.01
    0042 221     2026-08 -10.00
    0100 220     2026-08  50.01
    0100 221     2026-08 -10.00
    0100 221     2026-07  80.00
    eva  invoice 2026-08  40.01
    zoe  invoice 2026-08  40.01
    zoe  invoice 2026-07 100.00
""")
"""Everything that August pays."""


def a_list(*rows: Listed) -> ReturnedList:
    """A list of payroll."""
    return ReturnedList(
        tuple(
            ReturnedRow(line, number, code, month, parse_minor(amount))
            for line, (number, code, month, amount) in enumerate(rows, 2)
        )
    )


@pytest.fixture
def company(runtime: Runtime) -> DealCompany:
    """The paying company with August approved."""
    found = a_paying_company(runtime)
    approve_month(found)
    return found


def note(company: DealCompany, *rows: Listed, rules: Mapping[str, RuleBooks] | None = None) -> Payment:
    """Note a list as Eva."""
    with company.runtime.transaction() as session:
        return pay(session, AUGUST, a_list(*rows), EVA, rules=rules or {}, now=company.now)


def told(payment: Payment) -> tuple[list[tuple[str, str]], str, str]:
    """The differences of a payment, what it paid and what is open."""
    document: Any = json.loads(payment.document)
    return (
        [(item["what"], item["person"] or item["number"]) for item in document["differences"]],
        document["total"],
        document["open"],
    )


def state(company: DealCompany) -> str:
    with company.runtime.reading() as session:
        assert verify_ledger(session).findings == ()
        return str(find_period(session, AUGUST).state)


def left(company: DealCompany, person_id: str) -> int:
    """What the company still owes somebody for what August paid, in minor units: July itself is not paid at all."""
    with company.runtime.reading() as session:
        owed = {name: -list_accounts(session, name).get(f"payable:{name}", 0) for name in NAMES}
        before = {name: company.payable(name, JULY) for name in NAMES}
    return owed[person_id] - before[person_id]


def test_a_list_that_is_right_pays_the_month_and_moves_what_was_owed(company: DealCompany) -> None:
    payment = note(company, *WHOLE)
    with company.runtime.reading() as session:
        total = payout_report(session, AUGUST).total_minor
        moved = session.execute(select(func.sum(posting.c.amount_minor)).where(posting.c.account == "paid")).scalar()
        assert get_statement(session, "ann", AUGUST).status == "paid"
    assert told(payment) == ([], "406.71", "0.00")
    assert -int(moved or 0) == total == 40_671
    assert (state(company), {left(company, name) for name in NAMES}) == ("paid", {0})


def test_every_difference_is_named_and_the_rest_is_paid(company: DealCompany) -> None:
    payment = note(
        company,
        ("0007", "220", AUGUST, "50.00"),
        ("9999", "220", AUGUST, "12.00"),
        ("0042", "220", JULY, "33.33"),
        ("0042", "999", JULY, "1.00"),
        ("0100", "220", AUGUST, "50.01"),
        ("0100", "220", AUGUST, "50.01"),
        *WHOLE[9:],
    )
    differences, total, still_open = told(payment)
    assert differences == [
        ("unknown_number", "9999"),
        ("amount", "bob"),
        ("not_owed", "ann"),
        ("twice", "ivo"),
        ("missing", "ann"),
        ("missing", "ann"),
        ("missing", "ann"),
        ("missing", "bob"),
        ("missing", "ivo"),
        ("missing", "ivo"),
    ]
    by_kind = {item["what"]: item for item in json.loads(payment.document)["differences"]}
    assert (by_kind["amount"]["line"], by_kind["amount"]["owed"], by_kind["amount"]["told"]) == (2, "50.01", "50.00")
    assert (total, still_open) == ("213.35", "193.36")
    assert state(company) == "approved"
    assert (left(company, "ann"), left(company, "bob"), left(company, "eva")) == (3334, 4001, 0)


def test_a_later_list_settles_what_differed_and_the_month_is_paid_then(company: DealCompany) -> None:
    note(company, ("0007", "220", AUGUST, "50.00"), *WHOLE[1:])
    assert (state(company), left(company, "bob")) == ("approved", 5001)
    company.now += timedelta(days=1)
    later = note(company, WHOLE[0])
    assert (told(later), state(company), left(company, "bob")) == (([], "50.01", "0.00"), "paid", 0)
    assert later.position == 2


def test_the_same_list_again_changes_nothing_and_says_the_same(company: DealCompany) -> None:
    rows = (("0007", "220", AUGUST, "50.00"), *WHOLE[1:])
    first = note(company, *rows)
    again = note(company, *rows)
    note(company, WHOLE[0])
    assert first == again == note(company, *rows)
    with company.runtime.reading() as session:
        count = session.execute(
            select(func.count()).select_from(ledger_entry).where(ledger_entry.c.document == "payment")
        ).scalar_one()
    # One for each person and month that the first list paid, one for Bob in the second.
    assert (count, state(company)) == (9, "paid")


def test_a_row_that_was_paid_before_is_told_only_if_its_amount_is_another(company: DealCompany) -> None:
    note(company, *WHOLE[2:])
    payment = note(company, WHOLE[0], WHOLE[2], ("0042", "221", JULY, "-6.66"))
    assert told(payment)[0] == [("paid_before", "ann"), ("missing", "bob")]
    assert json.loads(payment.document)["differences"][0]["owed"] == "-6.67"


def test_a_row_alone_of_a_month_is_paid_whole_or_not_at_all(company: DealCompany) -> None:
    note(company, ("0042", "220", JULY, "33.33"))
    assert left(company, "ann") == 2666 + 4001 - 3333
    assert state(company) == "approved"


def test_the_note_names_the_person_and_their_hand_in_the_audit_log(company: DealCompany) -> None:
    note(company, *WHOLE[:-1])
    with company.runtime.reading() as session:
        (entry,) = [item for item in list_audit(session, AuditQuery(limit=100)) if item.what == PERIOD_PAID]
    assert (entry.who, entry.subject, entry.detail["hand"]) == ("eva from finance", "2026-08", "root")
    assert (entry.detail["rows"], entry.detail["differences"]) == (11, 1)


def test_a_month_is_paid_once(company: DealCompany) -> None:
    note(company, *WHOLE)
    with pytest.raises(NotApprovedError, match="is paid"):
        note(company, ("0042", "220", JULY, "33.33"))


def test_a_month_that_is_not_approved_is_not_paid(company: DealCompany) -> None:
    with pytest.raises(NotApprovedError, match="is closed"), company.runtime.transaction() as session:
        pay(session, JULY, a_list(), EVA, rules={}, now=company.now)


def test_what_comes_after_the_payment_is_a_line_of_the_open_month(company: DealCompany) -> None:
    note(company, *WHOLE)
    company.now += timedelta(hours=1)
    company.send(paid("ann", "D-later", "200.00", AUGUST, day=30))
    company.refresh()
    assert company.statement("ann", AUGUST)["payable"] == "66.67"
    assert company.told("ann", AUGUST.following)["commission adjustment 2026-08"] == "20.00"


def test_an_identity_number_in_a_list_is_never_kept(company: DealCompany) -> None:
    payment = note(company, ("7523169263", "220", AUGUST, "1.00"), ("0042", "7523169263", AUGUST, "1.00"), *WHOLE)
    assert "7523169263" not in payment.document
    assert [(item["what"], item["line"], item["number"]) for item in json.loads(payment.document)["differences"]] == [
        ("unknown_number", 2, ""),
        ("not_owed", 3, "0042"),
    ]


def test_a_code_that_changed_after_a_payment_is_found_before_anything_is_paid_twice(runtime: Runtime) -> None:
    company = a_paying_company(runtime, PLAN.replace('pay_code: "220", ', ""))
    approve_month(company)
    note(company, ("0042", "290", JULY, "33.33"), rules={"commission": RuleBooks("290", "604")})
    with pytest.raises(CodesChangedError, match=r'paid ann 33\.33 for 2026-07 under code "290"'):
        note(company, ("0042", "291", JULY, "33.33"), rules={"commission": RuleBooks("291", "604")})


def test_a_month_that_owes_nothing_is_paid_by_an_empty_list(runtime: Runtime) -> None:
    company = DealCompany(runtime, now=on_day(JULY, 1))
    company.found()
    company.send(a_call("ann", "short", on_day(JULY, 2), talk_s=1))
    company.close_month(JULY)
    approve_month(company, JULY)
    with runtime.transaction() as session:
        payment = pay(session, JULY, a_list(), EVA, rules={}, now=company.now)
    assert told(payment) == ([], "0.00", "0.00")
    with runtime.reading() as session:
        assert str(find_period(session, JULY).state) == "paid"


def test_a_payment_changed_in_the_books_is_found_and_named(company: DealCompany) -> None:
    note(company, *WHOLE)
    with company.runtime.transaction() as session:
        unguard(session)
        wrong = select(ledger_entry.c.entry_id).where(
            ledger_entry.c.person_id == "bob", ledger_entry.c.document == "payment"
        )
        own = (posting.c.account == "paid") & posting.c.entry_id.in_(wrong)
        session.execute(update(posting).where(own).values(amount_minor=posting.c.amount_minor - 1))
    with company.runtime.reading() as session:
        findings = verify_ledger(session).findings
    assert (
        "bob 2026-08, paid by 2026-08 v1: 40.01 was owed, the payment says 40.01, the ledger moved 40.02." in findings
    )


def test_an_entry_slipped_into_a_payment_is_found(company: DealCompany) -> None:
    note(company, *WHOLE[:-1])
    with company.runtime.transaction() as session:
        kept = session.execute(select(ledger_entry).where(ledger_entry.c.document == "payment").limit(1)).one()
        row = {name: value for name, value in kept._mapping.items() if name != "entry_id"} | {"position": 7}
        session.execute(ledger_entry.insert().values(row))
    with company.runtime.reading() as session:
        findings = " ".join(verify_ledger(session).findings)
    assert "was inserted: Payment 2026-08 v1 (7) is not in the chain." in findings


def test_a_number_that_somebody_had_before_is_still_theirs(company: DealCompany) -> None:
    with company.runtime.transaction() as session:
        before = a_payee("ann", personnel_number="0041", ends_on=date(2026, 7, 31))
        now = a_payee("ann", starts_on=date(2026, 8, 1))
        replace_people(session, [Person("ann", NAMES["ann"], date(2025, 1, 1))], [before, now], [])
    assert told(note(company, ("0041", *WHOLE[2][1:]), *WHOLE[:2], *WHOLE[3:])) == ([], "406.71", "0.00")
