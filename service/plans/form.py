"""A form: the reader of one map with named fields, which notes what is missing, mistyped or unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from service.plans.finding import Findings, Place, did_you_mean
from service.plans.read import ListNode, MapNode, Node, Scalar
from service.plans.scalar import Percent

MAX_TEXT = 400
"""Characters of a title, a label or a note on a rule: they are printed on a statement."""

_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
_KIND_OF = {int: "a whole number", Decimal: "a number", Percent: "a percentage", date: "a date", bool: "true or false"}
_WRITTEN = {date: "Write it like 2026-11-30.", Percent: "Write it like 7.5%."}

COMMA = "A comma ends the value before it: write 1500 or 1_500 for thousands, and 3.5 with a point."
"""What to do about a number that was cut in two."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A field that the language has here; from these the schema for editors is made."""

    type: str
    required: bool = False
    options: tuple[str, ...] = ()


@dataclass(slots=True)
class Form:
    """One map, read field by field; `what` names it in messages: `rule "soft"`."""

    node: MapNode
    findings: Findings
    what: str
    asked: dict[str, Asked] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the field is written."""
        return name in self.node.entries

    def place(self, name: str) -> Place:
        """Where the value of a field stands."""
        node = self.node.entries.get(name)
        return self.node.place_of(name) if node is None else node.place

    def wrong(self, name: str, message: str, suggestion: str = "", code: str = "E-SHAPE") -> None:
        """Note that a field is wrong."""
        self.findings.add(code, self.place(name), message, suggestion)

    def value(self, name: str, kind: str, *, required: bool = False, options: Sequence[str] = ()) -> Node | None:
        """The value of a field as it is; a required one that is missing is noted."""
        self.asked[name] = Asked(kind, required, tuple(options))
        found = self.node.entries.get(name)
        if isinstance(found, Scalar) and found.value is None:
            self.wrong(name, f"`{name}` of {self.what} is empty.")
            return None
        if found is None and required:
            message = f"{self.what[:1].upper()}{self.what[1:]} has no `{name}`."
            self.findings.add("E-SHAPE", self.node.place, message, f"Add `{name}:`.")
        return found

    def scalar(self, name: str, kind: str, *, required: bool = False, options: Sequence[str] = ()) -> Scalar | None:
        """A single value."""
        found = self.value(name, kind, required=required, options=options)
        if found is None or isinstance(found, Scalar):
            return found
        self.wrong(name, f"`{name}` of {self.what} is one value, not a list or a map.")
        return None

    def text(self, name: str, *, required: bool = False) -> str:
        """A text; a number or a date written here is taken as it is written."""
        found = self.scalar(name, "text", required=required)
        if found is None:
            return ""
        if len(found.text) > MAX_TEXT:
            self.wrong(name, f"`{name}` of {self.what} is longer than {MAX_TEXT} characters.")
        return found.text[:MAX_TEXT].strip()

    def choice(self, name: str, options: Sequence[str], default: str = "", *, required: bool = False) -> str:
        """One of some words."""
        found = self.scalar(name, "choice", required=required, options=options)
        if found is None:
            return default
        if found.text in options:
            return found.text
        hint = did_you_mean(found.text, options)
        self.wrong(name, f"`{name}` of {self.what} is one of {', '.join(options)}; not `{found.text[:40]}`.", hint)
        return default

    def word(self, name: str, *, required: bool = False) -> str:
        """A name in the language: small letters, digits, underscores."""
        found = self.scalar(name, "name", required=required)
        if found is None:
            return ""
        if not is_id(found.text):
            self.wrong(name, f"`{found.text[:40]}` is not a name: small letters, digits and underscores.")
            return ""
        return found.text

    def flag(self, name: str) -> bool:
        """True or false; false if it is not written."""
        found = self.scalar(name, "flag")
        if found is not None and not isinstance(found.value, bool):
            self.mistyped(name, found, bool)
        return found is not None and found.value is True

    def exact(self, name: str, *, required: bool = False) -> Fraction | None:
        """A number."""
        found = self.scalar(name, "number", required=required)
        if found is None:
            return None
        if isinstance(found.value, bool) or not isinstance(found.value, int | Decimal):
            self.mistyped(name, found, Decimal)
            return None
        return Fraction(found.value)

    def whole(self, name: str, default: int = 0) -> int:
        """A whole number that is not negative."""
        found = self.exact(name)
        if found is None:
            return default
        if found.denominator != 1 or found < 0:
            self.wrong(name, f"`{name}` of {self.what} is a whole number of 0 or more.")
            return default
        return found.numerator

    def ratio(self, name: str, *, required: bool = False) -> Fraction | None:
        """A percentage."""
        found = self.scalar(name, "percent", required=required)
        if found is None:
            return None
        if not isinstance(found.value, Percent):
            self.mistyped(name, found, Percent)
            return None
        return found.value.ratio

    def day(self, name: str, *, required: bool = False) -> date | None:
        """A date."""
        found = self.scalar(name, "date", required=required)
        if found is None:
            return None
        if not isinstance(found.value, date):
            self.mistyped(name, found, date)
            return None
        return found.value

    def mistyped(self, name: str, found: Scalar, wanted: type) -> None:
        """Note a value of the wrong type."""
        number = isinstance(found.value, int | Decimal) and wanted is Percent
        hint = f"Write {found.text}% if you mean that." if number else _WRITTEN.get(wanted, "")
        self.wrong(name, f"`{name}` of {self.what} is {_KIND_OF[wanted]}; `{found.text[:40]}` is not.", hint, "E-TYPE")

    def inner(self, name: str, *, required: bool = False) -> Form | None:
        """A map inside."""
        found = self.value(name, "map", required=required)
        if found is None:
            return None
        if isinstance(found, MapNode):
            return Form(found, self.findings, f"`{name}` of {self.what}")
        self.wrong(name, f"`{name}` of {self.what} is a map of names to values.")
        return None

    def entries(self, name: str, *, required: bool = False) -> list[tuple[str, Node]]:
        """The entries of a map whose keys the author chooses."""
        found = self.value(name, "map", required=required)
        if found is None:
            return []
        if isinstance(found, MapNode):
            return list(found.entries.items())
        self.wrong(name, f"`{name}` of {self.what} is a map of names to values.")
        return []

    def items(self, name: str, *, required: bool = False) -> list[Node]:
        """A list."""
        found = self.value(name, "list", required=required)
        if found is None:
            return []
        if isinstance(found, ListNode):
            if required and not found.items:
                self.wrong(name, f"`{name}` of {self.what} is empty.", "Name at least one, or leave it out.")
            return list(found.items)
        self.wrong(name, f"`{name}` of {self.what} is a list, written [a, b].")
        return []

    def words(self, name: str, *, required: bool = False) -> list[Scalar]:
        """A list of names; a single one may stand without brackets."""
        single = self.node.entries.get(name)
        nodes = (
            [single] if isinstance(single, Scalar) and single.value is not None else self.items(name, required=required)
        )
        self.asked[name] = Asked("names", required)
        for item in nodes:
            if not isinstance(item, Scalar):
                self.findings.add("E-SHAPE", item.place, f"`{name}` of {self.what} is a list of names.")
        return [item for item in nodes if isinstance(item, Scalar)]

    def forms(self, name: str, what: str, *, required: bool = False) -> list[Form]:
        """A list of maps."""
        found: list[Form] = []
        for item in self.items(name, required=required):
            if isinstance(item, MapNode):
                found.append(Form(item, self.findings, f"{what} of {self.what}"))
            else:
                self.findings.add("E-SHAPE", item.place, f"`{name}` of {self.what} holds maps, written {{a: b}}.")
        return found

    def done(self) -> None:
        """Note every field that the language does not have here."""
        for name in self.node.entries:
            if name not in self.asked:
                known = ", ".join(self.asked)
                cut = COMMA if name[:1].isdigit() else ""
                hint = cut or did_you_mean(name, self.asked) or f"Known: {known}."
                place = self.node.place_of(name)
                self.findings.add(
                    "E-SHAPE", place, f"{self.what[:1].upper()}{self.what[1:]} has no field `{name}`.", hint
                )


def is_id(text: str) -> bool:
    """Whether a text is a name in the language."""
    return _ID.fullmatch(text) is not None


def check_ids(entries: Iterable[tuple[str, Node]], findings: Findings, what: str) -> None:
    """Note keys that cannot be names."""
    for key, node in entries:
        if not is_id(key):
            message = f"`{key[:40]}` cannot be the name of a {what}: small letters, digits and underscores."
            small = re.sub(r"\W+", "_", key.casefold(), flags=re.ASCII)
            findings.add("E-SHAPE", node.place, message, f"Write `{small}`." if is_id(small) else "")
