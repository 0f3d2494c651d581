"""The files of an approved month over the API: in their own form, refused with names, the same bytes twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.domain.person import Person
from service.reports.ledger import verify_ledger
from service.reports.periods import signed_period
from service.runtime import Runtime
from service.store.people import replace_people
from tests.application import Clock, Keys
from tests.deals import AUGUST, DealCompany
from tests.payouts import NAMES, a_payee, a_paying_company, approve_month
from tests.repository import ROOT

SHIPPED = (ROOT / "rules" / "finance" / "payouts.yaml").read_text(encoding="utf-8")
PAYROLL = f"/v1/payouts/{AUGUST}/payroll"

Settings = Callable[[str], None]


@pytest.fixture
def company(runtime: Runtime, clock: Clock) -> DealCompany:
    """The paying company with August approved."""
    found = a_paying_company(runtime)
    approve_month(found)
    clock.now = found.now
    return found


@pytest.fixture
def settle(runtime: Runtime, tmp_path: Path) -> Settings:
    """Gives the company a file of payout settings of its own."""

    def write(text: str) -> None:
        (tmp_path / "finance").mkdir(exist_ok=True)
        (tmp_path / "finance" / "payouts.yaml").write_text(text, encoding="utf-8")

    object.__setattr__(runtime.settings, "rules_dir", tmp_path)
    return write


def test_the_payroll_file_has_a_row_for_each_number_code_and_month(
    company: DealCompany, client: FlaskClient, keys: Keys
) -> None:
    del company
    answer = client.get(PAYROLL, headers=keys("payouts:read"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert answer.data.decode("utf-8-sig").splitlines() == [
        "Служебен номер;Име;Код;За месец;Бруто;Разходен център",
        "0007;Борис Щърбанов;220;2026-08;50,01;sales",
        "0007;Борис Щърбанов;221;2026-08;-10,00;sales",
        "0042;'=HYPERLINK(0);220;2026-07;33,33;sales",
        "0042;'=HYPERLINK(0);221;2026-07;-6,67;sales",
        "0042;'=HYPERLINK(0);220;2026-08;50,01;sales",
        "0042;'=HYPERLINK(0);221;2026-08;-10,00;sales",
        # His deal is paid in full: what July held back of it is released.
        "0100;'-1+Ivo;221;2026-07;80,00;",
        "0100;'-1+Ivo;220;2026-08;50,01;",
        "0100;'-1+Ivo;221;2026-08;-10,00;",
    ]
    assert client.get(PAYROLL, headers=keys("payouts:read")).data == answer.data


def test_the_form_is_the_companys_own(company: DealCompany, client: FlaskClient, keys: Keys, settle: Settings) -> None:
    del company
    own = SHIPPED.replace("encoding: utf-8-bom", "encoding: windows-1251").replace("month: yyyy-mm", "month: mm.yyyy")
    settle(own)
    answer = client.get(PAYROLL, headers=keys("payouts:read"))
    assert answer.headers["Content-Type"] == "text/csv; charset=windows-1251"
    assert "0007;Борис Щърбанов;220;08.2026;50,01;sales" in answer.data.decode("windows-1251").splitlines()
    settle(own.replace("decimal: comma", "decimal: dot"))
    refused = client.get(PAYROLL, headers=keys("payouts:read"))
    assert (refused.status_code, refused.get_json()["type"].rpartition("/")[2]) == (422, "payout_settings_refused")
    assert refused.get_json()["errors"][0]["pointer"] == "payouts.yaml:8:12"


def test_money_moves_for_an_approved_month_alone(runtime: Runtime, client: FlaskClient, keys: Keys) -> None:
    a_paying_company(runtime)
    refused = client.get(PAYROLL, headers=keys("payouts:read"))
    assert (refused.status_code, refused.get_json()["type"].rpartition("/")[2]) == (409, "not_for_payment")


def test_whoever_has_no_number_is_named_and_can_be_given_one_after_the_approval(
    company: DealCompany, client: FlaskClient, keys: Keys
) -> None:
    def number(given: str) -> None:
        with company.runtime.transaction() as session:
            bob = Person("bob", NAMES["bob"], date(2025, 1, 1))
            replace_people(session, [bob], [a_payee("bob", personnel_number=given)], [])

    number("")
    refused = client.get(PAYROLL, headers=keys("payouts:read"))
    assert refused.status_code == 409
    assert [(item["code"], item["pointer"]) for item in refused.get_json()["errors"]] == [
        ("number_missing", "/people/bob")
    ]
    number("0008")
    assert "0008;Борис Щърбанов" in client.get(PAYROLL, headers=keys("payouts:read")).data.decode("utf-8-sig")


def returned(text: str) -> bytes:
    return text.encode("utf-8-sig")


def post_list(client: FlaskClient, body: bytes, header: dict[str, str]) -> Any:
    return client.post(f"/v1/periods/{AUGUST}/paid", data=body, headers=header | {"Content-Type": "text/csv"})


def test_a_payroll_round_trip_names_what_differs_and_pays_the_rest(
    company: DealCompany, client: FlaskClient, keys: Keys
) -> None:
    signing, reading = keys("periods:approve", person="bob"), keys("payouts:read")
    file = client.get(PAYROLL, headers=reading).data.decode("utf-8-sig")
    changed = file.replace("0007;Борис Щърбанов;220;2026-08;50,01", "0007;Борис Щърбанов;220;2026-08;50,00")
    first = post_list(client, returned(changed + "9999;Nobody;220;2026-08;1,00;\r\n"), signing)
    told = first.get_json()
    assert (first.status_code, told["state"], told["paid_by"]) == (200, "approved", "the key of bob")
    named = [(item["what"], item["number"], item["owed"], item["told"]) for item in told["document"]["differences"]]
    assert named == [
        ("unknown_number", "9999", None, "1.00"),
        ("amount", "0007", "50.01", "50.00"),
        ("missing", "eva", "40.01", None),
        ("missing", "zoe", "100.00", None),
        ("missing", "zoe", "40.01", None),
    ]
    assert (told["document"]["total"], told["document"]["open"]) == ("176.68", "230.03")
    still = client.get(f"/v1/payouts/{AUGUST}/open", headers=reading).get_json()
    assert [(item["person"], item["code"], item["amount"]) for item in still] == [
        ("bob", "220", "50.01"),
        ("eva", "invoice", "40.01"),
        ("zoe", "invoice", "100.00"),
        ("zoe", "invoice", "40.01"),
    ]
    assert still[0]["difference"]["told"] == "50.00"
    # What is open comes in the form of a list: once it is paid too, it is what settles the month.
    rest = client.get(f"/v1/payouts/{AUGUST}/open?format=csv", headers=reading).data
    second = post_list(client, rest, signing).get_json()
    assert (second["state"], second["document"]["differences"], second["document"]["open"]) == ("paid", [], "0.00")
    assert client.get(f"/v1/payouts/{AUGUST}/open", headers=reading).get_json() == []
    assert post_list(client, rest, signing).get_json() == second
    shown = client.get(f"/v1/periods/{AUGUST}", headers=reading).get_json()
    assert [item["document"]["total"] for item in shown["payments"]] == ["176.68", "230.03"]
    with company.runtime.reading() as session:
        assert verify_ledger(session).findings == ()
    answer = client.get(f"/v1/statements/bob/{AUGUST}", headers=keys("statements:read")).get_json()
    assert answer["status"] == "paid"
    assert client.get(PAYROLL, headers=reading).data == file.encode("utf-8-sig")


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        (("За месец", "Месец"), "line 1:", "missing_column"),
        (("Име;", "Код;"), "line 1:", "double_column"),
        (("50,01", "50.01"), 'line 2, column "Бруто":', "invalid_amount"),
        (("2026-08", "2026-13"), 'line 2, column "За месец":', "invalid_month"),
        (("0007;", ";"), 'line 2, column "Служебен номер":', "invalid_number"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_whole_with_its_lines(
    company: DealCompany, client: FlaskClient, keys: Keys, change: tuple[str, str], place: str, code: str
) -> None:
    signing = keys("periods:approve", person="bob")
    file = client.get(PAYROLL, headers=keys("payouts:read")).data.decode("utf-8-sig")
    refused = post_list(client, returned(file.replace(*change)), signing)
    assert (refused.status_code, refused.get_json()["type"].rpartition("/")[2]) == (422, "returned_list_refused")
    assert (place, code) in {(item["pointer"], item["code"]) for item in refused.get_json()["errors"]}
    with company.runtime.reading() as session:
        assert signed_period(session, AUGUST, now=company.now).payments == []


def test_a_payment_is_noted_by_a_named_person_from_a_list(
    company: DealCompany, client: FlaskClient, keys: Keys
) -> None:
    del company
    file = client.get(PAYROLL, headers=keys("payouts:read")).data
    for header, status, code in (
        (keys("periods:approve"), 403, "signer_unknown"),
        (keys("payouts:read", person="bob"), 403, "scope_missing"),
    ):
        refused = post_list(client, file, header)
        assert (refused.status_code, refused.get_json()["type"].rpartition("/")[2]) == (status, code)
    signing = keys("periods:approve", person="bob")
    wrong = client.post(f"/v1/periods/{AUGUST}/paid", json={}, headers=signing)
    assert (wrong.status_code, wrong.get_json()["type"].rpartition("/")[2]) == (415, "unsupported_list")
    latin = post_list(client, "Служебен номер".encode("windows-1251"), signing)
    assert latin.get_json()["errors"][0]["code"] == "wrong_encoding"


@pytest.mark.parametrize("path", ["payroll", "open", "journal"])
def test_the_files_are_closed_to_a_key_without_the_scope(client: FlaskClient, keys: Keys, path: str) -> None:
    for header in (keys("statements:read", "people:write"), {}):
        assert client.get(f"/v1/payouts/{AUGUST}/{path}", headers=header).status_code in {401, 403}
