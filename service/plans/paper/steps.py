"""Steps: the working of an example, and every number, in the words and signs of the people they are for."""

from __future__ import annotations

import re

from service.domain.figures import GAP
from service.plans.paper.spoken import Speaker

WORDS = (
    (" of the variable part: ", " от променливата част: "),
    (" due, at most ", " дължими, най-много "),
    (" of what is above ", " от това, което е над "),
    (", at most the ", ", най-много от тези "),
    (" advanced", " авансирани"),
    (" topped up to ", " допълнени до "),
    (" held back", " задържани"),
    (" against a maximum of ", " при най-много "),
    (" against a minimum of ", " при най-малко "),
    (", the tier reached at ", ", степента, достигната при "),
    (" between the points around ", " между точките около "),
    ("the formula gives ", "формулата дава "),
    ("the whole ", "цялата сума "),
    ("once ", "еднократно "),
    (", at most ", ", най-много "),
    (" between ", " между "),
    (" and ", " и "),
    (" above ", " над "),
    (" gives ", " дава "),
    (" of ", " от "),
    (" days", " дни"),
)
"""What the steps of an explanation are made of, the longer words before those that they hold."""

_SUBJECT = re.compile(r": ([\w.]*) (?=-?[\d,.]+%)(.*?)(?: by curve \w+)?( gives )")
"""In a step of a scorecard: the id of a standard or a metric, what was attained, and the curve."""

_NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d|[.,]\d)|(?<![\d.,])\d+\.\d+(?!\d|[.,]\d)")
"""A number with a point or with commas between thousands; a day like 1.11.2026 is none."""


def step_in(speaker: Speaker, text: str) -> str:
    """A step of an explanation with the titles of what it names, in the language of the speaker."""
    named = _SUBJECT.search(text)
    if named:
        text = f"{text[: named.start()]}: \0 {named[2]}{named[3]}{text[named.end() :]}"
    if speaker.language == "bg":
        for english, bulgarian in WORDS:
            text = text.replace(english, bulgarian)
    title = _title(speaker, named[1]) if named else ""
    return numbers_in(speaker.language, text).replace("\0 ", f"{title} " if title else "")


def numbers_in(language: str, text: str) -> str:
    """A text with its numbers as the language writes them: 1,234.50 in English, 1 234,50 in Bulgarian."""
    if language != "bg":
        return text
    return _NUMBER.sub(lambda found: found[0].replace(",", GAP).replace(".", ","), text)


def _title(speaker: Speaker, name: str) -> str:
    family, _, key = name.rpartition(".")
    return speaker.metric(family, key) if family else speaker.standard(key)
