"""A leaderboard: who is listed, which place a score has, and what may be shown of it to others."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

WINDOW = 5
"""Rows of a view around one person: two above, two below, as many as fit a phone without scrolling."""

MIN_LISTED = 5
"""A board with fewer people is not shown to others: with four names everybody knows who is meant."""

WHOLE_BOARD = 50
"""A board of up to this many people is given whole; a longer one in pages of this size."""

TIE_RULE = "equal_shown_score_shares_the_place"
"""Equal on the screen is equal in rank; the order inside a tie (reached first, then person id) is for display only."""


class RankKind(StrEnum):
    """What follows two people at the first place: the third (competition), the second (dense), or no tie at all."""

    COMPETITION = "competition"
    DENSE = "dense"
    ORDINAL = "ordinal"
    MODIFIED = "modified"


@dataclass(frozen=True, slots=True)
class Standing:
    """One person's row of a board: the score as it is shown, and when it was reached."""

    person_id: str
    team: str
    score_tenths: int
    reached_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A standing with its rank; `gap_tenths` is what is missing to the next higher score, None at the top."""

    standing: Standing
    rank: int
    tied: bool
    gap_tenths: int | None


@dataclass(frozen=True, slots=True)
class Before:
    """What stands before a page: how many people, how many of them tied with its first row, and the score above."""

    people: int = 0
    tied: int = 0
    score_above: int | None = None


def is_listed(score_tenths: int, *, has_plan: bool, present_days: int) -> bool:
    """Whether a person takes part: something done, something planned, and a day at work; the others are not "last"."""
    return score_tenths > 0 and has_plan and present_days >= 1


def display_order(standing: Standing) -> tuple[int, datetime, str]:
    """The sort key of a board: the higher score, then who reached it first, then the person id."""
    return -standing.score_tenths, standing.reached_at, standing.person_id


def ranks(scores: Sequence[int], kind: RankKind = RankKind.COMPETITION) -> list[int]:
    """The rank of each score of a whole board, given from high to low."""
    rising = [-score for score in scores]
    match kind:
        case RankKind.COMPETITION:
            return [bisect_left(rising, score) + 1 for score in rising]
        case RankKind.MODIFIED:
            return [bisect_right(rising, score) for score in rising]
        case RankKind.DENSE:
            steps = sorted(set(rising))
            return [bisect_left(steps, score) + 1 for score in rising]
        case RankKind.ORDINAL:
            return list(range(1, len(rising) + 1))


def places(page: Sequence[Standing], before: Before = Before(), next_score: int | None = None) -> list[Place]:
    """The places of a page in display order; `next_score` is the score after its last row, None at the end."""
    if not page:
        return []
    scores = [page[0].score_tenths] * before.tied + [row.score_tenths for row in page]
    scores += [] if next_score is None else [next_score]
    page_ranks = ranks(scores)[before.tied : before.tied + len(page)]
    first = before.people - before.tied
    return [
        Place(row, first + rank, scores.count(row.score_tenths) > 1, _gap(row.score_tenths, scores, before.score_above))
        for row, rank in zip(page, page_ranks, strict=True)
    ]


def around(position: int, people: int, size: int = WINDOW) -> tuple[int, int]:
    """The first and last position of a window around one position, clamped at both ends of the board."""
    first = max(1, min(position - size // 2, people - size + 1))
    return first, min(people, first + size - 1)


def notation(rank: int, *, tied: bool) -> str:
    """The rank as it is written: "3." alone, "=3." shared."""
    return f"={rank}." if tied else f"{rank}."


def first_unnamed_position(listed: int) -> int:
    """The position from which the bottom quarter begins: those rows are shown to others without names."""
    return 3 * listed // 4 + 1


def is_named(place: Place, unnamed_score: int | None) -> bool:
    """Whether others may read the name.

    `unnamed_score` is the score at the first unnamed position: whoever shares it is unnamed too, or the names left out
    would be known; only the leaders of a board where everybody is equal keep theirs.
    """
    return unnamed_score is None or place.rank == 1 or place.standing.score_tenths > unnamed_score


def _gap(score: int, scores: Sequence[int], score_above: int | None) -> int | None:
    higher = [other for other in scores if other > score] or ([] if score_above is None else [score_above])
    return min(higher) - score if higher else None
