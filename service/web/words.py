"""Sentences, numbers and names as the templates write them, in the language of the reader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from functools import partial

from service.domain import figures
from service.domain.earning import month_name
from service.domain.event import Event
from service.domain.figures import Language
from service.domain.hold import Hold, HoldState
from service.domain.leaderboard import Place, notation
from service.domain.metric import Metric, number_in
from service.domain.metric_guard import Guard
from service.domain.money import MINOR_PER_UNIT, to_minor
from service.domain.pace import WORK_ENDS, WORK_STARTS
from service.domain.period import Period
from service.reports.activity import Refusal, TooOften
from service.reports.day import Answer, Day, DayBar
from service.reports.person_month import StandardNow
from service.reports.points import BadgeShown, RulePoints, StreakNow
from service.reports.roles import usual_title
from service.web.assets import ASSETS
from service.web.texts import TEXTS, text

CLOCK = "%H:%M"


def for_templates(language: Language) -> dict[str, object]:
    """Everything a template may call, bound to a language."""
    spoken: dict[str, object] = {
        "t": text_first(language),
        "money": partial(_last(figures.money), language),
        "written_money": lambda text: figures.money(to_minor(Fraction(text)), language),
        "count": partial(_last(figures.count), language),
        "score": partial(_last(figures.score), language),
        "points": partial(_last(figures.points), language),
        "percent": partial(_last(figures.percent_cut), language),
        "month_title": lambda period: month_name(period, language.value),
    }
    told: dict[str, object] = {
        "title": partial(title, language),
        "titled": partial(titled, language),
        "role_title": lambda role: usual_title(role, language),
        "value": partial(value, language),
        "chip": partial(chip, language),
        "event_words": partial(event_words, language),
        "refusal": partial(refusal, language),
        "too_often": partial(too_often, language),
        "held": partial(held, language),
        "place_words": partial(place_words, language),
        "added": partial(added, language),
        "clock": clock,
        "day_of": day_of,
        "notation": notation,
    }
    return {**spoken, **told, "language": language.value, "ASSETS": ASSETS}


def text_first(language: Language) -> Callable[..., str]:
    """The catalogue, bound to a language."""

    def say(name: str, /, **values: object) -> str:
        return text(name, language, **values)

    return say


def title(language: Language, standard: StandardNow) -> str:
    """The name of a standard."""
    return standard.title_bg if language is Language.BG else standard.title


def titled(language: Language, item: RulePoints | StreakNow | BadgeShown) -> str:
    """The name of a rule of points, a streak or a badge."""
    return item.label_bg if language is Language.BG else item.label


def value(language: Language, amount: Fraction, value_type: str) -> str:
    """A value of a metric with its unit."""
    return figures.value(amount, value_type, language)


def chip(language: Language, bar: DayBar) -> tuple[str, str]:
    """Where a bar stands by the clock: its colour and its words."""
    if not bar.need:
        return "good", text("chip_done", language)
    if bar.lead < 0:
        return "behind", text("chip_behind", language, count=figures.count(-bar.lead, language))
    if bar.lead > 0:
        return "good", text("chip_ahead", language, count=figures.count(bar.lead, language))
    return "plain", text("chip_on", language)


def day_sentence(language: Language, day: Day) -> str:
    """The first sentence of the day: what to do next, or that there is nothing to do."""
    if day.answer in {Answer.NOTHING_PLANNED, Answer.DAY_OFF}:
        return text(f"answer_{day.answer}", language)
    if day.answer is Answer.NOT_STARTED:
        return text("answer_not_started", language, starts=WORK_STARTS.strftime(CLOCK))
    bar = day.bars[0]
    if day.answer is Answer.DONE:
        best = max(day.bars, key=lambda item: item.lead)
        if best.lead <= 0:
            return text("answer_done", language)
        return text("answer_done_ahead", language, lead=best.lead, title=title(language, best.standard))
    return text(
        f"answer_{day.answer}",
        language,
        title=title(language, bar.standard),
        need=figures.count(bar.need, language),
        done=figures.count(bar.done, language),
        target=figures.count(bar.target, language),
    )


def day_note(language: Language, day: Day) -> str:
    """The line under the first sentence."""
    if day.answer is Answer.NOTHING_PLANNED:
        return text("nothing_planned_why", language)
    if day.answer is Answer.OUT_OF_REACH:
        target = figures.count(day.bars[0].standard.target or 0, language)
        return text("out_of_reach_why", language, target=target)
    asked = [bar for bar in day.bars if bar.target]
    if day.answer in {Answer.MORE, Answer.DONE} and asked:
        bar = asked[0]
        done, target = figures.count(bar.done, language), figures.count(bar.target, language)
        return text("done_of", language, done=done, target=target, ends=WORK_ENDS.strftime(CLOCK))
    return ""


def event_words(language: Language, event: Event) -> str:
    """An event in a few words: what it was, how long or how much."""
    parts = [_kind(language, event)]
    seconds = number_in(event.data.get("talk_s"))
    if event.type == "call.ended" and seconds:
        parts.append(figures.duration(int(seconds), language))
    amount = number_in(event.data.get("amount"))
    if amount is not None:
        parts.append(figures.money(int(amount * MINOR_PER_UNIT), language))
    return " ".join(parts)


def too_often(language: Language, left: TooOften, shown_title: str) -> str:
    """Why an event is not counted although it would be by itself: it came too often, or too soon."""
    limit: int | str = left.limit
    if left.guard is Guard.MIN_GAP_S:
        limit = figures.duration(left.limit, language)
    return text("not_counted", language, title=shown_title, reason=text(left.guard.value, language, limit=limit))


def held(language: Language, hold: Hold) -> str:
    """Why an event does not count for now, and by when somebody decides."""
    if hold.state is HoldState.REJECTED:
        return text("rejected_event", language, why=hold.why)
    return text("held_event", language, due=hold.due_on.strftime("%d.%m.%Y"), why=hold.why)


def refusal(language: Language, missed: Refusal, shown_title: str) -> str:
    """Why an event is not counted, naming the limit it missed."""
    condition = missed.condition
    number = number_in(missed.value)
    low = condition.minimum is not None and (number is None or number < condition.minimum)
    limit = condition.minimum if low else condition.maximum
    if number is None or limit is None:
        reason = text("missing", language, field=condition.field)
    elif condition.field.endswith("_s"):
        reason = text("shorter" if low else "longer", language, limit=figures.duration(int(limit), language))
    else:
        name = "below" if low else "above"
        reason = text(name, language, field=condition.field, limit=figures.count(limit, language))
    return text("not_counted", language, title=shown_title, reason=reason)


def added(language: Language, metric: Metric, stored: int) -> str:
    """What an event added, with its sign."""
    sign = "+" if stored > 0 else ""
    return sign + figures.value(metric.to_value(stored), metric.value_type.name, language)


def place_words(language: Language, place: Place) -> str:
    """A place in words; a shared one says so."""
    return text("rank_shared" if place.tied else "rank", language, rank=place.rank, ordinal=ordinal(place.rank))


def ordinal(rank: int) -> str:
    """A place in English: 1st, 2nd, 3rd, 4th, 11th."""
    teens = rank % 100 in {11, 12, 13}
    return f"{rank}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(rank % 10, 'th')}"


def clock(moment: datetime) -> str:
    """The time of day."""
    return moment.strftime(CLOCK)


def day_of(day: date | None) -> str:
    """A day as both languages write it, 1.12.2026; nothing for no day."""
    return f"{day.day}.{day.month:02}.{day.year}" if day else ""


def months_beside(period: Period, last: Period) -> tuple[Period, Period | None]:
    """The month before, and the one after as long as it has begun."""
    return period.preceding, period.following if period < last else None


def _kind(language: Language, event: Event) -> str:
    if event.type == "call.ended":
        incoming, answered = event.data.get("direction") == "in", event.data.get("answered") is not False
        names = {(True, True): "call_in", (True, False): "call_missed", (False, True): "call_out"}
        return text(names.get((incoming, answered), "call_unanswered"), language)
    return text(event.type, language) if event.type in TEXTS else event.type


def _last(write: Callable[..., str]) -> Callable[..., str]:
    """The same writer with the language as its first argument."""

    def written(language: Language, amount: object) -> str:
        return write(amount, language)

    return written
