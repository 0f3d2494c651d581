"""The story of the journey: a small company of the demo and a month of its work."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from io import StringIO
from typing import Any

from holidays import country_holidays

from service.cli.demo.company import SOURCE, Company, found_company
from service.cli.demo.history import Span, history
from service.cli.demo.message import ZONE, Message
from service.cli.demo.roster import roster
from service.domain.calendar import WorkCalendar
from service.domain.period import Period
from service.runtime import system_clock
from tests.journey.installation import Answer, Installation, ask, stimul_here, taken, until

SEED = 11
SELLERS = 3
BATCH = 1_000

MONTH = Period.of(system_clock().astimezone(ZONE).date()).preceding
"""The month before the present one: over, so that it can be closed by processes that know the real time."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The two keys of the story."""

    crm: str
    finance: str


@cache
def company() -> Company:
    """Two closers, a farmer and the leads."""
    return found_company(SEED, MONTH, _calendar(), SELLERS)


@cache
def messages() -> tuple[Message, ...]:
    """What their CRM tells of the month."""
    told_until = datetime.combine(MONTH.last_day, time(18), ZONE)
    return tuple(history(SEED, company(), Span(MONTH, told_until), _calendar()))


def found(installation: Installation) -> Keys:
    """Record the sender, the people and the plans, as an operator does."""
    stimul_here(installation, "sources", "add", SOURCE, "--kind", "native")
    crm = stimul_here(
        installation,
        "keys",
        "create",
        "--name",
        "crm",
        "--scope",
        "events:write",
        "--source",
        SOURCE,
        "--format",
        "json",
    )
    finance = stimul_here(installation, "keys", "create", "--name", "finance", "--scope", "admin", "--format", "json")
    (installation.directory / "people.csv").write_text(people_csv())
    stimul_here(installation, "people", "import", "people.csv")
    stimul_here(installation, "plan", "publish", "closer", "farmer", "--without-notice", "a new company")
    return Keys(json.loads(crm)["key"], json.loads(finance)["key"])


def people_csv() -> str:
    """The people of the company as the table that an operator would write."""
    text = StringIO()
    rows = roster(company())
    writer = csv.DictWriter(text, [*rows[0].cells, "aliases", "absences"])
    writer.writeheader()
    for row in rows:
        aliases = [f"{item['source']}={item['subject']} {item['starts_on']}.." for item in row.aliases]
        absences = [f"{item['starts_on']}..{item['ends_on']} {item['paid']}" for item in row.absences]
        writer.writerow({**row.cells, "aliases": " | ".join(aliases), "absences": " | ".join(absences)})
    return text.getvalue()


def batches(told: Sequence[Message]) -> Iterator[Sequence[Message]]:
    """The messages in the size of requests."""
    for start in range(0, len(told), BATCH):
        yield told[start : start + BATCH]


def send(installation: Installation, keys: Keys, batch: Sequence[Message]) -> Answer:
    """One request with some messages."""
    body = json.dumps([dict(message.body) for message in batch])
    return taken(lambda: ask(installation, "POST", "/v1/events", body, Authorization=f"Bearer {keys.crm}"))


def read(installation: Installation, keys: Keys, path: str) -> Any:
    """What finance reads at an address."""
    answer = taken(lambda: ask(installation, "GET", path, Authorization=f"Bearer {keys.finance}"))
    assert answer.status == 200, answer.text
    return answer.json


def try_to_close(installation: Installation, keys: Keys) -> Answer:
    """Ask for the close, once."""
    address = f"/v1/periods/{MONTH}/close"
    return taken(lambda: ask(installation, "POST", address, "{}", Authorization=f"Bearer {keys.finance}"))


def close(installation: Installation, keys: Keys) -> None:
    """Close the month as soon as everything is scored: a close that comes too early refuses."""

    def closed() -> bool:
        answer = try_to_close(installation, keys)
        assert answer.status in {200, 409}, answer.text
        return answer.status == 200

    until(closed, "the month is closed")


def statements(installation: Installation, keys: Keys) -> dict[str, str]:
    """Everybody's statement as text, without the moment of issue."""
    return {
        seller.person_id: json.dumps(
            {
                key: value
                for key, value in read(installation, keys, f"/v1/statements/{seller.person_id}/{MONTH}").items()
                if key != "issued_at"
            }
        )
        for seller in company().sellers
    }


def _calendar() -> WorkCalendar:
    years = range(MONTH.year - 1, MONTH.following.following.year + 1)
    return WorkCalendar(frozenset(country_holidays("BG", years=years)))
