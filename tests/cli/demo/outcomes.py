"""An outcome of a demo, made by hand."""

from __future__ import annotations

from dataclasses import replace

from service.cli.demo.outcome import LateNews, Outcome, Place, Season
from service.domain.earning import Disposition, EarningLine
from service.domain.payout import Payout, PayoutReport
from service.domain.period import Period, PeriodState
from service.reports.statement import Statement

PERIOD = Period(2026, 2)

A_CORRECTION = EarningLine(
    person_id="eva",
    period=PERIOD.following,
    month_worked=PERIOD,
    position=0,
    rule="commission",
    kind="tiers",
    label="Commission on money received",
    label_bg="Комисиона",
    amount_minor=1_485,
    disposition=Disposition.PAYABLE,
    plan_hash="",
)

A_RELEASE = replace(A_CORRECTION, position=1, kind="release", label="Released: Deferred", amount_minor=700)


def an_outcome(*, balanced: bool = True) -> Outcome:
    """A month with three places on the board, one statement and one payout."""
    return Outcome(
        period=PERIOD,
        season=Season(
            33, {"accepted": 99_000, "duplicate": 400, "quarantined": 12}, ingest_s=20.125001, close_s=0.5
        ),
        boards={
            "closer": [
                Place(1, "ann", "Ann A", "sofia", 1042, tied=True),
                Place(1, "ben", "Бен Б", "varna", 1042, tied=True),
                Place(3, "eva", "Eva E", "varna", 980, tied=False),
            ]
        },
        statement=Statement("confirmed", None, "f00d", {
            "name": "Ann A",
            "payable": "1562.44",
            "lines": [
                {
                    "label": "Commission", "amount": "1562.44", "disposition": "payable",
                    "explanation": {
                        "steps": [{"text": "30,000.00 x 3%", "amount": "900"}],
                        "factors": [
                            {"rule": "discipline", "factor": "50%", "because": [
                                {"op": ">=", "left": "attainment.calls", "left_value": "79.9206%", "right_value": "80%"}
                            ]}
                        ],
                    },
                },
                {"label": "Salary", "amount": "1000.00", "disposition": "payroll", "explanation": {}},
            ],
        }),
        payouts=PayoutReport(
            PERIOD, PeriodState.CLOSED, 1, "EUR", "cafe",
            (Payout("ann", "Ann A", "closer", "sofia", "1001", "Demo", "sales", "payroll", PERIOD, 156_244, 39_061),),
        ),
        late_news=[LateNews("Eva E", A_CORRECTION), LateNews("Eva E", A_RELEASE)],
        entries=30,
        balanced=balanced,
    )  # fmt: skip
