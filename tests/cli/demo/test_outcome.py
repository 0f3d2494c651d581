"""The outcome of a demo as one JSON object."""

from __future__ import annotations

import json

from service.cli.demo.outcome import outcome_document
from tests.cli.demo.outcomes import an_outcome


def test_the_document_has_exactly_the_promised_keys() -> None:
    document = outcome_document(an_outcome(), "closer")
    assert json.loads(json.dumps(document)) == {
        "period": "2026-02",
        "people": 33,
        "events": {"accepted": 99_000, "duplicate": 400, "quarantined": 12},
        "leaderboard": [
            {"rank": 1, "person": "ann", "score": 104.2},
            {"rank": 1, "person": "ben", "score": 104.2},
            {"rank": 3, "person": "eva", "score": 98.0},
        ],
        "statement": an_outcome().statement.document,
        "statement_hash": "f00d",
        "payouts": {"people": 1, "total": "1562.44"},
        "held_back": {"at_close": "390.61", "released_since": "7.00"},
        "ledger": {"entries": 30, "balanced": True},
        "seconds": {"ingest": 20.13, "close": 0.5},
    }
