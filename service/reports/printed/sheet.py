"""The content of a printed statement: what stands where, in the language of the reader, every figure from its document.

A page and a PDF show the same sheet, so that they cannot say different things.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service.domain import figures
from service.domain.earning import ADJUSTMENT, Disposition, month_name
from service.domain.figures import Language
from service.domain.money import parse_minor
from service.domain.period import Period
from service.plans import Plan, plan_from_document
from service.plans.paper.spoken import Speaker
from service.plans.paper.told import Reason, Told, told
from service.reports.company import company_timezone
from service.reports.earnings import FIXED
from service.reports.printed.words import word
from service.reports.roles import usual_title
from service.reports.statement import Statement
from service.store.plans import get_document

Document = Mapping[str, Any]
"""A statement's document, as it was hashed."""


@dataclass(frozen=True, slots=True)
class Why:
    """One reason under a line, and what it adds if it is a step of the sum."""

    text: str
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what it is for, its amount, its reasons, what each deal has in it, and what it corrects if it does."""

    label: str
    amount: str
    why: tuple[Why, ...]
    deals: tuple[str, ...]
    change: str


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading, with their sum where more than one sum is told."""

    title: str
    rows: tuple[Row, ...]
    sum_minor: int
    sum: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything a printed statement says, as text; amounts carry their currency."""

    language: Language
    title: str
    month: str
    facts: tuple[tuple[str, str], ...]
    headline: str
    payable: str
    standards: tuple[tuple[str, ...], ...]
    standards_head: tuple[str, ...]
    paid: tuple[Group, ...]
    total: str
    besides: tuple[Group, ...]
    balances: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    document_hash: str

    def say(self, key: str, **values: str) -> str:
        """A word of the catalogue in the language of the sheet."""
        return word(key, self.language, **values)


class Composer:
    """Composes the sheets of statements in one language; what many share is looked up once."""

    def __init__(self, session: Session, language: Language) -> None:
        self._session = session
        self._language = language
        self._plans: dict[str, Plan] = {}

    def sheet(self, statement: Statement, *, salary: bool = True) -> Sheet:
        """The sheet of a statement; without `salary` the agreed salary is left out, for whoever may not see it.

        The words of the reasons are those of the plan that each line names; the numbers are those of the document.
        """
        document = statement.document if salary else _without_salary(statement.document)
        return _Sheet(self, statement, document, self._language).composed()

    def plan(self, plan_hash: str) -> Plan:
        """The plan of a hash."""
        if plan_hash not in self._plans:
            self._plans[plan_hash] = plan_from_document(get_document(self._session, plan_hash))
        return self._plans[plan_hash]

    def issued_on(self, at: datetime) -> date:
        """The company's day of a moment."""
        return at.astimezone(ZoneInfo(company_timezone(self._session, at))).date()


def _without_salary(document: Document) -> Document:
    return {**document, "lines": [line for line in document["lines"] if line["kind"] != FIXED]}


