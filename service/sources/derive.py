"""Our events from the changes of one of a vendor's objects, as the mapping of the source says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from service.domain.change import Change, Verb
from service.domain.event import VOID_TYPE, CreditClaim, Event, JsonValue, Operation, Quarantine, QuarantineReason
from service.domain.mapping import EventRule, ObjectRule, SourceMapping, as_text, value_at
from service.domain.source import SourceKind
from service.domain.vendor_object import Derived
from service.sources.adapter import IDENTITY, Account, weak_identity
from service.sources.convert import Maker, UnmappedStageFault
from service.sources.native import quarantine_of
from service.sources.values import ValueFault

OWN_TYPES = frozenset(f"{kind}.{noun}" for kind in SourceKind for noun in ("message", "test"))
"""The types of messages that tell of no object."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """What changes came to: events in the order of the changes, and in a sentence each what came to nothing."""

    derived: tuple[Derived, ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Moment:
    """An object at one of its changes: as it was before, as it is after, and with what is only told later."""

    change: Change
    before: Mapping[str, JsonValue]
    after: Mapping[str, JsonValue]
    known: Mapping[str, JsonValue]


def derive_all(changes: Iterable[Change], mapping: SourceMapping, account: Account) -> Derivation:
    """The events of the changes of any objects, each object by itself."""
    by_object: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        by_object.setdefault((change.kind, change.object_id), []).append(change)
    parts = [derive(own, mapping, account) for own in by_object.values()]
    derived = tuple(item for part in parts for item in part.derived)
    return Derivation(derived, tuple(text for part in parts for text in part.ignored))


def derive(changes: Sequence[Change], mapping: SourceMapping, account: Account) -> Derivation:
    """The events of one object, given everything known of it; the order and repetition of the changes do not matter.

    A field counts as it was at the time of the event; one that nobody had told by then, as it was first told later.
    """
    account = replace(account, timezone=account.timezone or mapping.timezone)
    ordered = in_order(changes)
    rule = mapping.objects.get(ordered[-1].kind) if ordered else None
    if rule is not None and rule.voids and ordered[-1].verb is Verb.DELETED:
        return Derivation(ignored=(f"This {rule.kind} was deleted, which takes its events back.",))
    derived: list[Derived] = []
    ignored: list[str] = []
    for moment in _moments(changes):
        made = _of_moment(moment, mapping, account)
        derived += made.derived
        ignored += made.ignored
    for change in _contradicting(changes):
        detail = "Something else was told before under the same identity; the first one counts."
        moment = _Moment(change, {}, {}, {})
        derived += _waiting(moment, mapping, account, Quarantine(QuarantineReason.CONFLICT, detail)).derived
    return Derivation(tuple(derived), tuple(ignored))


def merged(changes: Iterable[Change]) -> dict[str, JsonValue]:
    """The fields of an object after all these changes, whatever order they come in; one that was deleted keeps them."""
    state: dict[str, JsonValue] = {}
    for change in in_order(changes):
        state |= change.fields
    return state


def in_order(changes: Iterable[Change]) -> list[Change]:
    """The changes as they happened, each once."""
    first: dict[str, Change] = {}
    for change in changes:
        first.setdefault(change.identity, change)
    return sorted(first.values(), key=lambda change: change.place)


def _contradicting(changes: Iterable[Change]) -> list[Change]:
    """The changes that have the identity of an earlier one and say something else."""
    first: dict[str, Change] = {}
    return [change for change in changes if _said(first.setdefault(change.identity, change)) != _said(change)]


def _said(change: Change) -> object:
    return (change.verb, change.fields, change.occurred_at if change.timed else None)


def _moments(changes: Sequence[Change]) -> list[_Moment]:
    ordered = in_order(changes)
    later: list[dict[str, JsonValue]] = [{}]
    for change in reversed(ordered[1:]):
        later.append({**later[-1], **{name: value for name, value in change.fields.items() if value is not None}})
    later.reverse()
    moments: list[_Moment] = []
    state: dict[str, JsonValue] = {}
    for change, ahead in zip(ordered, later, strict=False):
        # What the vendor says it was is so; where it says nothing of it, what was known still is.
        told = {name: value for name, value in change.before.items() if value is not None or name not in state}
        before = {**state, **told}
        state = {**before, **change.fields}
        moments.append(_Moment(change, before, state, {"id": change.object_id, **ahead, **state}))
    return moments


def _of_moment(moment: _Moment, mapping: SourceMapping, account: Account) -> Derivation:
    change = moment.change
    if change.voids:
        return Derivation((Derived(_void(change, account), change.refusal, change.timed),))
    if change.refusal:
        return _waiting(moment, mapping, account, change.refusal)
    rule = mapping.objects.get(change.kind)
    if rule is None and change.kind in mapping.ignore:
        return Derivation(ignored=(f"The mapping ignores objects of kind {change.kind}.",))
    if rule is None:
        detail = f'The mapping says nothing of objects of kind "{change.kind}". Add it under objects: or ignore:.'
        return _waiting(moment, mapping, account, Quarantine(QuarantineReason.UNMAPPED_TYPE, detail))
    if change.thin and any(change.verb in event.verbs for event in rule.events):
        detail = f"The message says only which {change.kind} it is about; its fields must be fetched from the sender."
        return _waiting(moment, mapping, account, Quarantine(QuarantineReason.NEEDS_ENRICHMENT, detail))
    return _counted(moment, rule, mapping, account)


def _counted(moment: _Moment, rule: ObjectRule, mapping: SourceMapping, account: Account) -> Derivation:
    change = moment.change
    possible = [event for event in rule.events if _may_fire(event, change)]
    made = [
        _made(event, rule, moment, mapping, account, identity=_identity(change, event, first=place == 0))
        for place, event in enumerate(possible)
        if _fires(event, moment)
    ]
    if made:
        return Derivation(tuple(made))
    return Derivation(ignored=(f"This {change.kind} was {change.verb}, and nothing that the mapping counts changed.",))


def _may_fire(rule: EventRule, change: Change) -> bool:
    """Whether the change alone could be the event, whatever the object was before: this decides the identity."""
    if change.verb not in rule.verbs:
        return False
    if rule.becomes is not None and not (
        change.touches(rule.becomes.path) and rule.becomes.holds(value_at(change.fields, rule.becomes.path))
    ):
        return False
    return not rule.changes or (change.touches(rule.changes) and as_text(value_at(change.fields, rule.changes)) != "")


def _fires(rule: EventRule, moment: _Moment) -> bool:
    if rule.becomes is not None and rule.becomes.holds(value_at(moment.before, rule.becomes.path)):
        return False
    if rule.changes and _same(moment, rule.changes):
        return False
    return all(condition.holds(value_at(moment.known, condition.path)) for condition in rule.when)


def _same(moment: _Moment, path: str) -> bool:
    return as_text(value_at(moment.before, path)) == as_text(value_at(moment.after, path))


def _identity(change: Change, rule: EventRule, *, first: bool) -> str:
    if first:
        return change.identity
    identity = f"{change.identity}:{rule.suffix or rule.type.partition('.')[2]}"
    return identity if IDENTITY.fullmatch(identity) else weak_identity(identity)


def _made(
    rule: EventRule, own: ObjectRule, moment: _Moment, mapping: SourceMapping, account: Account, *, identity: str
) -> Derived:
    make = Maker(moment.known, moment.before, mapping, account)
    quarantine: Quarantine | None = None
    values: dict[str, JsonValue] = {}
    for name, value in {**own.values, **rule.values}.items():
        try:
            made = make.value(rule.type, name, value)
        except UnmappedStageFault as fault:
            quarantine = quarantine or Quarantine(QuarantineReason.UNMAPPED_STAGE, fault.detail)
        except ValueFault as fault:
            quarantine = quarantine or Quarantine(QuarantineReason.SCHEMA_VIOLATION, fault.detail)
        else:
            values |= {} if made is None else {name: made}
    subject_rule = rule.subject or own.subject
    subject = make.subject(subject_rule) if subject_rule else None
    credit = tuple(
        CreditClaim(who, part) for part, value in rule.credit.items() if (who := make.subject(value)) is not None
    )
    occurred_at = make.time(rule.time) if rule.time else None
    event = Event(
        account.source_id, identity, rule.type, occurred_at or moment.change.occurred_at, subject, values, credit
    )
    return Derived(event, quarantine or quarantine_of(event), moment.change.timed)


def _void(change: Change, account: Account) -> Event:
    return Event(
        account.source_id, change.identity, VOID_TYPE, change.occurred_at, None, op=Operation.VOID, target=change.voids
    )


def _waiting(moment: _Moment, mapping: SourceMapping, account: Account, quarantine: Quarantine) -> Derivation:
    """The change kept as an event of the vendor's own type, which counts nowhere.

    Whatever the vendor calls it, it never has the name of a type of ours.
    """
    change = moment.change
    noun, verb = re.sub(r"[^a-z0-9_]", "_", change.kind.lower())[:40], change.verb.value
    # Messages that are no object at all (unreadable ones, tests) have a type of their own already.
    own_type = change.kind if change.kind in OWN_TYPES else f"{mapping.kind}.{noun}_{verb}"
    rule = mapping.objects.get(change.kind)
    make = Maker(moment.known, moment.before, mapping, account)
    subject = make.subject(rule.subject) if rule and rule.subject else None
    fields: dict[str, JsonValue] = {"object_id": change.object_id} if change.object_id else {}
    event = Event(account.source_id, change.identity, own_type, change.occurred_at, subject, fields)
    return Derivation((Derived(event, quarantine, change.timed),))
