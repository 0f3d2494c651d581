"""The document of a plan says every rule in both languages, and every number in it is the plan's."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from service.plans import Plan
from service.plans.kinds import KINDS
from service.plans.paper import as_html, inner_html, paper
from service.plans.paper.wording import NAMES, PHRASES, SENTENCES
from tests.plans.builders import HEAD, plan_of
from tests.plans.test_fast import CURVES, EVERYTHING

RULES = """
base: {kind: fixed, label: Fixed, label_bg: Основна, amount: employee.fixed_salary}
pay: {kind: tiers, label: Pay <b>, label_bg: Плащане, mode: whole,
  measure: attainment.collected, base: metric.collected,
  tiers: [{from: 0%, rate: 1%}, {above: 80%, rate: 4.25%}]}
open: {kind: gate, label: Gate, otherwise: 50%, applies_to: [pay],
  require: [attainment.calls >= 80%, metric.meetings > 5]}
new: {kind: kicker, label: New, amount: param.price, per: metric.won, above: 2, max_units: 10}
"""
MORE = """
params: {price: {2026-01-01: 250, 2026-11-01: 300}}
examples:
  - name: A month
    given:
      employee: {fixed_salary: 1000}
      calendar: {workdays: 21, worked_days: 21}
      target: {calls: 100, collected: 60_000}
      metric: {calls: 90, meetings: 9, collected: 60_000, won: 5}
    expect: {total: 4450.00}
"""


def small() -> Plan:
    return plan_of(RULES, more=MORE)


def test_a_rule_is_said_in_plain_words_with_its_numbers() -> None:
    sections = {section.title: section for section in paper(small(), "en").sections}
    assert sections["Fixed"].sentences == ("You get your fixed salary a month, for the days worked.",)
    assert sections["Pay <b>"].rows == ("from 0%: 1%", "above 80%: 4.25%")
    assert sections["New"].sentences == ("You get 300.00 for each of “Deals won” above 2, for at most 10 of them.",)
    gate = next(section for title, section in sections.items() if title == "Gate")
    assert gate.rows == ("the attainment of “Calls” is at least 80%", "“Meetings” is more than 5")


def test_the_bulgarian_document_uses_the_bulgarian_labels() -> None:
    document = paper(small(), "bg")
    assert [section.title for section in document.sections][:1] == ["Основна"]
    assert document.sections[0].sentences == ("Получавате основната си заплата на месец, за отработените дни.",)


@pytest.mark.parametrize(
    ("when", "otherwise", "said"),
    [
        ("paid_in_full", "pay", ("20% of “Pay” is kept until the customer has paid in full.", "is paid then.")),
        ("paid_pro_rata", "forfeit", ("20% of “Pay” is kept, and released as the customer pays", "not paid any more.")),
    ],
)
def test_it_says_when_what_is_kept_is_released_and_what_becomes_of_the_rest(
    when: str, otherwise: str, said: tuple[str, str]
) -> None:
    kept = plan_of(
        "pay: {kind: rate, label: Pay, base: metric.collected, rate: 1%}\n"
        "kept: {kind: holdback, label: Kept, lines: [pay], share: 20%, "
        f"release: {{when: deal.{when}, within: 90d, otherwise: {otherwise}}}}}"
    )
    sentences = next(section.sentences for section in paper(kept, "en").sections if section.title == "Kept")
    assert sentences[0].startswith(said[0])
    assert sentences[1].startswith("What is still kept 90 days after the month is ")
    assert sentences[1].endswith(said[1])


def test_the_examples_are_worked_out_and_not_typed() -> None:
    [example] = paper(small(), "en").examples
    assert example.rows[-1] == ("Total of the month", "4,450.00")
    assert ("Pay <b>", "2,550.00") in example.rows
    assert ("— 60,000.00 x 4.25%, the tier reached at 100%", "") in example.rows


def test_the_chart_is_well_formed_and_inside_its_frame() -> None:
    drawing = ET.fromstring(paper(small(), "en").chart)  # noqa: S314  our own text
    line = next(item for item in drawing if item.tag.endswith("polyline"))
    points = [tuple(int(number) for number in pair.split(",")) for pair in line.attrib["points"].split()]
    assert len(points) > 20
    assert all(0 <= x <= 640 and 0 <= y <= 280 for x, y in points)


def test_nothing_an_author_wrote_becomes_markup() -> None:
    page = as_html(paper(small(), "en"))
    assert "Pay &lt;b&gt;" in page
    assert "<b>" not in page
    assert small().content_hash in page


def test_it_says_which_version_it_is_and_has_a_place_to_sign() -> None:
    head = HEAD.replace(
        "effective: {from: 2026-11-01}", 'version: "2026-11"\neffective: {from: 2026-11-01, to: 2026-12-31}'
    )
    plan = plan_of(RULES, more=MORE, head=head)
    page = as_html(paper(plan, "bg"))
    assert "Версия 2026-11, в сила от 1.11.2026, до 31.12.2026" in page
    assert "Приложение към вътрешните правила за работната заплата" in page
    assert "Запознат(а) съм: име, дата, подпис" in page
    assert "@page { size: A4" in page


def test_a_page_with_a_heading_of_its_own_takes_the_document_in_one_level_deeper() -> None:
    inside = inner_html(as_html(paper(small(), "en")))
    assert re.findall(r"<(h\d)>(.*?)</", inside)[:3] == [("h2", "Closer"), ("h3", "Fixed"), ("h3", "Gate")]
    assert "<h1>" not in inside
    assert not any(tag in inside for tag in ("<style", "<body", "</html"))


@pytest.mark.parametrize("language", ["en", "bg"])
def test_every_kind_has_its_sentence_in_both_languages(language: str) -> None:
    plan = plan_of(EVERYTHING, more=CURVES)
    document = paper(plan, language)
    assert {rule.kind for rule in plan.rules} == set(KINDS)
    assert len(document.sections) == len(plan.rules)
    for section in document.sections:
        assert all(text and "{" not in text for text in (*section.sentences, *section.rows)), section
        assert not re.search(r"\b(metric|attainment|target|param|employee)\.", " ".join(section.sentences[:1])) or (
            "if(" in section.sentences[0] or "abs(" in section.sentences[0]
        )


def test_both_languages_have_the_same_holes() -> None:
    for english, bulgarian in (*SENTENCES.values(), *PHRASES.values(), *NAMES.values()):
        assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", bulgarian))


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        paper(small(), "fr")


GAME = """
points:
  call:  {kind: per, label: Call, metric: calls, each: 0.5, daily_max: 40}
  done:  {kind: when, label: Done, when: attainment.calls >= 100%, points: 1}
  chain: {kind: streak, label: Chain, when: attainment.calls >= 100%, rewards: {3: 50}, freezes_per_month: 1}
