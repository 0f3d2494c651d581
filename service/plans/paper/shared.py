"""Shared: what a plan gives beside its lines - pools, points, streaks and badges - in sentences of its document."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from service.domain.award import DayAward
from service.plans.expression import Const, Name, Type
from service.plans.paper.composed import Section
from service.plans.paper.spoken import Speaker
from service.plans.paper.wording import phrase, sentence
from service.plans.points import Badge, PointRule
from service.plans.pools import Pool
from service.plans.render import cut, shown


def shared(speaker: Speaker) -> Iterator[Section]:
    """A section for every pool, rule of points and badge of a plan, in the order of its file."""
    plan = speaker.plan
    for pool in plan.pools.values():
        yield Section(speaker.title(pool.label, pool.label_bg), tuple(_pool(speaker, pool)))
    for rule in plan.points.values():
        yield Section(speaker.title(rule.label, rule.label_bg), tuple(_points(speaker, rule)), _rewards(speaker, rule))
    for badge in plan.badges.values():
        yield Section(speaker.title(badge.label, badge.label_bg), (_badge(speaker, badge),))


def award_words(rule: PointRule, given: DayAward, language: str) -> str:
    """Why a day gave points: "5 days in a row: 50 points", "24 x 0.5: 12 points (at most 40 a day)"."""
    points = points_words(Fraction(given.points), language)
    match rule.kind:
        case "per":
            words = phrase("given_per", language, value=cut(given.value), each=cut(rule.each), points=points)
            is_cut = rule.daily_max is not None and given.value * rule.each > rule.daily_max
            return words + (phrase("given_most", language, value=str(rule.daily_max)) if is_cut else "")
        case "when":
            label = (rule.label_bg if language == "bg" else rule.label) or rule.label
            return phrase("given_when", language, label=label, points=points)
        case _:
            return phrase("given_streak", language, days=str(given.length), points=points)


def points_words(count: Fraction, language: str) -> str:
    """So many points in words."""
    return phrase("point" if count == 1 else "points", language, count=cut(count))


def _pool(speaker: Speaker, pool: Pool) -> Iterator[str]:
    language = speaker.language
    most = "" if pool.most is None else phrase("most", language, value=speaker.say(pool.most, Type.MONEY))
    words = {"rate": speaker.say(pool.rate), "base": speaker.say(pool.base), "most": most}
    yield sentence("pool", language, words | {"members": phrase(pool.members, language)})
    if pool.when is not None:
        yield sentence("when", language, {"when": speaker.condition(pool.when)})
    if pool.eligible is not None:
        yield sentence("eligible", language, {"eligible": speaker.condition(pool.eligible)})
    if isinstance(pool.share_by, Const):
        yield sentence("share_equal", language, {})
    else:
        by_points = pool.share_by == Name("points.total", Type.POINTS)
        by = phrase("their_points", language) if by_points else speaker.say(pool.share_by)
        yield sentence("share_by", language, {"by": by})
    if pool.member_max is not None:
        yield sentence("member_max", language, {"share": shown(pool.member_max, Type.RATIO)})


def _points(speaker: Speaker, rule: PointRule) -> Iterator[str]:
    language = speaker.language
    when = "" if rule.when is None else speaker.condition(rule.when)
    match rule.kind:
        case "per":
            most = "" if rule.daily_max is None else phrase("daily_max", language, value=str(rule.daily_max))
            words = {"points": points_words(rule.each, language), "metric": speaker.metric("metric", rule.metric)}
            yield sentence("points_per", language, words | {"daily_max": most})
        case "when":
            points = points_words(Fraction(rule.points), language)
            yield sentence("points_when", language, {"points": points, "when": when})
        case _:
            yield sentence("days_off", language, {})
            if rule.freezes_per_month:
                yield sentence("freezes", language, {"count": str(rule.freezes_per_month)})
            # Last, because its rows follow.
            yield sentence("points_streak", language, {"when": when})


def _rewards(speaker: Speaker, rule: PointRule) -> tuple[str, ...]:
    return tuple(
        phrase("reward", speaker.language, days=str(days), points=points_words(Fraction(points), speaker.language))
        for days, points in rule.rewards
    )


def _badge(speaker: Speaker, badge: Badge) -> str:
    return sentence("badge", speaker.language, {"when": speaker.condition(badge.when)})
