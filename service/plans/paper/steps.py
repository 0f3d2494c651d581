"""Steps: what a line is made of, in the words and signs of the people they are for, from the steps of its rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from service.domain.event import JsonValue
from service.domain.figures import GAP, MINUS
from service.plans.kinds.reader import Aside, Detail, Subject
from service.plans.paper.spoken import Speaker
from service.plans.paper.wording import phrase
from service.plans.plan import Rule
from service.plans.render import SHOWN_PLACES

WORDS: Mapping[str, str] = {
    " ": " ",
    ": ": ": ",
    " x ": " x ",
    " of ": " от ",
    " and ": " и ",
    " above ": " над ",
    " between ": " между ",
    " gives ": " дава ",
    " days": " дни",
    ", at most ": ", най-много ",
    "once ": "еднократно ",
    "the whole ": "цялата сума ",
    "the formula gives ": "формулата дава ",
    " against a maximum of ": " при таван ",
    " against a minimum of ": " при долна граница ",
    " held back": " се отлагат",
    " topped up to ": " допълнени до ",
    " of what is above ": " от това, което е над ",
    ", at most the ": ", най-много от тези ",
    " advanced": " авансирани",
    " due, at most ": " дължими, най-много ",
    " of the variable part: ": " от променливата част: ",
    ", the tier reached at ": ", стъпката, достигната при ",
    " between the points around ": " между точките около ",
}
"""The words between the values of a step, each as a whole: the kinds of rules write no others."""

_VALUE = r"(\S+?)"

_NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d|[.,]\d)|(?<![\d.,])\d+\.\d+(?!\d|[.,]\d)")
"""A number with a point or with commas between thousands; a day like 1.11.2026 is none."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its words, and what it adds to the line, unrounded."""

    text: str
    amount: str


def steps_told(speaker: Speaker, rule: Rule | None, steps: Iterable[Mapping[str, JsonValue]]) -> Iterator[Step]:
    """The steps of an explanation as it was kept; the words around the values are those of the rule.

    Without the rule, or where the rule has other words by now, the step keeps its own.
    """
    details = rule.lowered.details if rule else ()
    for step in steps:
        text = str(step["text"])
        told = next((said for detail in details if (said := _told(speaker, detail, text))), text)
        told = numbers_in(speaker.language, told)
        if "deal" in step:
            told = phrase("of_deal", speaker.language, deal=str(step["deal"]), text=told)
        yield Step(told, sum_in(speaker.language, str(step["amount"])))


def _told(speaker: Speaker, detail: Detail, text: str) -> str:
    """A step in other words; empty if it was not made of this detail."""
    found = re.fullmatch("".join(re.escape(part) if isinstance(part, str) else _VALUE for part in detail.text), text)
    if found is None:
        return ""
    values = iter(found.groups())
    said = [_said(speaker, part) if isinstance(part, str) else next(values).replace("-", MINUS) for part in detail.text]
    return re.sub(" +", " ", "".join(said))


def _said(speaker: Speaker, words: str) -> str:
    match words:
        case Aside() | "":
            return ""
        case Subject():
            family, _, key = words.rpartition(".")
            return speaker.metric(family, key) if family else speaker.standard(key)
        case _:
            return WORDS[words] if speaker.language == "bg" else words


def numbers_in(language: str, text: str) -> str:
    """A text with its numbers as the language writes them: 1,234.50 in English, 1 234,50 in Bulgarian."""
    if language != "bg":
        return text
    return _NUMBER.sub(lambda found: found[0].replace(",", GAP).replace(".", ","), text)


def sum_in(language: str, written: str) -> str:
    """An amount in plain digits as people write it: 1234.5 becomes 1,234.50; a long one is cut, with an ellipsis."""
    sign, digits = (MINUS, written[1:]) if written.startswith("-") else ("", written)
    whole, _, places = digits.removesuffix("…").partition(".")
    if not whole.isdigit():
        return written
    ending = "…" if digits.endswith("…") or len(places) > SHOWN_PLACES else ""
    return sign + numbers_in(language, f"{int(whole):,}.{places[:SHOWN_PLACES]:0<2}") + ending
