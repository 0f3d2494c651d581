"""What the security review of docs/security.md rests on: cookies, headers, limits, and equal work for every guess."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from service.config import ROOT
from service.domain.account import Role
from service.flows.change_account import change_account
from service.flows.make_reset_link import make_reset_link
from service.runtime import Runtime
from service.web.login import BROWSER_COOKIE
from service.web.site import FORM_BYTES, LANGUAGE_COOKIE
from tests.accounts import HASHED, PASSWORD, an_account, log_in, send, site_of, with_login

FINANCE = "fin@example.com"
TEMPLATES = sorted((ROOT / "service" / "web" / "templates").glob("*.html"))


@pytest.fixture
def opened(runtime: Runtime) -> Runtime:
    """A service with an account of finance and one that was closed."""
    found = with_login(runtime)
    an_account(found, FINANCE, Role.FINANCE)
    an_account(found, "closed", Role.HEAD)
    with found.transaction() as session:
        change_account(session, "closed", [], "admin", is_open=False, now=found.now())
    return found


@pytest.fixture
def site(opened: Runtime) -> Flask:
    """Its pages."""
    return site_of(opened)


@pytest.fixture
def behind_https(opened: Runtime) -> FlaskClient:
    """A browser that asks over HTTPS, as its own proxy passes it on."""
    settings = replace(opened.settings, public_url="https://pay.example")
    application = site_of(with_login(opened, settings))
    application.config["PREFERRED_URL_SCHEME"] = "https"
    visitor = application.test_client()
    visitor.environ_base["HTTP_REFERER"] = "https://localhost/login"
    return visitor


@pytest.mark.parametrize("login", [FINANCE, "closed", "nobody", ""])
def test_a_failed_login_does_the_same_work_whether_the_account_exists_or_not(
    site: Flask, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    visitor = site.test_client()
    send(visitor, "/login", login="somebody", password="the first asks for a hash of nobody")
    done: list[list[str]] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, kept: str | bytes, password: str | bytes) -> Any:
        done.append(str(kept).split("$")[1:4])
        return verify(self, kept, password)

    def hashed(*args: object, **named: object) -> str:
        raise AssertionError(args, named)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    monkeypatch.setattr(PasswordHasher, "hash", hashed)
    assert send(visitor, "/login", login=login, password="not this one at all").status_code == 401
    assert done == [HASHED.split("$")[1:4]], "one look at a hash of the same kind and cost"


def test_behind_https_every_cookie_is_closed_to_scripts_other_sites_and_plain_http(behind_https: FlaskClient) -> None:
    behind_https.get("/login?lang=en")
    send(behind_https, "/login", login=FINANCE, password=PASSWORD)
    for name in ("__Host-stimul", BROWSER_COOKIE, LANGUAGE_COOKIE):
        cookie = behind_https.get_cookie(name)
        assert cookie is not None, name
        assert (cookie.secure, cookie.http_only, cookie.same_site, cookie.path) == (True, True, "Lax", "/"), name


def test_behind_https_a_browser_is_told_to_stay_there(behind_https: FlaskClient, site: Flask) -> None:
    for path in ("/login", "/healthz", "/v1/limits"):
        assert behind_https.get(path).headers["Strict-Transport-Security"] == "max-age=31536000"
        assert "Strict-Transport-Security" not in site.test_client().get(path).headers


def test_behind_https_a_form_from_another_address_is_refused(behind_https: FlaskClient) -> None:
    behind_https.environ_base["HTTP_REFERER"] = "https://elsewhere.example/login"
    assert send(behind_https, "/login", login=FINANCE, password=PASSWORD).status_code == 400


@pytest.mark.parametrize("path", ["/login", "/account", "/people", "/tv/made-up", "/nothing-here"])
def test_no_page_stands_in_a_frame_or_lets_another_site_hold_its_window(site: Flask, path: str) -> None:
    answer = log_in(site, FINANCE).get(path)
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_with_a_secret_stays_on_no_disk_and_its_address_is_told_nobody(opened: Runtime, site: Flask) -> None:
    with opened.transaction() as session:
        token = make_reset_link(session, FINANCE, "admin", forget_code=False, now=opened.now())
    reset = site.test_client().get(f"/reset/{token}")
    assert (reset.headers["Cache-Control"], reset.headers["Referrer-Policy"]) == ("no-store", "strict-origin")
    assert token not in reset.text
    assert log_in(site, FINANCE).get("/account").headers["Cache-Control"] == "no-store"


def test_a_form_that_is_larger_than_any_of_ours_is_not_read(site: Flask) -> None:
    visitor = log_in(site, FINANCE)
    large = {"csrf_token": "x", "password": "x" * FORM_BYTES}
    assert visitor.post("/account/password", data=large).status_code == 413


@pytest.mark.parametrize("path", ["/people", "/login/code", "/me"])
def test_a_made_up_host_leads_nowhere(site: Flask, path: str) -> None:
    answer = site.test_client().get(path, headers={"Host": "elsewhere.example", "X-Forwarded-Host": "evil.example"})
    assert "elsewhere.example" not in answer.headers.get("Location", "") + answer.text
    assert "evil.example" not in answer.headers.get("Location", "") + answer.text


def test_a_line_break_in_an_address_makes_no_line_of_its_own_in_the_log(
    site: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object, **named: object) -> None:
        raise RuntimeError(args, named)

    site.testing = False
    monkeypatch.setattr("service.web.television.find_device", broken)
    assert site.test_client().get("/tv/x%0aERROR forged").status_code == 500
    (record,) = [item for item in caplog.records if item.name == "service.web.site"]
    assert "\n" not in record.getMessage()


def test_no_secret_of_a_login_is_in_the_log(site: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="service")
    visitor = log_in(site, FINANCE)
    send(visitor, "/login", login=FINANCE, password="not this one at all")
    assert PASSWORD not in caplog.text
    assert "not this one at all" not in caplog.text


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_form_that_changes_something_carries_its_token(template: Path) -> None:
    forms = re.findall(r'<form[^>]*method="post".*?</form>', template.read_text(), re.DOTALL)
    assert [form for form in forms if "{{ csrf_token() }}" not in form] == []


def test_the_pages_have_forms() -> None:
    assert sum('method="post"' in template.read_text() for template in TEMPLATES) >= 5