class _Sheet:
    """One sheet in the making."""

    def __init__(self, composer: Composer, statement: Statement, document: Document, language: Language) -> None:
        self._composer = composer
        self._statement = statement
        self._document = document
        self._language = language
        self._period = Period.parse(document["period"])
        self._say = partial(word, language=language)

    def composed(self) -> Sheet:
        paid = [
            self._group("earned", Disposition.PAYABLE, lambda line: line["month"] == self._document["period"]),
            self._group("earlier", Disposition.PAYABLE, lambda line: line["month"] != self._document["period"]),
        ]
        besides = [
            self._group("undecided", Disposition.PROPOSED),
            self._group("forfeited", Disposition.FORFEITED),
            self._group("information", Disposition.INFORMATION),
        ]
        month = month_name(self._period, self._language)
        payable = self._written(self._document["payable"])
        return Sheet(
            language=self._language,
            title=self._say("title"),
            month=month,
            facts=tuple(self._facts()),
            headline=self._say("headline", month=month),
            payable=payable,
            standards=tuple(self._standards()),
            standards_head=tuple(map(self._say, ("standard", "target", "actual", "attainment", "weight"))),
            paid=tuple(group for group in paid if group.rows),
            total=payable,
            besides=tuple(group for group in besides if group.rows),
            balances=tuple(self._balances()),
            notes=(self._say("gross"), self._say("ask")),
            document_hash=self._statement.document_hash,
        )

    def _facts(self) -> Iterator[tuple[str, str]]:
        document, issued = self._document, self._statement.issued_at
        yield self._say("employee"), document["name"]
        if document["role"]:
            yield self._say("role"), usual_title(document["role"], self._language)
        if document["team"]:
            yield self._say("team"), document["team"]
        for item in document["plans"]:
            plan = self._composer.plan(item["hash"])
            title = (plan.title_bg if self._language is Language.BG else plan.title) or plan.id
            version = item.get("version")
            yield self._say("plan"), self._say("plan_version", title=title, version=version) if version else title
        yield self._say("status"), self._say(self._statement.status)
        if issued is not None:
            yield self._say("issued"), f"{self._composer.issued_on(issued):%d.%m.%Y}"
            yield self._say("statement_version"), str(document["version"])

    def _standards(self) -> Iterator[tuple[str, ...]]:
        for item in self._document["scorecard"].get("standards", []):
            value = partial(figures.value, value_type=item["value_type"], language=self._language)
            reached = item["attainment"]
            yield (
                (item["title_bg"] if self._language is Language.BG else item["title"]) or item["id"],
                value(Fraction(item["target"])) if item["target"] is not None else "–",
                value(Fraction(item["actual"])),
                figures.percent_cut(Fraction(reached), self._language) if reached is not None else "–",
                figures.percent_cut(Fraction(item["weight"]), self._language),
            )

    def _balances(self) -> Iterator[tuple[str, str]]:
        for key in ("held", "draw"):
            if parse_minor(self._document["balances"][key]):
                yield self._say(key), self._written(self._document["balances"][key])

    def _group(self, title: str, disposition: Disposition, wanted: Callable[[Document], bool] = bool) -> Group:
        lines = [line for line in self._document["lines"] if line["disposition"] == disposition and wanted(line)]
        sum_minor = sum(parse_minor(line["amount"]) for line in lines)
        said = self._say(title, month=month_name(self._period, self._language))
        return Group(said, tuple(map(self._row, lines)), sum_minor, self._money(sum_minor))

    def _row(self, line: Document) -> Row:
        label = (self._language is Language.BG and line["label_bg"]) or line["label"] or line["rule"]
        amount = self._written(line["amount"])
        return Row(label, amount, tuple(self._why(line)), tuple(self._deals(line)), self._change(line))

    def _change(self, line: Document) -> str:
        """What a correction finds: the amount posted before, and what is due on everything known now."""
        explanation = line["explanation"]
        if line["kind"] != ADJUSTMENT or "posted" not in explanation:
            return ""
        before, after = self._written(explanation["posted"]), self._written(explanation["entitled"])
        return f"{self._say('before', amount=before)} → {self._say('after', amount=after)}"

    def _why(self, line: Document) -> Iterator[Why]:
        plan_hash = line.get("plan", "")
        if plan_hash:
            speaker = Speaker(self._composer.plan(plan_hash), self._language, Period.parse(line["month"]))
            explanation = line["explanation"]
            if line["kind"] == ADJUSTMENT:
                # Before and after stand beside the label.
                explanation = {key: item for key, item in explanation.items() if key not in {"posted", "entitled"}}
            yield from self._reasons(told(speaker, line["rule"], explanation))

    def _reasons(self, why: Told) -> Iterator[Why]:
        yield from (Why(self._reason(item)) for item in why.conditions)
        yield from (Why(step.text, step.amount) for step in why.steps)
        for factor in why.factors:
            yield Why(self._say("multiplied", label=factor.label, factor=factor.factor))
            yield from (Why(self._reason(item)) for item in factor.because)
        yield from (Why(text) for text in why.besides)

    def _reason(self, reason: Reason) -> str:
        if reason.holds is None:
            return reason.text
        return f"{reason.text} ({self._say('met' if reason.holds else 'unmet')})"

    def _deals(self, line: Document) -> Iterator[str]:
        let_go: Sequence[Document] = line["explanation"].get("deals", ())
        for item in let_go:
            deal = item["deal"] or self._say("no_deal")
            amount, because = self._written(item["amount"]), self._say(item["because"])
            yield self._say("deal_because", deal=deal, amount=amount, because=because)
        for item in () if let_go else line.get("deals", ()):
            deal = item["deal"] or self._say("no_deal")
            yield self._say("deal", deal=deal, amount=self._written(item["amount"]))

    def _written(self, amount: str) -> str:
        return self._money(parse_minor(amount))

    def _money(self, amount_minor: int) -> str:
        # An estimate does not name its currency.
        return figures.money(amount_minor, self._language, self._document.get("currency", "EUR"))
