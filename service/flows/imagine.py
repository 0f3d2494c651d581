"""Imagine: put things that were not done into a person's open month; only ever inside a trial."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.domain.metric import MetricSet
from service.domain.person import Alias
from service.domain.source import SourceKind, new_source
from service.domain.what_if import imagined_facts
from service.plans.words import words_of
from service.store.aliases import replace_aliases
from service.store.facts import add_facts, lock_days
from service.store.people import get_person
from service.store.sources import add_new_source
from service.store.vocabulary import list_vocabularies


def imagine(
    session: Session, person_id: str, day: date, added: Mapping[str, str], sender: str, *, now: datetime
) -> None:
    """Add so much of each metric to a person's day, and let `sender` know the person by the person's own id.

    Raises `WhatIfRefusedError`.
    """
    person = get_person(session, person_id)
    words = words_of((version.starts_on, version.document) for version in list_vocabularies(session))
    metrics = words.measures.in_force(day) or MetricSet({})
    facts = imagined_facts(person_id, day, added, metrics, now=now)
    lock_days(session, {(fact.person_id, fact.day) for fact in facts})
    add_facts(session, facts)
    add_new_source(session, new_source(sender, SourceKind.NATIVE, "", now=now))
    replace_aliases(session, [(sender, person_id)], [Alias(sender, person_id, person_id, person.hired_on)])
