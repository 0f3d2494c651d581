"""Every word of the plan language as the code has it: fields, kinds, choices and codes, read from the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache

from service.domain.event import Part
from service.domain.metric import Aggregation, Better, CreditRule
from service.domain.standard import Unit
from service.plans import curves, head, parse, points, rules, source_mapping, teams, vocabulary
from service.plans.given import FAMILIES, NESTED, OUTSIDE
from service.plans.kinds import KINDS
from service.plans.kinds.tiers import MODES
from service.plans.names import EMPLOYEE
from tests.repository import ROOT

READERS = frozenset(
    {
        "choice", "curve", "day", "entries", "exact", "expression", "flag", "forms", "inner", "items", "money", "names",
        "number", "ratio", "same_as", "scalar", "standard", "text", "value", "whole", "word", "words",
    }
)  # fmt: skip
"""Methods that read a field by its name."""

MAPPING, PAYOUTS = "source_mapping.py", "payout_settings.py"
"""Read other languages, the mappings of sources and the settings of payouts, which have manuals of their own."""

_CODE = re.compile(r'"([EW]-[A-Z-]+)"')
_NAME = re.compile(r"[a-z][a-z_]*")
ENUMS: tuple[type[StrEnum], ...] = (Aggregation, Better, CreditRule, Unit, Part)


@cache
def sources() -> dict[str, str]:
    """The modules of the plan language by path."""
    root = ROOT / "service" / "plans"
    paths = [
        path for path in sorted(root.rglob("*.py")) if "paper" not in path.parts and path.name not in {MAPPING, PAYOUTS}
    ]
    return {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in paths}


def codes() -> list[str]:
    """Every code of a finding."""
    return sorted({code for text in sources().values() for code in _CODE.findall(text)})


def fields() -> list[str]:
    """Every field that a reader asks for, and the sections of files."""
    found = {name for text in sources().values() for call in _calls(text) for name in _fields_of(call)}
    return sorted(found | {*head.PLAN_FIELDS, *vocabulary.SECTIONS})


def mapping_fields() -> list[str]:
    """Every field that a mapping file may hold."""
    text = (ROOT / "service" / "plans" / MAPPING).read_text(encoding="utf-8")
    return sorted({name for call in _calls(text) for name in _fields_of(call)} | set(source_mapping.FIELDS))


def _calls(text: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))


def _fields_of(call: ast.Call) -> Iterator[str]:
    """The names given to a reader, and the words it may choose from."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in READERS:
        return
    values = [*call.args, *(item for part in call.args if isinstance(part, ast.Tuple) for item in part.elts)]
    for value in values[:1] if call.func.attr != "choice" else values:
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and _NAME.fullmatch(value.value):
            yield value.value
    if call.func.attr == "expression" and len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
        yield str(call.args[1].value)


def words() -> list[str]:
    """Every other word an author may write: kinds, modes, choices, functions, families and names."""
    found = {*KINDS, *MODES, *curves.KINDS, *points.KINDS, *rules.SPANS, *teams.OVER, *parse.FUNCTIONS, *EMPLOYEE}
    found |= {*FAMILIES, *NESTED, *OUTSIDE, *parse.COMPARISONS, "points.total"}
    return sorted(found | {str(item) for enum in ENUMS for item in enum})
