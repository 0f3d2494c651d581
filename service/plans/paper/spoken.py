"""Spoken: expressions and names in the words of the people they pay."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.period import Period
from service.plans.expression import Binary, Compare, Const, Expr, In, Logic, Name, Ratio, Type, Unary
from service.plans.paper.wording import LANGUAGES, NAMES, phrase
from service.plans.plan import Plan
from service.plans.render import canonical, shown
from service.plans.standards import value_in_force

COMPARED = {">=": "at_least", ">": "more", "<=": "at_most", "<": "less", "==": "equal", "!=": "unequal"}
"""The phrases of comparisons."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A plan in a language, with the parameters of a month."""

    plan: Plan
    language: str
    period: Period

    def title(self, english: str, bulgarian: str) -> str:
        """The title in this language, or the one that there is."""
        return (bulgarian if self.language == "bg" else english) or english

    def quoted(self, english: str, bulgarian: str) -> str:
        """The title in the quotation marks of this language."""
        text = self.title(english, bulgarian)
        return f"„{text}“" if self.language == "bg" else f"“{text}”"

    def say(self, expr: Expr, kind: Type = Type.ANY) -> str:
        """An expression in words; `kind` is what a bare number means here."""
        match expr:
            case Const(value=value):
                return shown(value, kind if expr.type is Type.NUMBER else expr.type)
            case Name(name=name):
                return self.name(name, kind)
            case Binary() | Ratio():
                return self._arithmetic(expr, kind)
            case Compare() | Logic() | In() | Unary():
                return self.condition(expr)
            case _:
                return canonical(expr)

    def _arithmetic(self, expr: Binary | Ratio, kind: Type) -> str:
        match expr:
            case Ratio(top=top, bottom=bottom):
                return phrase("ratio", self.language, top=self.say(top), bottom=self.say(bottom))
            case Binary(op="*", left=left, right=right):
                return f"{self.say(left, kind)} x {self.say(right)}"
            case Binary(op="min" | "max"):
                return canonical(expr)
            case Binary(op=op, left=left, right=right):
                return f"{self.say(left, kind)} {op} {self.say(right, kind)}"

    def condition(self, expr: Expr) -> str:
        """A condition in words."""
        match expr:
            case Compare(op=op, left=left, right=right):
                other = Type.RATIO if left.type is Type.RATIO else left.type
                words = {"left": self.say(left), "right": self.say(right, other)}
                return phrase(COMPARED[op], self.language, **words)
            case Logic(op=op, items=items):
                return phrase(op, self.language).join(self.say(item) for item in items)
            case In(item=item, options=options):
                listed = phrase("or", self.language).join(self.say(option) for option in options)
                return phrase("equal", self.language, left=self.say(item), right=listed)
            case Unary(op="not", of=of):
                return phrase("not", self.language) + self.say(of)
            case _:
                return canonical(expr)

    def name(self, name: str, kind: Type) -> str:
        """What a name is called: the title of its metric, standard or rule, the value of a parameter."""
        if name in NAMES:
            return NAMES[name][LANGUAGES.index(self.language)]
        family, key = name.split(".")[-2:]
        match family:
            case "param":
                value = value_in_force(self.plan.params[key], self.period.first_day)
                declared = self.plan.params[key].type
                return name if value is None else shown(value, kind if declared is Type.NUMBER else declared)
            case "attainment" | "target":
                return phrase(family, self.language, name=self.standard(key))
            case "line":
                return self.rule(key)
            case _:
                return self.metric(family, key)

    def metric(self, family: str, key: str) -> str:
        """The title of a metric or a team metric in quotes."""
        found = self.plan.team_metrics.get(key) if family == "team" else self.plan.metrics.get(key)
        return self.quoted(found.title, found.title_bg) if found else key

    def standard(self, key: str) -> str:
        """The title of a standard in quotes."""
        found = self.plan.standards.get(key)
        return self.quoted(found.title or found.id, found.title_bg) if found else key

    def rule(self, key: str) -> str:
        """The label of a rule in quotes."""
        found = next((rule for rule in self.plan.rules if rule.id == key), None)
        return self.quoted(found.label, found.label_bg) if found else key

    def rules(self, keys: tuple[str, ...]) -> str:
        """Several rules, joined as a person joins them."""
        names = [self.rule(key) for key in keys]
        joined = ", ".join(names[:-1])
        return f"{joined}{phrase('and', self.language)}{names[-1]}" if joined else "".join(names)
