"""Inheritance: a plan merged with the files it extends, nothing shadowed in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.plans.finding import Findings, Place, did_you_mean
from service.plans.read import ListNode, MapNode, Node, Scalar

MAX_ANCESTRY = 6
"""Files above one another: company, defaults, role, and room for a family of roles."""

OWN_FIELDS = frozenset(
    {"schema", "plan", "title", "title_bg", "version", "effective", "extends", "remove", "period", "budget"}
)
"""Fields that describe one file and are never inherited, except `period`, which a parent may give."""

INHERITED_FIELDS = frozenset({"period", "schema"})


@dataclass(frozen=True, slots=True)
class Sources:
    """All files of a directory, read but not yet understood."""

    files: Mapping[str, MapNode]
    findings: Mapping[str, Findings]


def ancestry(name: str, sources: Sources, findings: Findings) -> list[str]:
    """A file and everything it extends, the furthest first, each once."""
    order: list[str] = []
    _climb(name, sources, findings, [], order)
    return order


def _climb(name: str, sources: Sources, findings: Findings, path: list[str], order: list[str]) -> None:
    for parent, place in parents_of(sources.files[name]):
        if parent in [*path, name]:
            circle = " -> ".join([*path, name, parent])
            findings.add("E-EXTENDS", place, f"The files extend each other in a circle: {circle}.")
        elif parent not in sources.files:
            findings.add("E-EXTENDS", place, f"There is no file `{parent}.yaml`.", did_you_mean(parent, sources.files))
        elif len(path) >= MAX_ANCESTRY:
            findings.add("E-EXTENDS", place, f"More than {MAX_ANCESTRY} files extend one another.")
        elif parent not in order:
            _climb(parent, sources, findings, [*path, name], order)
    order.append(name)


def parents_of(node: MapNode) -> list[tuple[str, Place]]:
    """The files that a file extends, with their places."""
    extends = node.entries.get("extends")
    items = extends.items if isinstance(extends, ListNode) else (extends,) if isinstance(extends, Scalar) else ()
    return [(item.text, item.place) for item in items if isinstance(item, Scalar)]


def merged(name: str, sources: Sources, findings: Findings) -> MapNode:
    """One tree of a file and everything it extends: maps merged by key one level deep."""
    result = MapNode(sources.files[name].place)
    for part in ancestry(name, sources, findings):
        result = _joined(_without_removed(result, sources.files[part], findings), sources.files[part], findings)
    return result


def _without_removed(above: MapNode, below: MapNode, findings: Findings) -> MapNode:
    remove = below.entries.get("remove")
    if remove is None:
        return above
    if not isinstance(remove, ListNode):
        findings.add("E-REMOVE", remove.place, "`remove` is a list of names, written [a, b].")
        return above
    entries = dict(above.entries)
    for item in remove.items:
        section, _, key = item.text.rpartition(".") if isinstance(item, Scalar) else ("", "", "")
        held = entries.get(section or "rules")
        if isinstance(held, MapNode) and key in held.entries:
            rest = {name: node for name, node in held.entries.items() if name != key}
            entries[section or "rules"] = MapNode(held.place, rest, held.key_places)
        else:
            known = held.entries if isinstance(held, MapNode) else ()
            findings.add("E-REMOVE", item.place, f"Nothing inherited is called `{key}`.", did_you_mean(key, known))
    return MapNode(above.place, entries, above.key_places)


def _joined(above: MapNode, below: MapNode, findings: Findings) -> MapNode:
    entries = {key: node for key, node in above.entries.items() if key not in OWN_FIELDS or key in INHERITED_FIELDS}
    places = dict(above.key_places)
    for key, node in below.entries.items():
        held = entries.get(key)
        both = isinstance(held, MapNode) and isinstance(node, MapNode)
        entries[key] = _section(key, held, node, findings) if both and key not in OWN_FIELDS else _list(held, node)
        places[key] = below.place_of(key)
    return MapNode(below.place, entries, places)


def _list(held: Node | None, node: Node) -> Node:
    both = isinstance(held, ListNode) and isinstance(node, ListNode)
    return ListNode(node.place, (*held.items, *node.items)) if both else node  # type: ignore[union-attr]  # both are lists


def _section(section: str, above: Node | None, below: Node, findings: Findings) -> MapNode:
    assert isinstance(above, MapNode)
    assert isinstance(below, MapNode)
    entries, places = dict(above.entries), dict(above.key_places)
    for key, node in below.entries.items():
        inherited = entries.get(key)
        if inherited is not None and not _overrides(node):
            where = f"{inherited.place.file} line {inherited.place.line}"
            hint = "Write `override: true` in it to replace that one, or choose another name."
            message = f"`{section}.{key}` silently replaces the one inherited from {where}."
            findings.add("E-SHADOW", below.place_of(key), message, hint)
        if inherited is None and _overrides(node):
            hint = did_you_mean(key, above.entries)
            findings.add("E-SHADOW", below.place_of(key), f"`{section}.{key}` overrides nothing inherited.", hint)
        entries[key], places[key] = node, below.place_of(key)
    return MapNode(below.place, entries, places)


def _overrides(node: Node) -> bool:
    flag = node.entries.get("override") if isinstance(node, MapNode) else None
    return isinstance(flag, Scalar) and flag.value is True
