"""How values are written inside the texts that carry whole columns to the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime


def array_text(values: Sequence[object]) -> str:
    """A column as one array."""
    return "{" + ",".join(_spelled(values, _IN_ARRAY)) + "}" if values else "{}"


def lines_text(columns: Iterable[Sequence[object]]) -> str:
    """Columns as lines with tabs between the values, the format of COPY."""
    lines = map("\t".join, zip(*[_spelled(column, _COPIED) for column in columns], strict=True))
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Spelling:
    """How values are written inside one kind of text."""

    null: str
    signs: Mapping[str, str]
    quote: str = ""


_COPIED = _Spelling("\\N", {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_IN_ARRAY = _Spelling("NULL", {"\\": "\\\\", '"': '\\"'}, '"')


def _spelled(values: Sequence[object], spelling: _Spelling) -> Sequence[str]:
    """The values of a column, written; a column at a time, because most need nothing or are all the same.

    The driver would look up for each single value how to write it, which takes longer than the insert.
    """
    if values.count(values[0]) == len(values):
        return [_written(values[0], spelling)] * len(values)
    kinds = set(map(type, values))
    if kinds == {int}:
        return list(map(str, values))
    if kinds == {str}:
        whole = "".join(map(str, values))
        if not any(sign in whole for sign in spelling.signs):
            return [f"{spelling.quote}{value}{spelling.quote}" for value in values]
    return [_written(value, spelling) for value in values]


def _written(value: object, spelling: _Spelling) -> str:
    if value is None:
        return spelling.null
    if isinstance(value, datetime):
        assert value.tzinfo is not None, "a time without a zone reached the database"
        return f"{spelling.quote}{value}{spelling.quote}"
    assert isinstance(value, _KINDS), f"{type(value).__name__} has no place in a bulk statement"
    text = f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)
    for sign, escaped in spelling.signs.items():
        text = text.replace(sign, escaped)
    return f"{spelling.quote}{text}{spelling.quote}"


_KINDS = (str, int, date, bytes)
