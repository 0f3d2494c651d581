"""The audit log: who did what to what and when, only ever added to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from service.domain.event import JsonValue

PLAN_PUBLISHED = "plan.published"
PLAN_PUBLISHED_WITHOUT_NOTICE = "plan.published_without_notice"
KEY_CREATED = "key.created"
KEY_FIRST_USED = "key.first_used"
KEY_RETIRED = "key.retired"
SOURCE_KEY_CREATED = "source_key.created"
SOURCE_KEY_ACTIVATED = "source_key.activated"
SOURCE_KEY_FIRST_USED = "source_key.first_used"
SOURCE_KEY_RETIRED = "source_key.retired"
SECRETS_RESEALED = "secrets.resealed"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing somebody did: `what` is a machine word, `subject` what it was done to, `detail` the rest."""

    at: datetime
    who: str
    what: str
    subject: str
    detail: Mapping[str, JsonValue] = field(default_factory=dict)
