"""The mapping file of a source: YAML text to a checked mapping, all mistakes at once with their places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from zoneinfo import available_timezones

from service.config import ROOT
from service.domain.change import Verb
from service.domain.errors import InvalidError, Problem
from service.domain.event import JsonValue, Part
from service.domain.mapping import Condition, EventRule, ObjectRule, SourceMapping, ValueRule
from service.plans.event_names import EVENT_NAMES
from service.plans.finding import Finding, Findings, did_you_mean, in_order
from service.plans.form import Form
from service.plans.read import ListNode, MapNode, Node, Scalar, read

SCHEMA = "source/1"

FIELDS = ("schema", "kind", "timezone", "ignore", "lists", "tables", "objects", "note")
"""What the file may hold."""

_TYPE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_VERBS = tuple(verb.value for verb in Verb)


class MappingRefusedError(InvalidError):
    """A mapping file with mistakes was to be used."""

    code = "mapping_refused"

    def __init__(self, findings: Iterable[Finding]) -> None:
        found = tuple(findings)
        problems = tuple(Problem(item.code, item.message, str(item.place)) for item in found)
        listed = "\n".join(str(item) for item in found)
        super().__init__(f"The mapping cannot be used before this is corrected:\n{listed}", problems)
        self.findings = found


@lru_cache(maxsize=64)
def mapping_of(own: str, shipped: str = "", file: str = "mapping.yaml") -> SourceMapping:
    """The mapping that a file makes over the shipped one of its kind; `MappingRefusedError` names every mistake.

    What the file says of a table, a list or a kind of object stands in the place of what the shipped one says of it.
    """
    findings = Findings()
    nodes = [(read(text, name, findings), name) for text, name in ((shipped, "shipped.yaml"), (own, file)) if text]
    mapping = _merged([node for node, _ in nodes], findings)
    if findings.items:
        raise MappingRefusedError(in_order(findings.items))
    return mapping


def _merged(nodes: list[MapNode], findings: Findings) -> SourceMapping:
    forms = [Form(node, findings, "the mapping") for node in nodes]
    lists: dict[str, tuple[str, ...]] = {}
    tables: dict[str, dict[str, str]] = {}
    ignore: set[str] = set()
    kind = timezone = ""
    for form in forms:
        form.choice("schema", (SCHEMA,), required=True)
        form.text("note")
        kind = form.word("kind", required=True) or kind
        timezone = _timezone(form) or timezone
        ignore |= {item.text for item in form.words("ignore")}
        lists |= {name: _texts(form, name, node) for name, node in form.entries("lists")}
        tables |= {name: _table(form, name, node) for name, node in form.entries("tables")}
    objects: dict[str, ObjectRule] = {}
    for form in forms:
        objects |= {
            name: _object(name, node, _Words(form.findings, lists, tables)) for name, node in form.entries("objects")
        }
        form.done()
    return SourceMapping(kind, objects, tables, frozenset(ignore - objects.keys()), timezone)


def _timezone(form: Form) -> str:
    name = form.text("timezone")
    if name and name not in available_timezones():
        hint = did_you_mean(name, available_timezones())
        form.wrong("timezone", f"There is no time zone `{name[:40]}`; write one such as Europe/Sofia.", hint)
    return name


def _texts(form: Form, name: str, node: Node) -> tuple[str, ...]:
    items = node.items if isinstance(node, ListNode) else (node,)
    if not all(isinstance(item, Scalar) for item in items):
        form.findings.add("E-SHAPE", node.place, f"The list `{name}` holds the vendor's words, written [a, b].")
    return tuple(item.text for item in items if isinstance(item, Scalar))


def _table(form: Form, name: str, node: Node) -> dict[str, str]:
    if not isinstance(node, MapNode):
        form.findings.add("E-SHAPE", node.place, f"The table `{name}` is a map of the vendor's words to ours.")
        return {}
    for item in node.entries.values():
        if not isinstance(item, Scalar):
            form.findings.add("E-SHAPE", item.place, f"The table `{name}` gives one word for each of the vendor's.")
    return {key: item.text for key, item in node.entries.items() if isinstance(item, Scalar)}


class _Words:
    """What rules may refer to by name."""

    def __init__(
        self, findings: Findings, lists: Mapping[str, tuple[str, ...]], tables: Mapping[str, Mapping[str, str]]
    ) -> None:
        self.findings = findings
        self.lists = lists
        self.tables = tables

    def listed(self, node: Scalar) -> tuple[str, ...]:
        """The words a value of a condition stands for: itself, or those of a list for `$name`."""
        if not node.text.startswith("$"):
            return (node.text,)
        name = node.text[1:]
        if name not in self.lists:
            self.findings.add("E-NAME", node.place, f"There is no list `{name[:40]}`.", did_you_mean(name, self.lists))
        return self.lists.get(name, ())


def _object(name: str, node: Node, words: _Words) -> ObjectRule:
    if not isinstance(node, MapNode):
        words.findings.add("E-SHAPE", node.place, f"The object `{name}` is a map of names to values.")
        return ObjectRule(name)
    form = Form(node, words.findings, f"object `{name}`")
    rule = ObjectRule(
        kind=name,
        events=tuple(_event(inner, words) for inner in form.forms("events", "event", required=True)),
        subject=_value(form, "subject", form.value("subject", "value"), words),
        values=_values(form, words),
        voids=form.flag("voids"),
        record_url=_record_url(form),
        **_fetch(form),
    )
    form.text("note")
    form.done()
    return rule


def _fetch(form: Form) -> dict[str, str]:
    inner = form.inner("fetch")
    if inner is None:
        return {}
    path, under = inner.text("path", required=True), inner.text("under")
    inner.done()
    if path and ("{id}" not in path or "://" in path or path.startswith("//")):
        inner.wrong("path", "A path is what follows the address of the source, and has {id} where the id stands.")
    return {"fetch_path": path, "fetch_under": under}


def _record_url(form: Form) -> str:
    url = form.text("record_url")
    if url and not (url.startswith("https://") and "{id}" in url):
        form.wrong("record_url", "A link begins with https:// and has {id} where the id of the record stands.")
    return url


def _event(form: Form, words: _Words) -> EventRule:
    becomes = _conditions(form, "becomes", words)
    if len(becomes) > 1:
        form.wrong("becomes", "One field takes a value; what else must hold stands under `when`.")
    rule = EventRule(
        type=_type(form),
        verbs=_verbs(form),
        becomes=becomes[0] if becomes else None,
        changes=form.text("changes"),
        when=_conditions(form, "when", words),
        subject=_value(form, "subject", form.value("subject", "value"), words),
        time=form.text("time"),
        values=_values(form, words),
        credit=_credit(form, words),
        suffix=form.word("suffix"),
    )
    form.text("note")
    form.done()
    return rule


def _type(form: Form) -> str:
    name = form.text("type", required=True)
    near = did_you_mean(name, EVENT_NAMES)
    if name and name not in EVENT_NAMES and (near or not _TYPE.fullmatch(name)):
        form.wrong("type", f"`{name[:40]}` is not a type of event; types are noun.verb in small letters.", near)
    return name


def _verbs(form: Form) -> frozenset[Verb]:
    told = form.words("verb")
    for item in told:
        if item.text not in _VERBS:
            form.findings.add("E-NAME", item.place, f"`verb` is any of {', '.join(_VERBS)}; not `{item.text[:40]}`.")
    found = frozenset(Verb(item.text) for item in told if item.text in _VERBS)
    return found or EventRule("").verbs


def _conditions(form: Form, name: str, words: _Words) -> tuple[Condition, ...]:
    return tuple(_condition(form, path, node, words) for path, node in form.entries(name))


def _condition(form: Form, path: str, node: Node, words: _Words) -> Condition:
    match node:
        case Scalar():
            return Condition(path, frozenset(words.listed(node)))
        case ListNode():
            return Condition(path, _all_listed(node, form, words))
        case MapNode():
            return _worded_condition(form, path, node, words)


def _worded_condition(form: Form, path: str, node: MapNode, words: _Words) -> Condition:
    inner = Form(node, form.findings, f"condition on `{path}`")
    if inner.has("filled"):
        wanted = inner.flag("filled")
        inner.done()
        return Condition(path, negated=not wanted)
    values = frozenset(value for item in inner.words("not", required=True) for value in words.listed(item))
    inner.done()
    return Condition(path, values, negated=True)


def _all_listed(node: ListNode, form: Form, words: _Words) -> frozenset[str]:
    for item in node.items:
        if not isinstance(item, Scalar):
            form.findings.add("E-SHAPE", item.place, "A condition lists the values it accepts, written [a, b].")
    return frozenset(value for item in node.items if isinstance(item, Scalar) for value in words.listed(item))


def _values(form: Form, words: _Words) -> dict[str, ValueRule]:
    found = {name: _value(form, name, node, words) for name, node in form.entries("values")}
    return {name: rule for name, rule in found.items() if rule is not None}


def _credit(form: Form, words: _Words) -> dict[Part, ValueRule]:
    found: dict[Part, ValueRule] = {}
    for name, node in form.entries("credit"):
        rule = _value(form, name, node, words)
        if name not in tuple(Part):
            form.findings.add("E-NAME", node.place, f"A part is one of {', '.join(Part)}; not `{name[:40]}`.")
        elif rule is not None:
            found[Part(name)] = rule
    return found


def _value(form: Form, name: str, node: Node | None, words: _Words) -> ValueRule | None:
    if node is None:
        return None
    if isinstance(node, Scalar):
        return ValueRule(path=node.text)
    if not isinstance(node, MapNode):
        form.findings.add("E-SHAPE", node.place, f"`{name}` is the name of a field, or a map with `field` or `fixed`.")
        return None
    inner = Form(node, form.findings, f"value `{name}`")
    fixed, path = inner.scalar("fixed", "any"), inner.text("field")
    if (fixed is None) is not bool(path):
        inner.findings.add("E-SHAPE", node.place, f"`{name}` has either `field` or `fixed`.")
    table, default = inner.word("table"), inner.scalar("default", "any")
    if table and table not in words.tables:
        inner.wrong("table", f"There is no table `{table}`.", did_you_mean(table, words.tables), code="E-NAME")
    rule = ValueRule(path, _plain(fixed), table, _plain(default), inner.flag("hashed"), inner.flag("minor"))
    inner.done()
    return rule


def _plain(node: Scalar | None) -> JsonValue:
    if node is None:
        return None
    return node.value if isinstance(node.value, bool | int) else node.text


@lru_cache(maxsize=64)
def shipped_text(rules: Path, kind: str) -> str:
    """The mapping file of a kind of source, from a folder of rules or, where that has none, as it was shipped.

    Read once in a process, because it changes with the version alone.
    """
    own = rules / "sources" / f"{kind}.yaml"
    return (own if own.exists() else ROOT / "rules" / "sources" / f"{kind}.yaml").read_text("utf-8")


def own_text(rules: Path, source_id: str, kind: str) -> str:
    """The mapping file that a company keeps for one source, named like it; empty where there is none."""
    own = rules / "sources" / f"{source_id}.yaml"
    return own.read_text("utf-8") if source_id != kind and own.exists() else ""
