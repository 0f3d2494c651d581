"""The audit log: who did what to what and when, only ever added to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from service.domain.event import JsonValue

PLAN_PUBLISHED = "plan.published"
PLAN_PUBLISHED_WITHOUT_NOTICE = "plan.published_without_notice"
ACCOUNT_ADDED = "account.added"
ACCOUNT_CHANGED = "account.changed"
RESET_LINK_MADE = "account.reset_link_made"
PASSWORD_SET = "account.password_set"  # noqa: S105 - the name of what happened, no password
SECOND_FACTOR_CHANGED = "account.second_factor_changed"
SUBJECT_BOUND = "account.subject_bound"
LOGGED_IN = "account.logged_in"
MONEY_SEEN = "money.seen"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing somebody did: `what` is a machine word, `subject` what it was done to, `detail` the rest."""

    at: datetime
    who: str
    what: str
    subject: str
    detail: Mapping[str, JsonValue] = field(default_factory=dict)
