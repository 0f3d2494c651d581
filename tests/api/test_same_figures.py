"""Every figure of one month in every format is the same figure: all of them are read back and compared."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.config import new_secrets_key
from service.domain.money import parse_minor
from service.plans.payout_settings import payout_settings
from service.reports.ledger import verify_ledger
from service.runtime import Runtime, install
from tests.application import Clock, Keys
from tests.books import list_accounts
from tests.deals import AUGUST, JULY, DealCompany
from tests.payouts import INVOICED, NAMES, NUMBERS, a_paying_company, approve_month
from tests.repository import ROOT

ACCOUNTS = payout_settings(ROOT / "rules").journal

PAYER = "sepa: {name: Example OOD, iban: BG80BNBG96611020345678, version: pain.001.001.09}\n"

Months = dict[tuple[str, str], int]
"""Minor units by person and month worked."""


@pytest.fixture
def company(runtime: Runtime, clock: Clock, tmp_path: Path) -> DealCompany:
    """The paying company with August approved, and everything that its files need."""
    (tmp_path / "finance").mkdir()
    shipped = (ROOT / "rules" / "finance" / "payouts.yaml").read_text(encoding="utf-8")
    (tmp_path / "finance" / "payouts.yaml").write_text(shipped + PAYER, encoding="utf-8")
    settings = replace(runtime.settings, secrets_keys=(new_secrets_key(),), rules_dir=tmp_path)
    whole = replace(runtime, settings=settings)
    install(whole)
    found = a_paying_company(whole)
    approve_month(found)
    clock.now = found.now
    return found


@pytest.fixture
def files(company: DealCompany, keys: Keys) -> Files:
    """What the company hands out of August."""
    application = create_app(runtime=company.runtime)
    application.testing = True
    return Files(application.test_client(), keys)


class Files:
    """The month in every format, as somebody with all keys pulls it."""

    def __init__(self, client: FlaskClient, keys: Keys) -> None:
        self.client = client
        self.header = keys("payouts:read", "periods:approve", "statements:read", "people:write", person="bob")

    def get(self, path: str) -> bytes:
        """The bytes of a file."""
        answer = self.client.get(path, headers=self.header)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        body: bytes = answer.data
        return body

    def json(self, path: str) -> Any:
        """A document."""
        return self.client.get(path, headers=self.header).get_json()

    def rows(self, path: str, delimiter: str = ",") -> list[dict[str, str]]:
        """The rows of a CSV."""
        text = self.get(path).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))

    def workbook(self) -> Any:
        """The workbook of the report."""
        return openpyxl.load_workbook(io.BytesIO(self.get(f"/v1/payouts/{AUGUST}?format=xlsx")))


def added(pairs: Iterable[tuple[tuple[str, str], int]]) -> Months:
    """Amounts of one person and month together; what comes to nothing left out."""
    sums: Counter[tuple[str, str]] = Counter()
    for key, amount in pairs:
        sums[key] += amount
    return {key: amount for key, amount in sums.items() if amount}


def of_statements(files: Files) -> Months:
    """What the statements say is payable, line by line; their totals agree."""
    pairs: list[tuple[tuple[str, str], int]] = []
    for name in NAMES:
        document = files.json(f"/v1/statements/{name}/{AUGUST}")["document"]
        own = [line for line in document["lines"] if line["disposition"] == "payable"]
        assert sum(parse_minor(line["amount"]) for line in own) == parse_minor(document["payable"])
        pairs += [((name, line["month"]), parse_minor(line["amount"])) for line in own]
    return added(pairs)


def of_rows(rows: Iterable[dict[str, Any]]) -> Months:
    """Rows with a person, a month and an amount."""
    return added(((row["person"], row["month"]), parse_minor(row["amount"])) for row in rows)


def minor(value: object) -> int:
    """The cents of a cell of a workbook."""
    return parse_minor(str(Decimal(str(value))))


def of_sheet(sheet: Any) -> tuple[Months, int]:
    """The rows of a sheet by person and month, and the total below them."""
    heading = [cell.value for cell in sheet[1]]
    person, month, amount = (heading.index(name) for name in ("Person", "Month worked for", "Amount"))
    *rows, total = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert total[0] == "Total"
    pairs = (((row[person], row[month].strftime("%Y-%m")), minor(row[amount])) for row in rows)
    return added(pairs), minor(total[amount])


def of_payroll(files: Files) -> Months:
    """The payroll file, back from numbers to people."""
    people = {number: name for name, number in NUMBERS.items()}
    rows = files.rows(f"/v1/payouts/{AUGUST}/payroll", ";")
    return added(
        ((people[row["Служебен номер"]], row["За месец"]), parse_minor(row["Бруто"].replace(",", "."))) for row in rows
    )


def of_payments(files: Files) -> dict[str, int]:
    """The payment file by IBAN."""
    root = ET.fromstring(files.get(f"/v1/payouts/{AUGUST}/sepa?on=2026-09-10"))  # noqa: S314 - our own file
    transfers = root.findall(".//{*}CdtTrfTxInf")
    return {
        transfer.findtext("{*}CdtrAcct/{*}Id/{*}IBAN", ""): parse_minor(transfer.findtext("{*}Amt/{*}InstdAmt", ""))
        for transfer in transfers
    }


def test_every_figure_in_every_format_is_the_figure_of_the_statements(company: DealCompany, files: Files) -> None:
    said = of_statements(files)
    total = sum(said.values())
    assert {month for _, month in said} == {str(JULY), str(AUGUST)}
    report = files.json(f"/v1/payouts/{AUGUST}")
    assert parse_minor(report["total"]) == total
    assert of_rows(report["payouts"]) == of_rows(report["lines"]) == said
    for way, rows in report["by"].items():
        assert sum(parse_minor(row["amount"]) for row in rows) == total
        assert files.rows(f"/v1/payouts/{AUGUST}?format=csv&table={way}") == rows
    for table in ("payout", "line"):
        assert of_rows(files.rows(f"/v1/payouts/{AUGUST}?format=csv&table={table}")) == said
    book = files.workbook()
    assert of_sheet(book["People"]) == (said, total)
    teams = [of_sheet(book[name]) for name in book.sheetnames[2:]]
    assert added(pair for found, _ in teams for pair in found.items()) == said
    assert sum(amount for _, amount in teams) == total
    facts = {row[0].value: row[1].value for row in book["Summary"].iter_rows(max_row=7)}
    assert (minor(facts["Total"]), facts["Document"]) == (total, report["document_hash"])
    assert parse_minor(files.json(f"/v1/periods/{AUGUST}")["document"]["payable"]) == total
    with company.runtime.reading() as session:
        ledger = {
            (name, str(month)): -list_accounts(session, name, month).get(f"payable:{name}", 0)
            for name in NAMES
            for month in (JULY, AUGUST)
        }
    # What July itself owes for July is on the same accounts, and is not paid by August.
    own = {(name, str(JULY)): company.payable(name, JULY) for name in NAMES}
    assert added((key, amount - own.get(key, 0)) for key, amount in ledger.items()) == said


def test_everybody_is_paid_what_the_statements_say_by_one_file_alone(company: DealCompany, files: Files) -> None:
    del company
    said = of_statements(files)
    payroll = of_payroll(files)
    assert payroll == {key: amount for key, amount in said.items() if key[0] not in INVOICED}
    accounts = {"eva": "DE89370400440532013000", "zoe": "NL91ABNA0417164300"}
    for name, iban in accounts.items():
        files.client.put(f"/v1/people/{name}/bank-account", json={"iban": iban}, headers=files.header)
    invoices = of_payments(files)
    for name, iban in accounts.items():
        assert invoices[iban] == sum(amount for (person, _), amount in said.items() if person == name)
    assert sum(payroll.values()) + sum(invoices.values()) == sum(said.values())
    assert of_rows(files.json(f"/v1/payouts/{AUGUST}/open")) == said


def test_the_books_owe_and_pay_what_the_statements_say(company: DealCompany, files: Files) -> None:
    said = of_statements(files)
    body = files.get(f"/v1/payouts/{AUGUST}/open?format=csv")
    header = files.header | {"Content-Type": "text/csv"}
    noted = files.client.post(f"/v1/periods/{AUGUST}/paid", data=body, headers=header).get_json()
    assert (noted["state"], of_rows(noted["document"]["payouts"])) == ("paid", said)
    by_month = {month: sum(amount for (_, own), amount in said.items() if own == month) for _, month in said}
    journal = files.json(f"/v1/payouts/{AUGUST}/journal")
    assert files.rows(f"/v1/payouts/{AUGUST}/journal?format=csv") == [
        line for entry in journal["entries"] for line in entry["lines"]
    ]
    for document, side, account in (
        ("accrual", "credit", ACCOUNTS.payable),
        ("payment", "debit", ACCOUNTS.payable),
        ("payment", "credit", ACCOUNTS.paid),
    ):
        other = "debit" if side == "credit" else "credit"
        booked: Counter[str] = Counter()
        for entry in journal["entries"]:
            for line in entry["lines"]:
                if (line["document"], line["account"]) == (document, account):
                    booked[line["month"]] += parse_minor(line[side] or "0") - parse_minor(line[other] or "0")
        assert dict(booked) == by_month, (document, account)
    with company.runtime.reading() as session:
        assert verify_ledger(session).findings == ()
