"""The canonical document: a resolved plan as JSON text that is the same for the same meaning, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from service.domain.errors import InvalidError
from service.plans.finding import Place
from service.plans.read import ListNode, MapNode, Node, Scalar
from service.plans.scalar import ScalarError, canonical_scalar, read_scalar, scalar_of_canonical

Plain = None | bool | int | str | list["Plain"] | dict[str, "Plain"]
"""A value of the canonical document: JSON without fractions; exact numbers and percentages are short texts."""


class DocumentError(InvalidError):
    """A stored plan document that is not one of ours."""

    code = "invalid_plan_document"
    title = "Not a plan document"


def plain_of(node: Node, spelled: Mapping[int, str]) -> Plain:
    """A tree as plain values; `spelled` gives the one spelling of an expression by the id() of its node."""
    match node:
        case Scalar():
            text = spelled.get(id(node))
            return canonical_scalar(node.value if text is None else read_scalar(text))
        case ListNode():
            return [plain_of(item, spelled) for item in node.items]
        case MapNode():
            return {key: plain_of(item, spelled) for key, item in node.entries.items()}


def node_of(value: Plain, place: Place) -> Node:
    """Plain values as a tree of nodes, all at one place."""
    match value:
        case list():
            return ListNode(place, tuple(node_of(item, place) for item in value))
        case dict():
            entries = {key: node_of(item, place) for key, item in value.items()}
            return MapNode(place, entries, dict.fromkeys(entries, place))
        case _:
            meaning = scalar_of_canonical(value)
            text = value.removeprefix('"') if isinstance(value, str) else json.dumps(value)
            return Scalar(place, meaning, text)


def text_of(value: Plain) -> str:
    """Canonical JSON: keys sorted, no spaces."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def ordered_text_of(value: Plain) -> str:
    """JSON in the author's order, for what has one: the stages of a process."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def map_of_text(text: str, name: str) -> MapNode:
    """The tree of a stored document; `name` stands in messages where a file would."""
    try:
        node = node_of(json.loads(text, parse_float=_no_float), Place(name))
    except (ValueError, ScalarError, RecursionError) as error:
        raise DocumentError(f"The stored document of {name} cannot be read: {error}.") from error
    if not isinstance(node, MapNode):
        raise DocumentError(f"The stored document of {name} is not a map.")
    return node


def hash_of(text: str) -> str:
    """The content hash of a canonical document."""
    return hashlib.sha256(text.encode()).hexdigest()


def _no_float(text: str) -> None:
    raise ValueError(f"it holds the binary fraction {text}")
