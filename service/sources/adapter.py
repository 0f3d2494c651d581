"""The adapter of a vendor: how its messages are proved, read, masked and answered."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from service.domain.change import Change, Verb
from service.domain.event import JsonValue, Quarantine, QuarantineReason, canonical_json
from service.domain.mapping import SourceMapping
from service.domain.source import SourceKind
from service.sources.form import MASK, masked_form
from service.sources.json_text import JsonTextError, read_json

LOG = logging.getLogger(__name__)

MAX_CHANGES = 1_000
"""Changes of one message that are read; the largest batch of any vendor is a hundred."""

MAX_FIELDS_CHARACTERS = 64 * 1024
"""Most that is kept of the fields of one object: a CRM record is a tenth of it."""

KIND_CHARACTERS = 64
"""Longest kind of object that is told apart from others."""

ID_CHARACTERS = 255
"""Longest id of an object."""

IDENTITY = re.compile(r"[\x20-\x7e]{1,255}")
"""What the id of an event may be."""

_BAD_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Message:
    """One request as it came; names of headers are in small letters, `url` is our public address with its query."""

    body: bytes
    received_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    method: str = "POST"
    path_secret: str = ""

    def header(self, name: str) -> str:
        """The value of a header; empty where there is none."""
        return self.headers.get(name.lower(), "")


@dataclass(frozen=True, slots=True)
class Account:
    """What an adapter knows of the source: its name, the zone of its naive times, the key that numbers are hashed with.

    Without a zone no time without an offset can be read: it waits instead of being guessed. `name` is the vendor's word
    for the account, such as the subdomain that stands in links to its records.
    """

    source_id: str
    timezone: str = ""
    number_key: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Vendor:
    """A source as its messages are read: its account and the mapping that holds."""

    account: Account
    mapping: SourceMapping


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message says: changes of objects, and in a sentence each what of it means nothing to us."""

    changes: tuple[Change, ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the vendor is told once its message is stored."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way in which a vendor's messages are signed, and how far that can be trusted (0 to 3).

    `proves(message, secret, now)` compares in constant time and answers False to garbage of any kind; it may raise
    `JsonTextError` where the proof stands in a body that cannot be read. `secret_is` says in words what the secret is.
    """

    name: str
    trust: int
    secret_is: str
    proves: Callable[[Message, str, datetime], bool]


@dataclass(frozen=True, slots=True)
class Token:
    """A scheme in which the message shows the secret itself, so that a hash of it is all we need to keep.

    `shown` gives what the message shows, empty for garbage of any kind; it may raise `JsonTextError` like `proves`.
    """

    name: str
    trust: int
    secret_is: str
    shown: Callable[[Message], str]


@dataclass(frozen=True, slots=True)
class Adapter:
    """All that is particular to a vendor, as pure functions.

    `schemes` are the ways to prove its messages, the usual one first. `read` gives what a message says; `mask` the
    body without secrets and personal numbers, fit to be kept. `answer` is what the vendor must be told for success;
    None where it takes any 2xx, and then gets our own.
    """

    kind: SourceKind
    schemes: tuple[Scheme | Token, ...]
    read: Callable[[Message, Account], Reading]
    mask: Callable[[bytes], bytes]
    answer: Answer | None = None

    def scheme(self, name: str) -> Scheme | Token:
        """The scheme of this name; the usual one for an empty name."""
        return next((scheme for scheme in self.schemes if scheme.name == name), self.schemes[0])


def read_message(adapter: Adapter, message: Message, account: Account) -> Reading:
    """What a message says; one that nobody can read is a change that waits for a person, and never an error."""
    try:
        reading = adapter.read(message, account)
    except JsonTextError as error:
        return Reading((unreadable(adapter.kind, message, error.detail),))
    except Exception:
        # Whatever a vendor sends is kept and answered with success: it would not send it again for our mistake.
        LOG.exception("a message of %s could not be read", account.source_id)
        return Reading((unreadable(adapter.kind, message, "The adapter failed on this message; the log has it."),))
    changes = tuple(_kept(change) for change in reading.changes[:MAX_CHANGES])
    if len(reading.changes) > MAX_CHANGES:
        changes += (unreadable(adapter.kind, message, f"The message holds more than {MAX_CHANGES} changes."),)
    return replace(reading, changes=changes)


def unreadable(kind: SourceKind, message: Message, detail: str) -> Change:
    """A message that is kept and waits for a person, known by its whole body."""
    return _without_event(message, f"{kind}.message", QuarantineReason.ADAPTER_ERROR, detail, message.body)


def vendor_test(kind: SourceKind, message: Message, detail: str) -> Change:
    """A message by which the vendor only tries the connection."""
    return _without_event(message, f"{kind}.test", QuarantineReason.TEST_EVENT, detail, message.body)


def weak_identity(steady: JsonValue) -> str:
    """The id of a message that carries none: a hash of it without what differs between two sendings."""
    return "sha256:" + hashlib.sha256(canonical_json(steady).encode(errors="replace")).hexdigest()


def weak(change: Change, steady: JsonValue) -> Change:
    """The change of a message without a stable id, which waits for a person under a hash of what it says."""
    detail = "The message carries nothing that would be the same if it were sent again."
    refusal = change.refusal or Quarantine(QuarantineReason.WEAK_IDENTITY, detail)
    return replace(change, identity=weak_identity(steady), refusal=refusal)


def masked(body: bytes, secrets: Collection[str]) -> bytes:
    """A body, a form or JSON, with the values of some fields hidden whatever their place; names in small letters."""
    if not is_json(body):
        return masked_form(body, secrets)
    try:
        return canonical_json(hidden(read_json(body), secrets)).encode(errors="replace")
    except JsonTextError:
        return _masked_text(body, secrets)


def is_json(body: bytes) -> bool:
    """Whether a body begins as a JSON object or array does."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def hidden(value: JsonValue, secrets: Collection[str]) -> JsonValue:
    """A value with some of its fields hidden, and its texts fit to be kept."""
    match value:
        case str():
            return _BAD_TEXT.sub("\ufffd", value)
        case list():
            return [hidden(item, secrets) for item in value]
        case dict():
            return {
                _BAD_TEXT.sub("\ufffd", key): MASK if key.lower() in secrets else hidden(item, secrets)
                for key, item in value.items()
            }
        case _:
            return value


def _without_event(message: Message, kind: str, reason: QuarantineReason, detail: str, body: bytes) -> Change:
    identity = "sha256:" + hashlib.sha256(body).hexdigest()
    refusal = Quarantine(reason, detail)
    return Change(kind, "", identity, Verb.CREATED, message.received_at, refusal=refusal, timed=False)


def _masked_text(body: bytes, secrets: Collection[str]) -> bytes:
    """JSON that is broken somewhere: what follows the name of a secret is hidden as far as it may reach."""
    text = body.decode("utf-8", "replace").replace("\0", "\ufffd")
    names = "|".join(re.escape(name) for name in sorted(secrets))
    value = r'(?:"(?:[^"\\]|\\.)*"?|\[[^\]]*\]?|\{[^}]*\}?|[^,}\]\s]*)'
    found = re.sub(rf'("(?:{names})"\s*:\s*){value}', rf'\1"{MASK}"', text, flags=re.IGNORECASE) if names else text
    return found.encode()


def _kept(change: Change) -> Change:
    """The change with texts that can be stored, a usable identity and fields of bearable size."""
    fields, before = hidden(dict(change.fields), ()), hidden(dict(change.before), ())
    assert isinstance(fields, dict)
    assert isinstance(before, dict)
    kind, object_id = (_BAD_TEXT.sub("\ufffd", text) for text in (change.kind, change.object_id))
    kept = replace(
        change, kind=kind[:KIND_CHARACTERS], object_id=object_id[:ID_CHARACTERS], fields=fields, before=before
    )
    if len(canonical_json(fields)) + len(canonical_json(before)) > MAX_FIELDS_CHARACTERS:
        detail = f"The fields of this object are longer than {MAX_FIELDS_CHARACTERS} characters."
        kept = replace(kept, fields={}, before={}, refusal=Quarantine(QuarantineReason.ADAPTER_ERROR, detail))
    return kept if IDENTITY.fullmatch(kept.identity) else weak(kept, [kept.kind, kept.identity, dict(kept.fields)])