badges:
  rich: {label: Rich, when: lifetime.collected >= 100_000}
pools:
  fund:
    label: Fund
    fund: {base: team.collected, rate: 0.5%, when: team.at_standard >= 70%, max: 6_000}
    members: subordinates_all
    eligible: metric.calls >= 10
    share_by: points.total
    member_max: 40%
"""


@pytest.mark.parametrize(
    ("language", "title", "words"),
    [
        ("en", "Call", "You get 0.5 points for each of “Calls”, at most 40 a day."),
        ("bg", "Done", "Получавате 1 точка за работен ден, в който изпълнението на"),
        ("en", "Chain", "Days off and absences neither extend nor break a row of days."),
        ("en", "Chain", "3 days: 50 points"),
        ("bg", "Chain", "3 дни: 50 точки"),
        (
            "en",
            "Rich",
            "once, when over all your time here “Money received” is at least 100,000.00.",
        ),
        ("en", "Fund", "A fund of 0.5% of “Team money”, at most 6,000.00 is shared among everybody in the team, once"),
        ("en", "Fund", "A member takes part if “Calls” is at least 10. It is shared by their points."),
        ("en", "Fund", "Nobody gets more than 40% of it"),
        ("bg", "Fund", "Разпределя се според техните точки."),
    ],
)
def test_what_a_plan_gives_beside_its_lines_is_said_too(language: str, title: str, words: str) -> None:
    plan = plan_of("pay: {kind: kicker, label: P, amount: 5}", more=GAME)
    (section,) = [item for item in paper(plan, language).sections if item.title == title]
    assert words in " ".join([*section.sentences, *section.rows])
