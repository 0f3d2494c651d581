"""The plan as a document for the people it pays: sentences, a chart, and the examples worked out, in two languages."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
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
from service.plans.paper.spoken import Speaker
from service.plans.paper.wording import LANGUAGES, phrase
from service.plans.plan import Plan
from service.plans.render import money_text

MAX_EXAMPLES = 6
"""Examples worked out in a document; it should print on a few pages."""


@dataclass(frozen=True, slots=True)
class Worked:
    """One example worked out: its name, and rows of words and amounts, the last one the total."""

    name: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """The document of a plan in one language; `chart` is inline SVG."""

    language: str
    title: str
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
        plan_hash=plan.content_hash,
        sections=tuple(sections(speaker)),
        chart=chart(speaker, given[0][1]) if given else "",
        examples=tuple(_worked(speaker, name, one) for name, one in given),
    )


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
    total = phrase("total", speaker.language), _money(evaluation.total_minor)
    return Worked(name, (*rows, total))


def _rows(speaker: Speaker, line: Line) -> list[tuple[str, str]]:
    steps = line.explanation["steps"]
    assert isinstance(steps, list)
    texts = [f"— {step['text']}" for step in steps if isinstance(step, dict)]
    return [(speaker.title(line.label, line.label_bg), _money(line.amount_minor)), *((text, "") for text in texts)]


def _money(minor: int) -> str:
    return money_text(Fraction(minor, MINOR_PER_UNIT))


def as_html(document: Paper) -> str:
    """The document as a page that prints."""
    body = [f"<h1>{escape(document.title)}</h1>", document.chart]
    for section in document.sections:
        rows = "".join(f"<li>{escape(row)}</li>" for row in section.rows)
        said = " ".join(escape(text) for text in section.sentences)
        body.append(f"<h2>{escape(section.title)}</h2><p>{said}</p>{f'<ul>{rows}</ul>' if rows else ''}")
    if document.examples:
        body.append(f"<h2>{escape(phrase('example', document.language))}</h2>")
    for example in document.examples:
        rows = "".join(f"<tr><td>{escape(text)}</td><td>{escape(amount)}</td></tr>" for text, amount in example.rows)
        body.append(f"<h3>{escape(example.name)}</h3><table>{rows}</table>")
    body.append(f"<p><small>{document.plan_hash}</small></p>")
    page = "\n".join(body)
    head = f'<meta charset="utf-8"><title>{escape(document.title)}</title>'
    return f'<!doctype html><html lang="{document.language}"><head>{head}</head><body>\n{page}\n</body></html>\n'
