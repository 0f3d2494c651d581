"""The audit log: who did what to what and when, only ever added to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from service.domain.event import JsonValue

PLAN_PUBLISHED = "plan.published"
PLAN_PUBLISHED_WITHOUT_NOTICE = "plan.published_without_notice"
PERSON_CHANGED = "person.changed"
BANK_ACCOUNT_SET = "bank_account.set"
BANK_ACCOUNT_FORGOTTEN = "bank_account.forgotten"
TARGET_ASSIGNED = "target.assigned"
RATES_IMPORTED = "rates.imported"
CALENDAR_CHANGED = "calendar.changed"
PERIOD_CLOSED = "period.closed"
PERIOD_WITHDRAWN = "period.withdrawn"
PERIOD_APPROVED = "period.approved"
PERIOD_PAID = "period.paid"
REDUCTION_DECIDED = "reduction.decided"
REMINDED = "period.reminded"
BOOKS_SIGNED = "books.signed"
ACCOUNT_ADDED = "account.added"
ACCOUNT_CHANGED = "account.changed"
RESET_LINK_MADE = "account.reset_link_made"
PASSWORD_SET = "account.password_set"  # noqa: S105 - the name of what happened, no password
SECOND_FACTOR_CHANGED = "account.second_factor_changed"
SUBJECT_BOUND = "account.subject_bound"
LOGGED_IN = "account.logged_in"
MONEY_SEEN = "money.seen"
QUESTION_ASKED = "question.asked"
QUESTION_ANSWERED = "question.answered"
LINK_MADE = "statement.link_made"
LINK_OPENED = "statement.link_opened"
KEY_CREATED = "key.created"
KEY_FIRST_USED = "key.first_used"
KEY_RETIRED = "key.retired"
SOURCE_FETCH_SET = "source.fetch_set"
SOURCE_MAPPED = "source.mapped"
SOURCE_KEY_CREATED = "source_key.created"
SOURCE_KEY_ACTIVATED = "source_key.activated"
SOURCE_KEY_FIRST_USED = "source_key.first_used"
SOURCE_KEY_RETIRED = "source_key.retired"
EVENTS_DISCARDED = "events.discarded"
EVENTS_REPLAYED = "events.replayed"
EVENTS_VOUCHED = "events.vouched"
SHARES_DECIDED = "shares.decided"
EVENT_HELD = "event.held"
EVENT_RELEASED = "event.released"
EVENT_REJECTED = "event.rejected"
FLAG_RESOLVED = "flag.resolved"
EVENT_CORRECTED = "event.corrected"
PROPOSED = "proposal.made"
PROPOSAL_DECIDED = "proposal.decided"
SOURCE_SET = "source.set"
SECRETS_RESEALED = "secrets.resealed"
PERSON_ERASED = "person.erased"
PERSON_EXPORTED = "person.exported"
PERIOD_EXPORTED = "period.exported"
DATA_PRUNED = "data.pruned"
DEVICE_ADDED = "device.added"
DEVICE_RETIRED = "device.retired"

ENTRIES_SHOWN = 50
"""Entries of a list unless asked for more: a screen or two."""

ENTRIES_AT_MOST = 10_000
"""Entries of one list; more are asked for in several."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing somebody did: `what` is a machine word, `subject` what it was done to, `detail` the rest.

    `entry_id` rises with every entry and is 0 until the entry is kept; two entries that say the same are equal.
    """

    at: datetime
    who: str
    what: str
    subject: str
    detail: Mapping[str, JsonValue] = field(default_factory=dict)
    entry_id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which entries: of these kinds, of this subject, from `since` to before `until`, older than entry `before`.

    What is empty or None does not choose.
    """

    what: tuple[str, ...] = ()
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    limit: int = ENTRIES_SHOWN
