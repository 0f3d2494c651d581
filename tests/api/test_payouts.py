"""The files of an approved month over the API: in their own form, refused with names, the same bytes twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.domain.person import Person
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


@pytest.mark.parametrize("path", ["payroll"])
def test_the_files_are_closed_to_a_key_without_the_scope(client: FlaskClient, keys: Keys, path: str) -> None:
    for header in (keys("statements:read", "people:write"), {}):
        assert client.get(f"/v1/payouts/{AUGUST}/{path}", headers=header).status_code in {401, 403}
