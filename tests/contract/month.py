"""The month of the company closed, paid, printed and read: every endpoint of the money once."""

from __future__ import annotations

from tests.contract.company import FILES, MONTH, THIS_MONTH, WHY, Hands, call, noon


def close(hands: Hands) -> dict[str, list[str]]:
    """The month closed, withdrawn, closed again, approved by the second person and paid."""
    mine, named = hands.mine, {"period": str(MONTH)}
    mine.ask("POST /v1/periods/{period}/close", named=named)
    mine.ask("GET /v1/statements/{person_id}/{period}", query={"version": 1}, named={"person_id": "ann", **named})
    mine.ask("POST /v1/periods/{period}/withdraw", {"reason": "a test"}, named=named)
    closed = mine.ask("POST /v1/periods/{period}/close", named=named).json()
    late = mine.ask("POST /v1/events", call("late", noon(MONTH.first_day))).json()["results"]
    mine.ask("POST /v1/events/{receipt_id}:void", WHY, named={"receipt_id": late[0]["receipt_id"]})
    approval = {"document_hash": closed["document_hash"]}
    hands.second.ask("POST /v1/periods/{period}/approve", approval, named=named)
    mine.ask("POST /v1/periods/{period}/pay", named=named)
    mine.ask("GET /v1/periods/{period}", named=named)
    mine.ask("GET /v1/periods/{period}", named={"period": str(THIS_MONTH)})
    mine.ask("GET /v1/periods")
    for path, asked in (
        *(("GET /v1/payouts/{period}", {"format": name}) for name in ("json", "csv", "xlsx")),
        ("GET /v1/payouts/{period}/payroll", {}),
    ):
        answer = mine.ask(path, named=named, query=asked)
        mine.ask(path, named=named, query=asked, headers={"If-None-Match": answer.headers["ETag"]})
    return {}


def read(hands: Hands) -> dict[str, list[str]]:
    """What came of it."""
    mine, ann = hands.mine, {"person_id": "ann"}
    for period in (MONTH, THIS_MONTH):
        month = {"period": str(period)}
        mine.ask("GET /v1/statements/{person_id}/{period}", query={"lang": "bg"}, named=ann | month)
        mine.ask("GET /v1/statements/{person_id}/{period}/events", query={"metric": "calls"}, named=ann | month)
        mine.ask("GET /v1/people/{person_id}/points", query=month, named=ann)
        board = mine.ask("GET /v1/leaderboards/{board}", query=month, named={"board": "closer"})
        same = {"If-None-Match": board.headers["ETag"]}
        mine.ask("GET /v1/leaderboards/{board}", query=month, named={"board": "closer"}, headers=same)
        mine.ask("GET /v1/targets", query=month)
        mine.ask("GET /v1/targets/ramps", query=month)
    for path in ("/v1/plans", "/v1/people", "/v1/limits", "/healthz", "/readyz"):
        mine.ask(f"GET {path}")
    mine.ask("GET /v1/plans/{plan_id}", named={"plan_id": "closer"})
    mine.ask("GET /v1/plans/{plan_id}/confirmations", named={"plan_id": "closer"})
    tried = {"plan": "closer", "files": FILES, "from": str(MONTH), "to": str(MONTH)}
    backtest = mine.ask("POST /v1/plans/backtests", tried).json()
    mine.ask("GET /v1/plans/backtests/{backtest_id}", named=backtest)
    for query in ({"limit": 2}, {"limit": 2, "format": "csv"}):
        mine.ask("GET /v1/audit", query=query)
    return {"backtest_id": [backtest["backtest_id"]]}


def print_(hands: Hands) -> dict[str, list[str]]:
    """Statements on paper, one by one and all together."""
    mine, month = hands.mine, {"period": str(MONTH)}
    for period in (MONTH, THIS_MONTH):
        mine.ask("GET /v1/statements/{person_id}/{period}/pdf", named={"person_id": "ann", "period": str(period)})
    mine.ask("POST /v1/statements/{person_id}/{period}/link", {"hours": 1}, named={"person_id": "ann", **month})
    mine.ask("GET /v1/statements/{period}", named=month)
    archive = mine.ask("POST /v1/statement-archives", month).json()
    mine.ask("GET /v1/statement-archives/{archive_id}", named=archive)
    mine.ask("GET /v1/statement-archives/{archive_id}/zip", named=archive)
    return {"archive_id": [archive["archive_id"]]}
