"""Moods: words for a stage that describe how somebody feels instead of what happened, in three languages."""

from __future__ import annotations

import re

MOODS = frozenset(
    {
        "in progress",
        "thinking",
        "client is thinking",
        "customer is thinking",
        "considering",
        "interested",
        "follow up",
        "follow-up",
        "working",
        "working on it",
        "working with the client",
        "working with the customer",
        "negotiation",
        "negotiating",
        "waiting",
        "pending",
        "on hold",
        "undecided",
        "nurturing",
        "hot",
        "warm",
        "cold",
        "new",
        "active",
        "open",
        "in work",
        "клиентът мисли",
        "мисли",
        "мисли си",
        "клиентът обмисля",
        "клиентът си мисли",
        "ще мисли",
        "обмисля",
        "колебае се",
        "проследяване",
        "на изчакване",
        "в изчакване",
        "активен",
        "отворен",
        "в процес",
        "работим",
        "работим с клиента",
        "преговори",
        "изчакване",
        "чакаме",
        "чака",
        "интересува се",
        "горещ",
        "топъл",
        "студен",
        "нов",
        "нова",
        "клиент думает",
        "думает",
        "клиент размышляет",
        "размышляет",
        "сомневается",
        "интересуется",
        "в ожидании",
        "на паузе",
        "в процессе",
        "активный",
        "в работе",
        "работаем с клиентом",
        "переговоры",
        "ожидание",
        "ждём",
        "ждем",
        "заинтересован",
        "горячий",
        "тёплый",
        "теплый",
        "холодный",
        "новый",
    }
)
"""Whole names of stages; a title that only contains such a word ("New subscription signed") is a fact and stays."""

_SPACES = re.compile(r"[\s_]+")


def mood_in(text: str) -> str:
    """The state of mind that a stage is named after, or nothing."""
    plain = _SPACES.sub(" ", text.casefold()).strip(" .!…")
    return plain if plain in MOODS else ""
