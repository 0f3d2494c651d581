"""Asterisk: the lines of its call detail records, as its CSV backend writes them, to calls that have ended."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from service.domain.change import Change
from service.domain.event import JsonValue
from service.domain.source import SourceKind
from service.sources.adapter import MAX_CHANGES, Account, Adapter, Message, Reading, unreadable
from service.sources.call import DURATION, Call, ended, number_hash, unclear
from service.sources.form import MASK
from service.sources.local_time import parse_time_in
from service.sources.signature import BASIC, BEARER, PATH_SECRET

COLUMNS = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata",
    "start", "answer", "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield",
)  # fmt: skip
"""The columns of Master.csv in its own order; a file with a header may have any others, such as linkedid."""

SHOWN = frozenset({"uniqueid", "linkedid", "start", "answer", "end", "duration", "billsec", "disposition", "sequence"})
"""Columns whose digits are kept as they are; in all others they may be somebody's number."""

_EXTENSION = re.compile(r"\d{1,5}", re.ASCII)
_OUTSIDE = re.compile(r"\+?\d{6,}", re.ASCII)
_CHANNEL = re.compile(r"[A-Za-z0-9]{1,20}/(?P<peer>[^@]{1,80}?)(?:@[^/]{0,80})?-[0-9a-fA-F]{1,16}(?:;\d)?")

CELL_CHARACTERS = 255
"""Most that is read of one cell."""

UNCLEAR = "uniqueid, start, duration or billsec is not legible, or the source has no time zone to read start in."

INTERNAL = "A call between two extensions of the exchange is nobody's sale."


def read(message: Message, account: Account) -> Reading:
    """The calls of some lines; each line is one call, whatever is wrong with the others."""
    changes: list[Change] = []
    ignored: list[str] = []
    for names, cells in _rows(message.body):
        record = dict(zip(names, cells, strict=False))
        if not record:
            changes.append(_unreadable(cells, message))
        elif _EXTENSION.fullmatch(record["src"]) and _EXTENSION.fullmatch(record["dst"]):
            ignored.append(INTERNAL)
        else:
            changes.append(_ended(record, account, message))
    return Reading(tuple(changes), tuple(ignored))


def _unreadable(cells: list[str], message: Message) -> Change:
    shown = Message(",".join(cells).encode(errors="replace"), message.received_at)
    return unreadable(SourceKind.ASTERISK, shown, f"A line has not the {len(COLUMNS)} columns of a call detail record.")


def _ended(record: Mapping[str, str], account: Account, message: Message) -> Change:
    start = parse_time_in(record["start"], account.timezone)
    end = parse_time_in(record["end"], account.timezone)
    length, talk = record["duration"], record["billsec"]
    legible = start is not None and DURATION.fullmatch(length) and DURATION.fullmatch(talk)
    refusal = None if legible and record["uniqueid"] else unclear(UNCLEAR)
    inward = bool(_OUTSIDE.fullmatch(record["src"])) and not _OUTSIDE.fullmatch(record["dst"])
    ours = _peer(record["dstchannel"]) or record["dst"] if inward else _peer(record["channel"]) or record["src"]
    started_at = start.instant if start else message.received_at
    length_s = int(length) if DURATION.fullmatch(length) else 0
    talk_s = int(talk) if DURATION.fullmatch(talk) else 0
    call = Call(
        call_id=record.get("linkedid") or record["uniqueid"],
        identity=f"{record['uniqueid']}:{record['dstchannel']}:{record['start']}" if record["uniqueid"] else "",
        direction="in" if inward else "out",
        started_at=started_at,
        # The length is exact where the clock was changed during the call, and the time of its end is not.
        ended_at=started_at + timedelta(seconds=length_s),
        talk_s=talk_s,
        answered=record["disposition"].upper() == "ANSWERED",
        user_id=ours,
        number_hash=number_hash(record["src" if inward else "dst"], account.number_key),
        ring_s=max(length_s - talk_s, 0),
        timed=start is not None,
    )
    doubt = start.doubt if start and start.doubt else end.doubt if end else None
    extras: dict[str, JsonValue] = {
        "disposition": record["disposition"],
        "context": record["dcontext"],
        "account_code": record["accountcode"],
        "linked_id": record.get("linkedid"),
        "clock_change": doubt,
    }
    return ended(call, extras, refusal)


def _peer(channel: str) -> str:
    """The telephone or trunk of a channel: `SIP/101-02897fd8` is 101."""
    match = _CHANNEL.fullmatch(channel)
    return match["peer"] if match else ""


def _rows(body: bytes) -> Iterator[tuple[list[str], list[str]]]:
    """Each line that is no header: the names of the columns, none for a line of another width, and its cells."""
    names = list(COLUMNS)
    for cells in _cells(body):
        lowered = [cell.strip().lower() for cell in cells]
        if set(COLUMNS) <= set(lowered):
            names = lowered
        else:
            yield (names if len(cells) == len(names) else []), [cell[:CELL_CHARACTERS] for cell in cells]


def _cells(body: bytes) -> list[list[str]]:
    text = body.decode("utf-8", "replace").removeprefix("\ufeff").replace("\0", "\ufffd")
    found: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline="")):
            if cells:
                found.append(cells)
            if len(found) > MAX_CHANGES:
                break
    except csv.Error:
        found.append(["a line that no table holds"])
    return found


def mask(body: bytes) -> bytes:
    """The lines without the numbers of people who called or were called, and without their names."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    for names, cells in _rows(body):
        shown = names or [""] * len(cells)
        writer.writerow([_shown(name, cell) for name, cell in zip(shown, cells, strict=True)])
    return written.getvalue().encode(errors="replace")


def _shown(name: str, cell: str) -> str:
    if name == "clid" or not name:
        return MASK
    return cell if name in SHOWN else _OUTSIDE.sub(MASK, cell)


ADAPTER = Adapter(SourceKind.ASTERISK, (PATH_SECRET, BEARER, BASIC), read, mask)
