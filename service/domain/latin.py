"""Names in the letters that every bank of SEPA reads: Bulgarian as the law on transliteration writes it."""

from __future__ import annotations

import re
import unicodedata

_BULGARIAN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "y", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h",
    "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sht", "ъ": "a", "ь": "y", "ю": "yu", "я": "ya", "ѝ": "i",
    # Russian letters that Bulgarian has not.
    "ё": "yo", "ы": "y", "э": "e",
}  # fmt: skip

_OTHERS = {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
"""Letters that lose no accent by which they become plain ones."""

_LETTERS = _BULGARIAN | _OTHERS

_UNREAD = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
"""What the guidelines of the European Payments Council do not let through."""

_WORD = re.compile(r"\w+")


def latin(text: str) -> str:
    """The text in Latin letters; what has none becomes a full stop."""
    plain = unicodedata.normalize("NFKD", _WORD.sub(_word, text))
    bare = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(_UNREAD.sub(".", bare).split())


def _word(match: re.Match[str]) -> str:
    word = match[0]
    # At the end of a word "ия" is "ia": София is Sofia.
    small = re.sub("ия$", "ia", word.lower())
    spelled = "".join(_LETTERS.get(character, character) for character in small)
    if len(word) > 1 and word.isupper():
        return spelled.upper()
    return spelled.capitalize() if word.istitle() else "".join(map(_letter, word))


def _letter(character: str) -> str:
    found = _LETTERS.get(character.lower())
    if found is None:
        return character
    return found.capitalize() if character.isupper() else found
