"""The plan as a document for the people it pays: sentences, a chart, and the examples worked out, in two languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial
from html import escape

from service.domain.errors import StimulError
from service.domain.money import MINOR_PER_UNIT
from service.domain.period import Period
from service.plans.evaluate import Line
from service.plans.examples import examples_of
from service.plans.explain import evaluate
from service.plans.given import FIRST_PERIOD, Given, given_to_inputs
from service.plans.paper.chart import chart
from service.plans.paper.composed import Section, sections
from service.plans.paper.shared import shared
from service.plans.paper.spoken import Speaker
from service.plans.paper.steps import numbers_in
from service.plans.paper.told import told
from service.plans.paper.wording import LANGUAGES, phrase
from service.plans.plan import Plan
from service.plans.render import money_text

BODY_BEGINS, BODY_ENDS = "<body>", "</body>"

STYLE = """
@page { size: A4; margin: 20mm 18mm 22mm }
:root { color-scheme: light; font: 11pt/1.45 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #17202b; background: #fff }
body { overflow-wrap: break-word }
h1 { margin: 0; font-size: 20pt; line-height: 1.2 }
h2 { margin: 1.4em 0 .2em; font-size: 12.5pt }
h3 { margin: 1.2em 0 .3em; font-size: 11pt }
h1, h2, h3 { break-after: avoid }
p, ul { margin: 0 0 .4em; orphans: 3; widows: 3 }
ul { padding-left: 1.3em }
section, figure, tr, .sign { break-inside: avoid }
figure { margin: 1.2em 0 }
svg { display: block; width: 100%; max-height: 80mm }
table { width: 100%; border-collapse: collapse }
th, td { padding: .25em 0; border-top: 1px solid #c8d0da; font-weight: 400; text-align: left; vertical-align: top }
td + td, th + td { padding-left: 1em; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
.step td { padding: 0 0 .25em 1em; border: 0; color: #4b5868; font-size: 9.5pt }
.total th, .total td { border-top: 2px solid #17202b; font-weight: 600 }
.annex, .holds, .hash { color: #4b5868; font-size: 9.5pt }
.hash { margin-top: 2em; border-top: 1px solid #c8d0da; padding-top: .6em }
.hash code { overflow-wrap: anywhere }
.sign { margin: 2.4em 0 0; padding-top: .3em; border-top: 1px solid #17202b; max-width: 26rem; font-size: 9.5pt }
@media print { body { max-width: none; margin: 0; padding: 0 } }
"""
"""How the document looks on a screen and on A4; black on white, no colour that a printer would need."""

MAX_EXAMPLES = 6
"""Examples worked out in a document; it should print on a few pages."""


@dataclass(frozen=True, slots=True)
class Worked:
    """One example worked out: its name, and rows of words and amounts, the last one the total."""

    name: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """The document of a plan in one language; `holds` says which version it is and from when; `chart` is inline SVG."""

    language: str
    title: str
    holds: str
    plan_hash: str
    sections: tuple[Section, ...]
    chart: str
    examples: tuple[Worked, ...]


def paper(plan: Plan, language: str, period: Period | None = None) -> Paper:
    """Compose the document of a plan; every number in it is computed or taken from the plan."""
    if language not in LANGUAGES:
        raise ValueError(language)
    month = period or (Period.of(plan.effective_from) if plan.effective_from else FIRST_PERIOD)
    speaker = Speaker(plan, language, month)
    given = _examples(plan)
    return Paper(
        language=language,
        title=speaker.title(plan.title, plan.title_bg),
        holds=_holds(plan, language),
        plan_hash=plan.content_hash,
        sections=tuple(_section(speaker, section) for section in (*sections(speaker), *shared(speaker))),
        chart=chart(speaker, given[0][1]) if given else "",
        examples=tuple(_worked(speaker, name, one) for name, one in given),
    )


def _holds(plan: Plan, language: str) -> str:
    """The version and from when to when it holds."""
    days = [_day(day) if day else "" for day in (plan.effective_from, plan.effective_to)]
    said = [
        phrase("version", language, version=plan.version) if plan.version else "",
        phrase("holds_from", language, day=days[0]) if days[0] else "",
        phrase("holds_to", language, day=days[1]) if days[1] else "",
    ]
    return ", ".join(text for text in said if text)


def _day(day: date) -> str:
    return f"{day.day}.{day.month:02}.{day.year}"


def _examples(plan: Plan) -> list[tuple[str, Given]]:
    found: list[tuple[str, Given]] = []
    for example in examples_of(plan)[0][:MAX_EXAMPLES]:
        try:
            given = given_to_inputs(plan, example.given)
            evaluate(plan, given.inputs, given.period)
        except StimulError:
            continue
        found.append((example.name, given))
    return found


def _worked(speaker: Speaker, name: str, given: Given) -> Worked:
    evaluation = evaluate(speaker.plan, given.inputs, given.period)
    rows = [row for line in evaluation.lines for row in _rows(speaker, line)]
    total = phrase("total", speaker.language), _money(evaluation.total_minor, speaker.language)
    return Worked(name, (*rows, total))


def _rows(speaker: Speaker, line: Line) -> list[tuple[str, str]]:
    texts = [f"— {step.text}" for step in told(speaker, line.rule, line.explanation).steps]
    amount = _money(line.amount_minor, speaker.language)
    return [(speaker.title(line.label, line.label_bg), amount), *((text, "") for text in texts)]


def _section(speaker: Speaker, section: Section) -> Section:
    say = partial(numbers_in, speaker.language)
    return Section(section.title, tuple(map(say, section.sentences)), tuple(map(say, section.rows)))


def _money(minor: int, language: str) -> str:
    return numbers_in(language, money_text(Fraction(minor, MINOR_PER_UNIT)))


def as_html(document: Paper) -> str:
    """The document as a page that prints, as an annex to the rules by which the company pays."""
    head = f'<meta charset="utf-8"><title>{escape(document.title)}</title><style>{STYLE}</style>'
    body = f"{BODY_BEGINS}\n{_written(document)}\n{BODY_ENDS}"
    return f'<!doctype html><html lang="{document.language}"><head>{head}</head>{body}</html>\n'


def inner_html(page: str) -> str:
    """What stands in the body of a document of ours, with headings one level deeper, for a page that has its own."""
    body = page.partition(BODY_BEGINS)[2].rpartition(BODY_ENDS)[0]
    for level in (3, 2, 1):
        body = body.replace(f"<h{level}>", f"<h{level + 1}>").replace(f"</h{level}>", f"</h{level + 1}>")
    return body


def _written(document: Paper) -> str:
    say = partial(phrase, language=document.language)
    parts = [
        f'<p class="annex">{escape(say("annex"))}</p>',
        f"<h1>{escape(document.title)}</h1>",
        f'<p class="holds">{escape(document.holds)}</p>',
        f"<figure>{document.chart}</figure>" if document.chart else "",
        *(_section_html(section) for section in document.sections),
        f"<h2>{escape(say('example'))}</h2>" if document.examples else "",
        *(_example_html(example) for example in document.examples),
        f'<p class="hash">{escape(say("hash"))} <code>{document.plan_hash}</code></p>',
        *(f'<p class="sign">{escape(say(who))}</p>' for who in ("for_company", "has_read")),
    ]
    return "\n".join(part for part in parts if part)


def _section_html(section: Section) -> str:
    rows = "".join(f"<li>{escape(row)}</li>" for row in section.rows)
    said = " ".join(escape(text) for text in section.sentences)
    return f"<section><h2>{escape(section.title)}</h2><p>{said}</p>{f'<ul>{rows}</ul>' if rows else ''}</section>"


def _example_html(example: Worked) -> str:
    rows = "".join(_row_html(text, amount) for text, amount in example.rows[:-1])
    text, amount = example.rows[-1]
    total = f'<tr class="total"><th scope="row">{escape(text)}</th><td>{escape(amount)}</td></tr>'
    return f"<section><h3>{escape(example.name)}</h3><table>{rows}{total}</table></section>"


def _row_html(text: str, amount: str) -> str:
    if not amount:
        return f'<tr class="step"><td colspan="2">{escape(text)}</td></tr>'
    return f'<tr><th scope="row">{escape(text)}</th><td>{escape(amount)}</td></tr>'
