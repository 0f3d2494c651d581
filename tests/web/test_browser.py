"""The pages in a real browser: they fit, answer to the keyboard, refresh by themselves and ask nobody for scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from service.domain.event import Event
from tests.company import SOURCE, Company, a_call

PATHS = ("/", "/me", "/me/month", "/me/money", "/me/what-if", "/me/events", "/me/plan")

REFRESH = "htmx.ajax('GET', '/me?part=live', {target: '#live', swap: 'morph:innerHTML', source: '#live'})"
"""What the page does every twenty seconds."""


@pytest.fixture
def narrow(browser: Browser, address: str) -> Iterator[Page]:
    """The narrowest screen a page must fit: 320 pixels, or 1280 at 400 %; somebody is chosen."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, locale="bg-BG")
    page = context.new_page()
    choose(page, address)
    yield page
    context.close()


@pytest.fixture
def without_scripts(browser: Browser, address: str) -> Iterator[Page]:
    """A browser with JavaScript switched off."""
    context = browser.new_context(java_script_enabled=False, locale="bg-BG")
    page = context.new_page()
    choose(page, address)
    yield page
    context.close()


def an_event(person: str, kind: str, number: int, demo: Company) -> Event:
    return Event(SOURCE, f"{kind}-{number}", kind, demo.now + timedelta(minutes=number), person, {})


def choose(page: Page, address: str) -> None:
    page.goto(f"{address}/me")
    page.select_option("#person", "elena")
    page.get_by_role("button", name="Покажи").click()
    page.wait_for_url(f"{address}/me")


def test_no_page_scrolls_sideways_on_the_narrowest_screen(narrow: Page, address: str) -> None:
    for path in (*PATHS, "/me?lang=en", *PATHS):
        narrow.goto(address + path)
        assert narrow.evaluate("document.documentElement.scrollWidth") == 320, path


def test_every_page_loads_without_a_word_from_the_console(elenas_page: Page, address: str) -> None:
    """A script or style against the content policy, or with a wrong fingerprint, would be told there."""
    said: list[str] = []
    elenas_page.on("console", lambda message: said.append(message.text))
    elenas_page.on("pageerror", lambda error: said.append(str(error)))
    for path in PATHS:
        elenas_page.goto(address + path)
    assert said == []
    assert elenas_page.evaluate("typeof htmx + typeof Idiomorph") == "objectobject"


def test_everything_works_without_javascript(without_scripts: Page, address: str) -> None:
    without_scripts.get_by_role("link", name="Месец").click()
    assert "от плана" in without_scripts.locator("h1").inner_text()
    without_scripts.get_by_role("link", name="Пари").click()
    without_scripts.get_by_text("Как е сметнато").first.click()
    assert without_scripts.locator(".why").first.is_visible()
    assert not without_scripts.get_by_role("button", name="Спри обновяването").is_visible()
    without_scripts.goto(address)
    assert "място" in without_scripts.locator("h1").inner_text()


def test_every_control_is_reached_by_the_keyboard_and_shows_it(elenas_page: Page) -> None:
    reached = []
    for _ in range(30):
        elenas_page.keyboard.press("Tab")
        name, outline = elenas_page.evaluate(
            "(() => { const at = document.activeElement;"
            " return [at === document.body ? '' : at.innerText.trim(), getComputedStyle(at).outlineStyle]; })()"
        )
        if not name or name in reached:
            break
        assert outline == "solid", f"no ring around {name}"
        reached.append(name)
    wanted = ("Към съдържанието", "Класация", "Месец", "Пари", "Спри обновяването", "Още 1", "Покажи сумите")
    assert [name for name in wanted if name not in reached] == []


def test_what_is_pressed_with_a_thumb_is_large_enough(elenas_page: Page) -> None:
    for control in elenas_page.locator("nav a, button, summary, select").all():
        box = control.bounding_box()
        assert box is None or box["height"] >= 44, control.inner_text()


def test_a_refresh_brings_the_new_call_and_leaves_focus_and_open_parts_alone(demo: Company, elenas_page: Page) -> None:
    elenas_page.get_by_text("Покажи сумите").click()
    elenas_page.locator("#more summary").focus()
    demo.send(a_call("elena", "now", demo.now + timedelta(minutes=3), talk_s=65))
    demo.refresh()
    elenas_page.evaluate(REFRESH)
    elenas_page.get_by_text(re.compile(r"1\s+мин\s+5\s+сек")).wait_for()
    assert elenas_page.evaluate("document.activeElement.closest('details').id") == "more"
    assert elenas_page.locator("#amounts").evaluate("part => part.open")


def test_my_own_change_is_said_politely_and_the_board_stays_silent(demo: Company, elenas_page: Page) -> None:
    before = elenas_page.locator("h1").inner_text()
    demo.send(*[a_call("elena", f"now-{n}", demo.now + timedelta(minutes=n)) for n in range(6)])
    demo.send(*[an_event("elena", kind, n, demo) for kind in ("meeting.held", "proposal.sent") for n in range(2)])
    demo.refresh()
    elenas_page.evaluate(REFRESH)
    elenas_page.wait_for_function("before => document.querySelector('h1').innerText !== before", arg=before)
    assert elenas_page.get_by_role("status").inner_text() == elenas_page.locator("h1").inner_text()
    assert elenas_page.locator("[aria-live]").count() == 0


def test_pause_stops_the_refresh_and_is_remembered(elenas_page: Page, address: str) -> None:
    asked: list[str] = []
    elenas_page.on("request", lambda request: asked.append(request.url))
    elenas_page.get_by_role("button", name="Спри обновяването").click()
    elenas_page.evaluate(REFRESH)
    elenas_page.wait_for_timeout(300)
    assert asked == []
    elenas_page.goto(f"{address}/me")
    elenas_page.get_by_role("button", name="Пусни обновяването").click()
    asked.clear()
    with elenas_page.expect_request(f"{address}/me?part=live"):
        elenas_page.evaluate(REFRESH)
    assert asked == [f"{address}/me?part=live"]


def test_the_page_asks_again_by_itself(elenas_page: Page, address: str) -> None:
    elenas_page.clock.install()
    elenas_page.goto(f"{address}/me")
    with elenas_page.expect_request(f"{address}/me?part=live"):
        elenas_page.clock.run_for(21_000)


def test_a_bar_says_in_words_what_it_shows(elenas_page: Page) -> None:
    bar = elenas_page.get_by_role("progressbar").first
    assert bar.get_attribute("aria-valuetext") == "Срещи: 0 от 1, ● В темп"


def test_the_board_is_a_table_with_a_caption_and_row_names(elenas_page: Page, address: str) -> None:
    elenas_page.goto(address)
    assert "Нови клиенти, ноември 2026" in elenas_page.locator("caption").inner_text()
    assert elenas_page.get_by_role("rowheader").count() == 8


def test_the_dark_page_is_dark(elenas_page: Page) -> None:
    elenas_page.emulate_media(color_scheme="dark")
    assert elenas_page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 23, 32)"
