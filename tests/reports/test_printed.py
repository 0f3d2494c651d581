"""What a statement says on paper: the figures of its document, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from service.domain.figures import GAP, MINUS, Language
from service.domain.money import parse_minor
from service.domain.period import Period
from service.flows.withdraw import withdraw
from service.reports.printed.pdf import Printer, statement_pdf
from service.reports.printed.sheet import Composer, Sheet
from service.reports.printed.words import WORDS
from service.reports.statement import Statement, get_statement
from service.runtime import Runtime
from tests.company import EARLY_NOVEMBER, NOVEMBER, OCTOBER, Company, a_call, a_payment, a_refund, an_assignment
from tests.deals import DealCompany, on_day, paid, plan_text, won
from tests.teams import team_rules

HOSTILE = "#panic(1) *Ann* $x$ `y` <a> \\ // Ива̀н"
"""A name that would be markup, or an error, if it were read as a template."""


@pytest.fixture
def company(runtime: Runtime) -> Company:
    found = Company(runtime)
    found.found()
    found.send(a_call("ann", "c1"), a_call("ann", "c2"), a_payment("ann", "p1", "1000.05"))
    found.refresh()
    found.now = EARLY_NOVEMBER
    return found


HOLDBACK = """  kept:
    kind: holdback
    label: Kept until paid in full
    label_bg: Отложено до пълно плащане
    lines: [commission]
    share: 20%
    release: {when: deal.paid_in_full, within: 60d, otherwise: pay}
"""


def statement(company: Company, period: Period = OCTOBER, version: int | None = None) -> Statement:
    with company.runtime.reading() as session:
        return get_statement(session, "ann", period, version)


def sheet(company: Company, period: Period = OCTOBER, language: Language = Language.EN, **asked: bool) -> Sheet:
    with company.runtime.reading() as session:
        return Composer(session, language).sheet(get_statement(session, "ann", period), **asked)


def pdf(company: Company, period: Period = OCTOBER, language: Language = Language.EN) -> bytes:
    with company.runtime.reading() as session:
        return statement_pdf(session, get_statement(session, "ann", period), language)


def text_of(printed: bytes) -> str:
    """The words of all pages; a line break within a cell is a space."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(printed)).pages).split())


def amounts_in(document: object) -> Iterator[int]:
    """Every amount of a statement that a person is told, in minor units."""
    assert isinstance(document, dict)
    for line in document["lines"]:
        yield parse_minor(line["amount"])
    yield parse_minor(document["payable"])


def written(amount_minor: int, language: Language) -> str:
    units, cents = divmod(abs(amount_minor), 100)
    comma = "," if language is Language.BG else "."
    return f"{MINUS if amount_minor < 0 else ''}{units:,}".replace(",", " ") + f"{comma}{cents:02d} €"


@pytest.mark.parametrize("language", list(Language))
def test_every_amount_of_the_statement_stands_on_the_paper_in_both_languages(
    company: Company, language: Language
) -> None:
    company.close()
    text = text_of(pdf(company, language=language)).replace(GAP, " ")
    for amount in amounts_in(statement(company).document):
        assert written(amount, language) in text
    assert statement(company).document_hash[:16] in text


def test_the_same_statement_is_the_same_file_and_another_one_is_not(company: Company) -> None:
    company.close()
    assert pdf(company) == pdf(company)
    assert pdf(company) != pdf(company, language=Language.BG)
    found = sheet(company)
    again = Printer().pdf(found, statement(company).issued_at)
    assert again == pdf(company), "the process that prints leaves no trace in the file"


def test_a_statement_of_any_moment_is_printed(company: Company) -> None:
    company.now += timedelta(microseconds=123_456)
    company.close()
    assert pdf(company).startswith(b"%PDF")


