"""The settings of a source that an operator changes while it is in use."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from service.domain.source import InvalidSourceError

MOST_REQUESTS_PER_S = 10_000
"""More than one installation answers."""

MOST_EVENTS_PER_S = 1_000_000
"""More than one installation stores."""

MOST_AGE_DAYS = 3_660
"""Ten years: no pay is corrected further back."""


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """New values; None leaves one as it is."""

    requests_per_s: int | None = None
    events_per_s: int | None = None
    max_age_days: int | None = None
    versioned: bool | None = None

    def given(self) -> dict[str, int | bool]:
        """Those that change."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def demand_possible(settings: SourceSettings) -> None:
    """Refuse values that no source can have, and a change of nothing."""
    given = settings.given()
    if not given:
        raise InvalidSourceError("Name what to change: a rate, the greatest age, or whether events carry versions.")
    for name, most in (
        ("requests_per_s", MOST_REQUESTS_PER_S),
        ("events_per_s", MOST_EVENTS_PER_S),
        ("max_age_days", MOST_AGE_DAYS),
    ):
        if name in given and not 1 <= given[name] <= most:
            raise InvalidSourceError(f"{name} is 1 to {most}.")
