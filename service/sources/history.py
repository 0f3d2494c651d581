"""Files of history: NDJSON, CSV and Parquet read row by row, brought to lines of JSON and cut into parts."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from math import isfinite
from typing import BinaryIO

from service.domain.delivery import Delivery, Sent, new_delivery_id
from service.domain.errors import MalformedError, UnsupportedError
from service.domain.event import JsonValue, canonical_json
from service.sources.event_types import FIELDS, Shape
from service.sources.native import KEYS, MAX_ITEM_BYTES, MAX_ITEMS
from service.sources.ndjson import read_lines

PART_BYTES = 1024 * 1024
"""Bytes of a part: with the rows of one batch it is what a transaction takes, and all of a file that is ever held."""

ROWS_AT_ONCE = MAX_ITEMS
"""Rows of a part: a batch."""

PARQUET_ROWS = 1_000
"""Rows of a Parquet file that are unpacked at once."""

MAX_DIGITS = 38
"""Digits of a whole number in a cell; what is longer stays a text and is refused as such."""

_OWN_COLUMNS = KEYS - {"data", "credit"}
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


class HistoryFormat(StrEnum):
    """How a file is written."""

    NDJSON = "ndjson"
    CSV = "csv"
    PARQUET = "parquet"


class RowTooLongError(MalformedError):
    """A row that no event could fill."""

    code = "row_too_long"

    def __init__(self, row: int) -> None:
        super().__init__(f"Row {row} is longer than the {MAX_ITEM_BYTES} bytes that one event may have.")


class CsvBrokenError(MalformedError):
    """A file that is not CSV in UTF-8."""

    code = "invalid_csv"

    def __init__(self, line: int) -> None:
        super().__init__(
            f"The row that begins on line {line} is not CSV in UTF-8: look for a quote that is not closed, or save the "
            "file as UTF-8."
        )


class CsvHeadingError(MalformedError):
    """A CSV file whose first line does not name its columns."""

    code = "csv_heading"

    def __init__(self, lacking: Iterable[str], double: Iterable[str]) -> None:
        found = [f"it lacks {name}" for name in lacking] + [f"it has {name[:64]} twice" for name in double]
        super().__init__(
            f"Line 1 must name the columns, once each, with id, type and time among them: {', '.join(found)}."
        )


class CsvRowError(MalformedError):
    """A row with more or fewer cells than the heading."""

    code = "csv_row"

    def __init__(self, line: int, cells: int, columns: int) -> None:
        super().__init__(
            f"Line {line} has {cells} cells and the heading has {columns}. Give each row as many as the heading, and "
            "put a cell that holds a comma or a line break in quotes."
        )


class ParquetBrokenError(MalformedError):
    """A file that is not Parquet, or breaks off."""

    code = "invalid_parquet"

    def __init__(self) -> None:
        super().__init__("The file is not Parquet, or it is cut off or broken. Write it again.")


class ParquetMissingError(UnsupportedError):
    """Parquet without the library that reads it."""

    code = "parquet_not_installed"

    def __init__(self) -> None:
        super().__init__("Parquet is read with pyarrow, which is not installed. Install stimul[parquet], or write CSV.")


def lines_of(file: BinaryIO, style: HistoryFormat) -> Iterator[bytes]:
    """The rows of a file as lines of JSON, one at a time; empty lines are passed by."""
    match style:
        case HistoryFormat.NDJSON:
            return _ndjson(file)
        case HistoryFormat.CSV:
            return (_line(row) for row in _csv(file))
        case HistoryFormat.PARQUET:
            return (_line(row) for row in _parquet(file))


def history_sent(lines: bytes, source_id: str, who: str, *, now: datetime) -> Sent:
    """A part of a file as a delivery, like the same lines sent to /v1/events."""
    items = read_lines(lines, source_id)
    delivery = Delivery(
        delivery_id=new_delivery_id(),
        source_id=source_id,
        received_at=now,
        content_type="application/x-ndjson",
        body=lines,
        body_hash=hashlib.sha256(lines).hexdigest(),
        items=len(items),
        credential=who,
    )
    return Sent(delivery, items)


def parts_of(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """The lines in parts of at most a batch; the same file always falls into the same parts."""
    part: list[bytes] = []
    size = 0
    for line in lines:
        if part and (len(part) == ROWS_AT_ONCE or size + len(line) > PART_BYTES):
            yield part
            part, size = [], 0
        part.append(line)
        size += len(line) + 1
    if part:
        yield part


def _ndjson(file: BinaryIO) -> Iterator[bytes]:
    row = 0
    while line := file.readline(MAX_ITEM_BYTES + 2):
        row += 1
        if len(line) > MAX_ITEM_BYTES + 1:
            raise RowTooLongError(row)
        if line.strip():
            yield line.rstrip(b"\r\n")


def _csv(file: BinaryIO) -> Iterator[Mapping[str, object]]:
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    reader = csv.reader(text, strict=True)
    line = 1
    try:
        heading = next(reader, [])
        _demand_columns(heading)
        line = reader.line_num + 1
        for cells in reader:
            if cells and len(cells) != len(heading):
                raise CsvRowError(line, len(cells), len(heading))
            if cells:
                yield dict(zip(heading, cells, strict=True))
            line = reader.line_num + 1
    except UnicodeDecodeError as error:
        # Read ahead in pieces: the broken byte stands as many lines further on as the piece has before it.
        raise CsvBrokenError(reader.line_num + 1 + error.object[: error.start].count(b"\n")) from None
    except csv.Error:
        raise CsvBrokenError(line) from None
    finally:
        # The file is its opener's to close.
        with suppress(ValueError):
            text.detach()


def _demand_columns(heading: Sequence[str]) -> None:
    lacking = [name for name in ("id", "type", "time") if name not in heading]
    double = [name for name, count in Counter(heading).items() if count > 1]
    if lacking or double:
        raise CsvHeadingError(lacking, double)


def _parquet(file: BinaryIO) -> Iterator[Mapping[str, object]]:
    try:
        from pyarrow import ArrowException  # noqa: PLC0415 - a large library that few need
        from pyarrow.parquet import ParquetFile  # noqa: PLC0415 - as above
    except ImportError:
        raise ParquetMissingError from None
    try:
        for batch in ParquetFile(file).iter_batches(PARQUET_ROWS):
            yield from batch.to_pylist()
    except (ArrowException, OSError):
        raise ParquetBrokenError from None


def _line(row: Mapping[str, object]) -> bytes:
    """A row with one column for each field: ours by their names, all others as fields of data."""
    given = {name: value for name, value in row.items() if value is not None and value != ""}
    kind = str(given.get("type", ""))
    document: dict[str, object] = {name: _own(name, given[name]) for name in _OWN_COLUMNS & given.keys()}
    document["data"] = {
        name.removeprefix("data."): _told(kind, name.removeprefix("data."), value)
        for name, value in given.items()
        if name not in _OWN_COLUMNS
    }
    return canonical_json(document).encode("utf-8", "surrogatepass")


def _own(name: str, value: object) -> JsonValue:
    if name == "version" and isinstance(value, str) and value.isdecimal() and len(value) <= MAX_DIGITS:
        return int(value)
    return _plain(value)


def _told(kind: str, name: str, value: object) -> JsonValue:
    """A cell as JSON would have it: CSV knows texts alone."""
    field = FIELDS.get(kind, {}).get(name)
    if not isinstance(value, str) or field is None:
        return _plain(value)
    if field.shape is Shape.COUNT and value.isdecimal() and len(value) <= MAX_DIGITS:
        return int(value)
    if field.shape is Shape.FLAG:
        return _FLAGS.get(value.lower(), value)
    return value


def _plain(value: object) -> JsonValue:
    match value:
        case bool() | int() | str() | Decimal() | None:
            return value
        case float():
            return Decimal(repr(value)) if isfinite(value) else str(value)
        case datetime() | date():
            return value.isoformat()
        case _:
            return json.dumps(value, default=str)
