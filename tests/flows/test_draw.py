"""Draws over real closes: what was advanced is a balance of the books, recovered out of later earnings alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import update

from service.domain.money import parse_minor
from service.domain.period import Period
from service.plans import Rules
from service.reports.ledger import verify_ledger
from service.runtime import Runtime
from service.store.tables import posting
from tests.books import unguard
from tests.company import an_assignment
from tests.deals import (
    AUGUST,
    JULY,
    OCTOBER,
    SEPTEMBER,
    DealCompany,
    on_day,
    paid,
    plan_text,
)
from tests.teams import a_lead, team_rules

DRAW = """  start:
    kind: draw
    label: Advance
    label_bg: Аванс
    amount: 800
    lines: [commission]
    balance: balance.draw
    max_recover: {recover}
"""


EXAMPLES = """  - name: Topped up
    given: {{employee: {{tenure_months: 1}}, metric: {{collected: 100, calls: 1}}}}
    expect: {{start: 790.00}}
  - name: Recovered
    given: {{employee: {{tenure_months: 1}}, metric: {{collected: 10_000, calls: 1}}, balance: {{draw: 9_000}}}}
    expect: {{start: -{recovered}.00}}
"""


def drawing(runtime: Runtime, recover: str = "50%") -> DealCompany:
    examples = EXAMPLES.format(recovered={"0%": 0, "50%": 100, "100%": 200}[recover]).replace("-0.00", "0.00")
    plans = {name: plan_text(DRAW.format(recover=recover), plan=name) + examples for name in ("closer", "group_lead")}
    return founded(runtime, team_rules(**plans))


def founded(runtime: Runtime, rules: Rules) -> DealCompany:
    company = DealCompany(runtime, now=on_day(JULY, 1))
    company.found_team([an_assignment("ann")], rules)
    company.refresh()
    return company


def earned(company: DealCompany, amounts: Mapping[Period, str]) -> list[dict[str, str]]:
    """Let months pass in which so much money came in, each closed; the lines of each."""
    found = []
    for month, amount in amounts.items():
        if amount != "0":
            company.send(paid("ann", "", amount, month))
        company.close_month(month)
        found.append(company.told("ann", month))
    return found


def test_four_months_of_a_draw_that_is_recovered_by_half_of_what_is_above_it(runtime: Runtime) -> None:
    company = drawing(runtime)
    lines = earned(company, {JULY: "3000", AUGUST: "8000", SEPTEMBER: "12000", OCTOBER: "20000"})
    # 300.00 topped up to 800.00; at 800.00 nothing is above it; half of 400.00; then the last 300.00 of 1,200.00.
    assert lines == [
        {"commission rate": "300.00", "start draw": "500.00"},
        {"commission rate": "800.00"},
        {"commission rate": "1200.00", "start draw": "-200.00"},
        {"commission rate": "2000.00", "start draw": "-300.00"},
    ]
    assert [company.statement("ann", month)["balances"]["draw"] for month in (JULY, AUGUST, SEPTEMBER, OCTOBER)] == [
        "500.00",
        "500.00",
        "300.00",
        "0.00",
    ]
    assert company.accounts("ann") == {"expense": -430000, "payable": 430000}


def test_a_draw_that_is_never_recovered_is_a_cost_and_no_balance_grows(runtime: Runtime) -> None:
    company = drawing(runtime, "0%")
    lines = earned(company, {JULY: "3000", AUGUST: "20000"})
    assert lines == [{"commission rate": "300.00", "start draw": "500.00"}, {"commission rate": "2000.00"}]
    assert company.statement("ann", JULY)["balances"]["draw"] == "0.00"
    assert company.accounts("ann") == {"expense": -280000, "payable": 280000}


def test_the_next_month_knows_what_an_open_month_advances(runtime: Runtime) -> None:
    company = drawing(runtime)
    company.send(paid("ann", "", "3000", JULY), paid("ann", "", "12000", AUGUST))
    company.refresh()
    assert company.told("ann", AUGUST)["start draw"] == "-200.00"
    company.send(paid("ann", "", "5000", JULY, day=11))
    company.refresh()
    # July is at 800.00 now and advances nothing, so that August has nothing to recover.
    assert company.told("ann", AUGUST) == {"commission rate": "1200.00"}


def test_a_correction_leaves_the_draw_of_a_closed_month_as_it_was(runtime: Runtime) -> None:
    company = drawing(runtime)
    earned(company, {JULY: "3000", AUGUST: "8000"})
    company.send(paid("ann", "", "1000", JULY, day=12))
    company.close_month(SEPTEMBER)
    # 100.00 more for July are owed whole; that July advanced 500.00 stays, and is recovered as before.
    assert company.told("ann", SEPTEMBER) == {"commission adjustment 2026-07": "100.00", "start draw": "800.00"}
    assert company.accounts("ann") == {"expense": -120000, "payable": 250000, "draw": -130000}
    (numbers,) = company.numbers("ann", AUGUST)
    assert numbers["balance.draw"] == 500


def test_two_roles_of_a_month_do_not_recover_the_same_advance_twice(runtime: Runtime) -> None:
    company = drawing(runtime, "100%")
    earned(company, {JULY: "3000"})
    sells = an_assignment("ann", ends_on=date(2026, 8, 15))
    company.move("ann", [sells, a_lead("ann", starts_on=date(2026, 8, 16))])
    company.send(paid("ann", "", "8000", AUGUST, day=3), paid("ann", "", "20000", AUGUST, day=20))
    company.close_month(AUGUST)
    draws = [line["amount"] for line in company.statement("ann", AUGUST)["lines"] if line["rule"] == "start"]
    # The threshold is the segment's share of 800.00; both together recover the 500.00 of July, once.
    assert sum(parse_minor(amount) for amount in draws) == -50000
    assert company.statement("ann", AUGUST)["balances"]["draw"] == "0.00"


def test_an_advance_changed_in_the_books_is_found(runtime: Runtime) -> None:
    company = drawing(runtime)
    earned(company, {JULY: "3000"})
    with company.runtime.transaction() as session:
        unguard(session)
        for account, amount in (("draw:ann", 40000), ("payable:ann", -70000)):
            session.execute(update(posting).where(posting.c.account == account).values(amount_minor=amount))
    with company.runtime.reading() as session:
        findings = verify_ledger(session).findings
    assert "ann: the ledger has 400.00 advanced and not recovered, the posted lines say 500.00." in findings
