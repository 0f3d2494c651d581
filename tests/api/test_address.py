"""Addresses that no database could look up are refused in a sentence, by the API and by the pages."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from service.runtime import Runtime
from tests.accounts import an_account, log_in, site_of, with_login
from tests.application import Keys
from tests.company import Company


@pytest.mark.parametrize(
    "path", ["/v1/events?source=crm&external_id=a%00", "/v1/events/evt_%00", "/v1/events?source=crm&external_id=a&%00="]
)
def test_a_nul_in_an_address_is_refused_before_anything_is_looked_up(
    client: FlaskClient, keys: Keys, path: str
) -> None:
    answer = client.get(path, headers=keys("events:read"))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid_text")
    assert "NUL" in answer.get_json()["detail"]


def test_a_page_with_a_nul_in_its_address_says_so_in_the_language_of_its_reader(runtime: Runtime) -> None:
    opened = with_login(runtime)
    Company(opened).found()
    visitor = log_in(site_of(opened), an_account(opened, "ann", person="ann"))
    page = visitor.get("/?board=%00&lang=en")
    assert (page.status_code, page.mimetype) == (422, "text/html")
    assert '<html lang="en"' in page.text