def test_a_correction_shows_before_after_and_why(company: Company) -> None:
    company.close()
    company.now += timedelta(hours=1)
    company.send(a_payment("ann", "p2", "200.00"))
    company.refresh()
    (group,) = sheet(company, NOVEMBER).paid
    assert group.title == "From earlier months"
    (row,) = group.rows
    assert row.change.replace(GAP, " ") == "before 16.50 € → now 19.80 €"
    why = [item.text for item in row.why]
    assert "Events that arrived late: 1" in why
    assert any(re.fullmatch(r"“?.*1,000\.05 at the close, 1,200\.05 now", text) for text in why), why
    bulgarian = text_of(pdf(company, NOVEMBER, Language.BG)).replace(GAP, " ")
    assert "преди 16,50 € → сега 19,80 €" in bulgarian
    assert "1 000,05 при приключването, 1 200,05 сега" in bulgarian


def test_a_reduction_that_waits_is_shown_apart_and_taken_from_nothing(company: Company) -> None:
    company.close()
    company.send(a_refund("ann", "r1", "500.00"))
    company.refresh()
    found = sheet(company, NOVEMBER)
    assert found.paid == ()
    assert [group.title for group in found.besides] == ["Waits for a decision, not deducted"]
    assert found.payable.replace(GAP, " ") == "0.00 €"


def test_the_salary_is_on_no_paper_of_whoever_may_not_see_it(company: Company) -> None:
    company.close()
    with_salary, without = sheet(company), sheet(company, salary=False)
    assert "For information: paid by payroll" in [group.title for group in with_salary.besides]
    assert without.besides == ()
    assert without.payable == with_salary.payable


def test_no_name_is_read_as_markup(company: Company) -> None:
    company.close()
    with company.runtime.reading() as session:
        found = get_statement(session, "ann", OCTOBER)
        printed = statement_pdf(session, replace(found, document=found.document | {"name": HOSTILE}), Language.EN)
    metadata = PdfReader(BytesIO(printed)).metadata
    assert metadata is not None
    assert metadata.author == HOSTILE
    assert "#panic(1) *Ann* $x$ `y` <a>" in text_of(printed)


def test_a_withdrawn_statement_says_so(company: Company) -> None:
    company.close()
    with company.runtime.transaction() as session:
        withdraw(session, OCTOBER, "fred", "a target was wrong", now=company.now)
    with company.runtime.reading() as session:
        found = get_statement(session, "ann", OCTOBER, 1)
        facts = dict(Composer(session, Language.EN).sheet(found).facts)
    assert facts["Status"] == "withdrawn, another version holds"


def test_a_long_statement_names_every_deal_on_numbered_pages(runtime: Runtime) -> None:
    company = DealCompany(runtime, now=on_day(OCTOBER, 1))
    company.found_team([an_assignment("ann")], team_rules(closer=plan_text(HOLDBACK, "kept: -200.00")))
    deals = [f"сделка-{number:03d}" for number in range(120)]
    company.send(
        *(won("ann", deal, "100.00", OCTOBER) for deal in deals),
        *(paid("ann", deal, "10.00", OCTOBER) for deal in deals),
    )
    company.close_month(OCTOBER)
    printed = pdf(company, language=Language.BG)
    pages = len(PdfReader(BytesIO(printed)).pages)
    assert pages > 1
    text = text_of(printed)
    assert f"стр. {pages} от {pages}" in text
    assert [deal for deal in deals if f"Сделка {deal}: " not in text] == []
    assert "Отложена част до изпълнение на условието" in text


def test_every_word_of_the_paper_exists_in_both_languages() -> None:
    for english, bulgarian in WORDS.values():
        assert english
        assert bulgarian
        assert sorted(re.findall(r"\{(\w+)\}", english)) == sorted(re.findall(r"\{(\w+)\}", bulgarian))
        assert not re.search("[а-я]", english)
        assert re.search("[а-я]", bulgarian)
    assert json.dumps(WORDS, ensure_ascii=False).count("удръжка") == 0
