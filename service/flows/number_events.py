"""Number collected events by what they are called, so that a bundle is the same whichever database it comes from."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.store import bundled


def number_events(session: Session) -> None:
    """Number the events; once, after the last one was collected."""
    bundled.number_events(session)
