"""The payment file pays invoices alone, is valid under the published schema, and tells no account to anybody."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import sepaxml
import xmlschema
from flask.testing import FlaskClient
from sqlalchemy import select

from service.app import create_app
from service.config import new_secrets_key
from service.domain.audit import AuditQuery
from service.domain.person import PayChannel, Person
from service.domain.privacy import Terms
from service.flows.prune import prune
from service.flows.reseal_secrets import reseal_secrets
from service.runtime import Runtime, install
from service.store.audit import list_audit
from service.store.bank_accounts import open_accounts
from service.store.bank_tables import bank_account
from service.store.people import replace_people
from service.store.vault import Vault
from tests.application import Clock, Keys
from tests.deals import AUGUST, DealCompany
from tests.payouts import NAMES, a_payee, a_paying_company, approve_month
from tests.repository import ROOT

SECRETS_KEY = new_secrets_key()
SHIPPED = (ROOT / "rules" / "finance" / "payouts.yaml").read_text(encoding="utf-8")
PAYER = "sepa: {{name: Пример ООД, iban: BG80BNBG96611020345678, bic: BNBGBGSD, version: {version}}}\n"
EVAS, ZOES = "DE89370400440532013000", "NL91ABNA0417164300"
FILE = f"/v1/payouts/{AUGUST}/sepa?on=2026-09-10"


@pytest.fixture
def company(runtime: Runtime, clock: Clock, tmp_path: Path) -> DealCompany:
    """The paying company with August approved, a vault, and an account of its own."""
    (tmp_path / "finance").mkdir()
    settle(tmp_path, "pain.001.001.03")
    sealing = replace(runtime, settings=replace(runtime.settings, secrets_keys=(SECRETS_KEY,), rules_dir=tmp_path))
    install(sealing)
    found = a_paying_company(sealing)
    approve_month(found)
    clock.now = found.now
    return found


@pytest.fixture
def client(company: DealCompany) -> FlaskClient:
    """Somebody who sends requests to the service with a vault."""
    application = create_app(runtime=company.runtime)
    application.testing = True
    return application.test_client()


def settle(folder: Path, version: str) -> None:
    (folder / "finance" / "payouts.yaml").write_text(SHIPPED + PAYER.format(version=version), encoding="utf-8")


def keep(client: FlaskClient, keys: Keys, person_id: str, iban: str, bic: str = "") -> int:
    body = {"iban": iban, "bic": bic}
    return client.put(f"/v1/people/{person_id}/bank-account", json=body, headers=keys("people:write")).status_code


def told(found: ET.Element, path: str) -> list[str]:
    """The texts of all elements at a path, whatever their namespace."""
    return [element.text or "" for element in found.findall("/".join(f"{{*}}{tag}" for tag in path.split("/")))]


@pytest.mark.parametrize("version", ["pain.001.001.03", "pain.001.001.09"])
def test_the_file_is_valid_and_pays_what_the_approved_month_owes(
    company: DealCompany, client: FlaskClient, keys: Keys, version: str
) -> None:
    settle(company.runtime.settings.rules_dir, version)
    assert [keep(client, keys, "eva", EVAS, "COBADEFFXXX"), keep(client, keys, "zoe", ZOES)] == [200, 200]
    signing = keys("periods:approve")
    answer = client.get(FILE, headers=signing)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/xml; charset=utf-8")
    schema = xmlschema.XMLSchema(Path(sepaxml.__file__).parent / "schemas" / f"{version}.xsd")
    schema.validate(answer.data.decode())
    found = ET.fromstring(answer.data)  # noqa: S314 - our own file
    transfers = "CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf"
    assert told(found, f"{transfers}/Amt/InstdAmt") == ["40.01", "140.01"]
    assert told(found, f"{transfers}/CdtrAcct/Id/IBAN") == [EVAS, ZOES]
    assert told(found, f"{transfers}/Cdtr/Nm") == [".Eva. .the. second", "Zoe Ozturk"]
    assert told(found, f"{transfers}/RmtInf/Ustrd") == ["Invoice 2026-08 (eva)", "Invoice 2026-07, 2026-08 (zoe)"]
    assert told(found, "CstmrCdtTrfInitn/GrpHdr/CtrlSum") == ["180.02"]
    assert told(found, "CstmrCdtTrfInitn/PmtInf/Dbtr/Nm") == ["Primer OOD"]
    owed = sum(Decimal(company.statement(name, AUGUST)["payable"]) for name in ("eva", "zoe"))
    assert owed == Decimal("180.02")
    assert client.get(FILE, headers=signing).data == answer.data


def test_what_is_paid_is_not_in_the_next_file(company: DealCompany, client: FlaskClient, keys: Keys) -> None:
    del company
    keep(client, keys, "eva", EVAS)
    keep(client, keys, "zoe", ZOES)
    listed = client.get(f"/v1/payouts/{AUGUST}/open?format=csv", headers=keys("payouts:read")).data.decode("utf-8-sig")
    rest = "".join(line for line in listed.splitlines(keepends=True) if not line.startswith("zoe"))
    header = keys("periods:approve", person="bob") | {"Content-Type": "text/csv"}
    noted = client.post(f"/v1/periods/{AUGUST}/paid", data=rest.encode("utf-8-sig"), headers=header).get_json()
    assert noted["document"]["open"] == "140.01"
    found = ET.fromstring(client.get(FILE, headers=keys("periods:approve")).data)  # noqa: S314 - our own file
    assert told(found, "CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/CdtrAcct/Id/IBAN") == [ZOES]


def test_employees_are_never_in_the_file_and_keep_no_account(
    company: DealCompany, client: FlaskClient, keys: Keys
) -> None:
    refused = client.put("/v1/people/ann/bank-account", json={"iban": EVAS}, headers=keys("people:write"))
    assert (refused.status_code, refused.get_json()["type"].rpartition("/")[2]) == (409, "not_by_invoice")
    keep(client, keys, "eva", EVAS)
    asked = client.get(f"{FILE}&person=ann&person=eva", headers=keys("periods:approve"))
    assert asked.status_code == 409
    assert [(item["code"], item["pointer"]) for item in asked.get_json()["errors"]] == [
        ("not_by_invoice", "/people/ann")
    ]
    assert "payroll pays employees" in asked.get_json()["errors"][0]["detail"]
    employed = [a_payee(name, pay_channel=PayChannel.PAYROLL, personnel_number=f"9{name}") for name in NAMES]
    with company.runtime.transaction() as session:
        replace_people(session, [Person(name, name, date(2025, 1, 1)) for name in NAMES], employed, [])
    # As what the approved month pays them stands with its statements.
    assert client.get(f"{FILE}&person=eva", headers=keys("periods:approve")).status_code == 200


def test_everything_that_is_missing_is_named(company: DealCompany, client: FlaskClient, keys: Keys) -> None:
    signing = keys("periods:approve")
    (company.runtime.settings.rules_dir / "finance" / "payouts.yaml").write_text(SHIPPED, encoding="utf-8")
    refused = client.get(FILE, headers=signing)
    assert (refused.status_code, refused.get_json()["type"].rpartition("/")[2]) == (409, "payment_file_refused")
    assert [(item["code"], item["pointer"]) for item in refused.get_json()["errors"]] == [
        ("payer_missing", "/sepa"),
        ("account_missing", "/people/eva"),
        ("account_missing", "/people/zoe"),
    ]
    assert client.get(f"/v1/payouts/{AUGUST}/sepa", headers=signing).status_code == 422
    assert client.get(FILE, headers=keys("payouts:read")).status_code == 403


def test_an_account_is_encrypted_and_seen_masked_alone(
    company: DealCompany, client: FlaskClient, keys: Keys, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    header = keys("people:write", "privacy:write")
    assert keep(client, keys, "eva", EVAS, "COBADEFFXXX") == 200
    masked = "DE89**************3000"
    assert client.get("/v1/people/eva/bank-account", headers=header).get_json()["iban"] == masked
    export = client.get("/v1/privacy/people/eva", headers=header).get_data(as_text=True)
    with company.runtime.reading() as session:
        rows = [tuple(row) for row in session.execute(select(bank_account))]
        log = [entry for entry in list_audit(session, AuditQuery(limit=100)) if entry.what == "bank_account.set"]
        assert open_accounts(session, ["eva"], company.runtime.vault)["eva"].iban == EVAS
    assert [(entry.subject, entry.detail) for entry in log] == [("eva", {"iban": masked})]
    seen = json.dumps([str(rows), export, caplog.text])
    assert EVAS not in seen
    assert "COBADEFF" not in seen
    wrong = client.put("/v1/people/eva/bank-account", json={"iban": EVAS[:-1] + "1"}, headers=header)
    assert (wrong.status_code, wrong.get_json()["type"].rpartition("/")[2]) == (422, "invalid_iban")
    assert EVAS[:-1] not in wrong.get_data(as_text=True)


def test_an_account_is_forgotten_when_it_is_told_so_and_when_its_time_is_over(
    company: DealCompany, client: FlaskClient, keys: Keys
) -> None:
    keep(client, keys, "eva", EVAS)
    keep(client, keys, "zoe", ZOES)
    header = keys("people:write")
    assert client.delete("/v1/people/eva/bank-account", headers=header).status_code == 204
    again = client.delete("/v1/people/eva/bank-account", headers=header)
    assert (again.status_code, again.get_json()["type"].rpartition("/")[2]) == (404, "no_bank_account")
    with company.runtime.transaction() as session:
        held = [
            a_payee("zoe", ends_on=date(2026, 8, 31)),
            a_payee("zoe", starts_on=date(2026, 9, 1), pay_channel=PayChannel.PAYROLL, personnel_number="0500"),
        ]
        replace_people(session, [Person("zoe", "Zoe", date(2025, 1, 1))], held, [])
    terms = Terms(raw_months=600, event_years=50, statement_years=50)
    for days, left in ((0, 0), (40, 0), (70, 1)):
        with company.runtime.transaction() as session:
            gone = prune(session, terms, "cron", now=company.now + timedelta(days=days)).bank_accounts
        assert gone == left


def test_another_key_of_the_vault_takes_over(company: DealCompany, client: FlaskClient, keys: Keys) -> None:
    keep(client, keys, "eva", EVAS)
    newer = new_secrets_key()
    with company.runtime.transaction() as session:
        assert reseal_secrets(session, Vault((newer, SECRETS_KEY)), "root", now=company.now) == 1
    with company.runtime.reading() as session:
        assert open_accounts(session, ["eva"], Vault((newer,)))["eva"].iban == EVAS


def test_without_a_key_of_the_vault_no_account_is_kept(company: DealCompany, runtime: Runtime, keys: Keys) -> None:
    del company
    client = create_app(runtime=runtime).test_client()
    refused = client.put("/v1/people/eva/bank-account", json={"iban": EVAS}, headers=keys("people:write"))
    assert (refused.status_code, refused.get_json()["type"].rpartition("/")[2]) == (503, "no_secrets_key")
