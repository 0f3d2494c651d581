"""The story of the journey: a small company of the demo and the first half of a month of its work."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from typing import Any

from holidays import country_holidays

from service.cli.demo.company import SOURCE, Company, found_company
from service.cli.demo.history import Span, history
from service.cli.demo.message import ZONE, Message
from service.cli.demo.roster import roster
from service.config import read_settings
from service.domain.calendar import WorkCalendar
from service.domain.period import Period
from service.flows.import_people import import_people
from service.runtime import open_runtime, system_clock
from tests.journey.installation import Answer, Installation, ask, stimul, until

SEED = 11
SELLERS = 6
LAST_TOLD_DAY = 12
BATCH = 500

MONTH = Period.of(system_clock().astimezone(ZONE).date()).preceding
"""The month before the present one: over, so that it can be closed by processes that know the real time."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The two keys of the story."""

    crm: str
    finance: str


@cache
def company() -> Company:
    """Six sellers and their leads."""
    return found_company(SEED, MONTH, _calendar(), SELLERS)


@cache
def messages() -> tuple[Message, ...]:
    """What their CRM tells of the first days of the month."""
    told_until = datetime.combine(MONTH.first_day.replace(day=LAST_TOLD_DAY), time(18), ZONE)
    return tuple(history(SEED, company(), Span(MONTH, told_until), _calendar()))


def found(installation: Installation) -> Keys:
    """Record the sender, the people and the plans, as an operator does."""
    stimul(installation, "sources", "add", SOURCE, "--kind", "native")
    crm = stimul(
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
    finance = stimul(installation, "keys", "create", "--name", "finance", "--scope", "admin", "--format", "json")
    runtime = open_runtime(read_settings(installation.environment), print, pooled=False)
    with runtime.transaction() as session:
        import_people(session, roster(company()), now=runtime.now())
    runtime.engine.dispose()
    stimul(installation, "plan", "publish", "closer", "farmer", "--without-notice", "a new company")
    return Keys(json.loads(crm)["key"], json.loads(finance)["key"])


def batches(told: Sequence[Message]) -> Iterator[Sequence[Message]]:
    """The messages in the size of requests."""
    for start in range(0, len(told), BATCH):
        yield told[start : start + BATCH]


def send(installation: Installation, keys: Keys, batch: Sequence[Message]) -> Answer:
    """One request with some messages."""
    body = json.dumps([dict(message.body) for message in batch])
    return ask(installation, "POST", "/v1/events", body, Authorization=f"Bearer {keys.crm}")


def read(installation: Installation, keys: Keys, path: str) -> Any:
    """What finance reads at an address."""
    answer = ask(installation, "GET", path, Authorization=f"Bearer {keys.finance}")
    assert answer.status == 200, answer.text
    return answer.json


def close(installation: Installation, keys: Keys) -> None:
    """Close the month as soon as everything is scored: a close that comes too early refuses."""

    def closed() -> bool:
        answer = ask(installation, "POST", f"/v1/periods/{MONTH}/close", "{}", Authorization=f"Bearer {keys.finance}")
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
