"""The month of the company closed, paid, printed and read: every endpoint of the money once."""

from __future__ import annotations

from tests.contract.company import EARLIER, FILES, MONTH, NOW, THIS_MONTH, WHY, Hands, call, noon


def reduce(hands: Hands) -> dict[str, list[str]]:
    """The month before closed, and a conversation of it taken back: a reduction, which waits for somebody."""
    mine, second, named = hands.mine, hands.second, {"period": str(EARLIER)}
    old = mine.ask("POST /v1/events", call("old", noon(EARLIER.first_day))).json()["results"][0]["receipt_id"]
    closed = mine.ask("POST /v1/periods/{period}/close", named=named).json()
    second.ask("POST /v1/periods/{period}/approve", {"document_hash": closed["document_hash"]}, named=named)
    proposed = mine.ask("POST /v1/events/{receipt_id}:void", WHY, named={"receipt_id": old}).json()
    second.ask("POST /v1/proposals/{proposal_id}:confirm", named=proposed)
    return {"period": [str(EARLIER)], "month": [str(EARLIER)], "posted_in": [str(MONTH)]}


def close(hands: Hands) -> dict[str, list[str]]:
    """The month closed, withdrawn, closed again, approved by the second person and paid as payroll says."""
    mine, second, named = hands.mine, hands.second, {"period": str(MONTH)}
    mine.ask("POST /v1/periods/{period}/close", named=named)
    mine.ask("GET /v1/statements/{person_id}/{period}", query={"version": 1}, named={"person_id": "ann", **named})
    mine.ask("POST /v1/periods/{period}/withdraw", {"reason": "a test"}, named=named)
    closed = mine.ask("POST /v1/periods/{period}/close", named=named).json()
    second.ask("POST /v1/periods/{period}/approve", {"document_hash": closed["document_hash"]}, named=named)
    waiting = mine.ask("GET /v1/reductions").json()
    verdict = {**WHY, "verdict": "written_off"}
    reduction = {"person_id": "ann", "month": waiting[0]["month"], "posted_in": waiting[0]["posted_in"]}
    second.ask("POST /v1/reductions/{person_id}/{month}/{posted_in}:decide", verdict, named=reduction)
    mine.ask("GET /v1/reductions", query={"state": "settled"})
    payroll = mine.ask("GET /v1/payouts/{period}/payroll", named=named)
    for style in ("json", "csv"):
        mine.ask("GET /v1/payouts/{period}/open", named=named, query={"format": style})
    sent = {"Content-Type": "text/csv"}
    second.ask("POST /v1/periods/{period}/paid", payroll.content.decode(), named=named, headers=sent)
    mine.ask("GET /v1/periods/{period}", named=named)
    mine.ask("GET /v1/periods/{period}", named={"period": str(THIS_MONTH)})
    mine.ask("GET /v1/periods")
    for path, asked in (
        *(("GET /v1/payouts/{period}", {"format": name}) for name in ("json", "csv", "xlsx")),
        ("GET /v1/payouts/{period}/payroll", {}),
        ("GET /v1/payouts/{period}/open", {}),
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
    mine.ask("GET /v1/payouts/{period}/journal", named=month)
    mine.ask("GET /v1/payouts/{period}/journal", named=month, query={"format": "csv"})
    mine.ask("GET /v1/payouts/{period}/sepa", named=month, query={"on": NOW.date().isoformat()}, refused=409)
    mine.ask("GET /v1/periods/{period}/checklist", named={"period": str(THIS_MONTH)})
    replay = mine.ask("POST /v1/periods/{period}/replays", {}, named=month).json()["replay_id"]
    mine.ask("GET /v1/periods/{period}/replays/{replay_id}", named={**month, "replay_id": replay})
    archive = mine.ask("POST /v1/statement-archives", month).json()
    mine.ask("GET /v1/statement-archives/{archive_id}", named=archive)
    mine.ask("GET /v1/statement-archives/{archive_id}/zip", named=archive)
    return {"archive_id": [archive["archive_id"]], "replay_id": [replay]}


def wonder(hands: Hands) -> dict[str, list[str]]:
    """What a person asks about the own money, and where it is paid to."""
    mine, ann, bob = hands.mine, {"person_id": "ann"}, {"person_id": "bob"}
    mine.ask("GET /v1/people/{person_id}/earnings", named=ann)
    mine.ask("POST /v1/people/{person_id}/what-if", {"add": {"calls": "10"}}, named=ann)
    mine.ask("PUT /v1/people/{person_id}/bank-account", {"iban": "BG80BNBG96611020345678"}, named=bob)
    mine.ask("GET /v1/people/{person_id}/bank-account", named=bob)
    mine.ask("DELETE /v1/people/{person_id}/bank-account", named=bob)
    question = {"period": str(MONTH), "rule": "per_call", "text": "Why?"}
    asked = mine.ask("POST /v1/people/{person_id}/questions", question, named=ann).json()["question_id"]
    mine.ask("POST /v1/questions/{question_id}/answer", {"text": "So."}, named={"question_id": str(asked)})
    mine.ask("GET /v1/questions")
    mine.ask("GET /v1/reminders")
    return {"question_id": [str(asked)]}
