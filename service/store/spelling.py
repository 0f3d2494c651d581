"""How many rows are written as one text, for the database to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

_SIGNS = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}

_KINDS = (str, int, date, bytes, type(None))


def rows_text(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows as a JSON array of objects."""
    kinds = {type(value) for row in rows for value in row.values()}
    for kind in kinds:
        _demand_known(kind)
    if datetime in kinds:
        for row in rows:
            for value in row.values():
                assert not isinstance(value, datetime) or value.tzinfo is not None, _ZONELESS
    if bytes in kinds:
        rows = [{name: _plain(value) for name, value in row.items()} for row in rows]
    return _WRITE.encode(rows).decode()


def lines_text(columns: Iterable[Sequence[object]]) -> str:
    """Columns as lines with tabs between the values, the format of COPY."""
    lines = map("\t".join, zip(*[_spelled(column) for column in columns], strict=True))
    return "\n".join(lines) + "\n"


def _spelled(values: Sequence[object]) -> Sequence[str]:
    """The values of a column, written; a column at a time, because most need nothing or are all the same.

    The driver would look up for each single value how to write it, which takes longer than the insert.
    """
    if values.count(values[0]) == len(values):
        return [_written(values[0])] * len(values)
    kinds = set(map(type, values))
    if kinds == {int}:
        return list(map(str, values))
    if kinds == {str}:
        whole = "".join(map(str, values))
        if not any(sign in whole for sign in _SIGNS):
            return list(map(str, values))
    return [_written(value) for value in values]


def _written(value: object) -> str:
    if value is None:
        return "\\N"
    _demand_known(type(value))
    assert not isinstance(value, datetime) or value.tzinfo is not None, _ZONELESS
    text = str(_plain(value))
    for sign, escaped in _SIGNS.items():
        text = text.replace(sign, escaped)
    return text


def _demand_known(kind: type) -> None:
    assert issubclass(kind, _KINDS), f"{kind.__name__} has no place in a bulk statement"


def _plain(value: object) -> object:
    return f"\\x{value.hex()}" if isinstance(value, bytes) else value


_ZONELESS = "a time without a zone reached the database"

_WRITE = msgspec.json.Encoder()
