"""Looking into a message: what stands at a place, whatever the sender has put there instead."""

from __future__ import annotations

from collections.abc import Sequence

from service.domain.event import JsonValue

TEXT_CHARACTERS = 255
"""Longest text taken over from a message: all of ours are ids, numbers and words."""


def at(tree: object, *path: str) -> object:
    """What stands at a place; None where nothing does."""
    for step in path:
        tree = tree.get(step) if isinstance(tree, dict) else None
    return tree


def text_at(tree: object, *path: str) -> str:
    """The text or number at a place, as a text; empty for anything else.

    Where a form has both a text and a tree at one place, the text is meant (see `form`).
    """
    found = at(tree, *path)
    found = found.get("") if isinstance(found, dict) else found
    plain = found is None or isinstance(found, bool | dict | list)
    return "" if plain else str(found)[:TEXT_CHARACTERS]


def branch_at(tree: object, *path: str) -> dict[str, JsonValue]:
    """The object at a place; empty for anything else."""
    found = at(tree, *path)
    return found if isinstance(found, dict) else {}


def rows_at(tree: object, *path: str) -> Sequence[JsonValue]:
    """The list at a place, or the values of a form's numbered keys; empty for anything else."""
    found = at(tree, *path)
    if isinstance(found, dict):
        return list(found.values())
    return found if isinstance(found, list) else []


def as_json(tree: object) -> JsonValue:
    """A form's tree as the value that JSON would have given."""
    return {str(key): as_json(item) for key, item in tree.items()} if isinstance(tree, dict) else str(tree)
