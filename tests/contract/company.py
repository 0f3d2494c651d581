"""What a small company asks of the service in a month: every endpoint once, so that it succeeds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from service.cli.demo.message import ZONE
from service.domain.period import Period
from service.flows.keep_flags import keep_flags
from service.reports.flags import find_flags
from service.runtime import Runtime, system_clock
from tests.company import CLOSER, DEFAULTS, ORG
from tests.contract.client import Client, Contract

NOW = system_clock().astimezone(ZONE)
THIS_MONTH = Period.of(NOW.date())
MONTH = THIS_MONTH.preceding
"""The month before the present one: over, so that a server that knows the real time closes it."""

SHARES = "\ncredits: {deal_team: {owner: 70%, lead_source: 30%}}\n"
FILES = {
    "_org.yaml": ORG.replace("type: money", "type: money\n    credit: deal_team") + SHARES,
    "_defaults.yaml": DEFAULTS,
    "closer.yaml": CLOSER.replace("each: 1.5", "each: 1.5, pay_code: '110'").replace("3.3%", "3.3%, pay_code: '120'"),
}
GIVEN = {
    "employee": {"fixed_salary": "1500.00", "soft_salary": "0.00", "grade": "middle", "tenure_months": 14},
    "calendar": {"workdays": 20, "worked_days": 10},
    "target": {"calls": 40},
    "metric": {"calls": 1, "collected": "1000.05"},
}
BURST = 45
"""Calls within a minute that nobody makes: a flag."""


@dataclass(frozen=True, slots=True)
class Hands:
    """The keys of the story: one that does nearly everything, and that of a second person."""

    mine: Client
    second: Client
    runtime: Runtime


def live(hands: Hands) -> Contract:
    """Ask everything once; a step that fails is noted, and the rest is asked all the same."""
    known: dict[str, list[str]] = {
        "person_id": ["ann", "bob"],
        "period": [str(MONTH), str(THIS_MONTH)],
        "board": ["closer"],
        "plan_id": ["closer"],
        "source_id": ["crm", "bitrix"],
        "path_secret": ["secret"],
    }
    for step in (_begin, _sell, _hold, _wait, _ask_second, _send_history, _close, _read, _print, _keep, _leave):
        try:
            for name, values in step(hands).items():
                known.setdefault(name, []).extend(values)
        except (AssertionError, LookupError, ValueError) as error:
            hands.mine.faults.append(f"{step.__name__}: {error!r}")
    return Contract(hands.mine, hands.second, known)


def _begin(hands: Hands) -> dict[str, list[str]]:
    """People, the plan, a target, a draft tried on the past."""
    mine = hands.mine
    plan = {"files": FILES, "plan": "closer"}
    mine.ask("POST /v1/people", {"people": [_person(name) for name in ("ann", "bob")]})
    mine.ask("POST /v1/people", {"people": [{**_person("zoe", since="2019-01-01"), "left_on": "2019-12-31"}]})
    mine.ask("POST /v1/plans:check", {"files": FILES})
    mine.ask("POST /v1/plans:publish", {"files": FILES, "plans": ["closer"], "without_notice": "a new company"})
    mine.ask("POST /v1/plans:eval", {**plan, "given": GIVEN})
    mine.ask("POST /v1/plans:hints", {"plan": "closer", "given": GIVEN})
    mine.ask("POST /v1/plans:diff", {**plan, "old_files": FILES})
    mine.ask("POST /v1/plans:doc", {**plan, "language": "bg"})
    mine.ask("POST /v1/rates", {"rates": [{"currency": "USD", "day": MONTH.first_day.isoformat(), "rate": "1.1725"}]})
    mine.ask("GET /v1/rates", query={"currency": "USD", "period": str(MONTH)})
    target = {"person_id": "ann", "period": str(THIS_MONTH), "standard": "calls", "amount": "50"}
    mine.ask("POST /v1/targets", {"targets": [target]})
    (own,) = mine.ask("GET /v1/people/{person_id}/plan", named={"person_id": "ann"}).json()
    read = {"hash": own["hash"], "language": "en"}
    mine.ask("POST /v1/people/{person_id}/plan/confirmations", read, named={"person_id": "ann"})
    return {}


def _sell(hands: Hands) -> dict[str, list[str]]:
    """Events of both months, one with shares of its own, and calls that look odd."""
    mine = hands.mine
    credit = [{"person": "ann", "part": "owner", "share": 50}, {"person": "bob", "part": "lead_source", "share": 50}]
    told = [
        *[_call(f"c{number}", _noon(MONTH.first_day) + timedelta(seconds=number)) for number in range(BURST)],
        *[_payment(name, _noon(MONTH.first_day)) for name in ("p1", "p2")],
        {**_payment("shared", NOW), "credit": credit},
        {**_payment("split", NOW), "credit": credit},
    ]
    mine.ask("POST /v1/events:validate", told)
    results = mine.ask("POST /v1/events", told).json()["results"]
    mine.ask("GET /v1/events", query={"source": "crm", "external_id": "c1"})
    mine.ask("GET /v1/events", query={"source": "crm", "external_id": "p2"})
    receipts = [item["receipt_id"] for item in results]
    for name, receipt in (("approve", receipts[-2]), ("reject", receipts[-1])):
        hands.second.ask("GET /v1/share-claims")
        hands.second.ask(f"POST /v1/share-claims/{{receipt_id}}:{name}", _WHY, named={"receipt_id": receipt})
    with hands.runtime.transaction() as session:
        keep_flags(session, MONTH, find_flags(session, MONTH), now=NOW)
    flag = mine.ask("GET /v1/flags").json()["flags"][0]["flag_id"]
    mine.ask("POST /v1/flags/{flag_id}:resolve", {"note": "a test"}, named={"flag_id": flag})
    mine.ask("GET /v1/flags", query={"state": "resolved"})
    return {"receipt_id": [*receipts[:2], receipts[-1]], "flag_id": [flag]}


def _hold(hands: Hands) -> dict[str, list[str]]:
    """Events that a person decides about, and corrections by receipt."""
    mine = hands.mine
    told = mine.ask("POST /v1/events", [_call(f"h{number}", NOW) for number in range(4)]).json()["results"]
    first, second, third, fourth = ({"receipt_id": item["receipt_id"]} for item in told)
    held = {"why": "odd", "reviewer": "boss", "due_on": NOW.date().isoformat()}
    for named, decision in ((first, "release"), (second, "reject")):
        mine.ask("POST /v1/events/{receipt_id}:hold", held, named=named)
        mine.ask("GET /v1/holds")
        mine.ask("GET /v1/events/{receipt_id}", named=named)
        mine.ask(f"POST /v1/events/{{receipt_id}}:{decision}", _WHY, named=named)
    mine.ask("POST /v1/events/{receipt_id}:void", _WHY, named=third)
    mine.ask("POST /v1/events/{receipt_id}:replace", {**_WHY, "data": _TALK}, named=fourth)
    mine.ask("GET /v1/people/{person_id}/events", named={"person_id": "ann"})
    return {"receipt_id": [first["receipt_id"]]}


def _wait(hands: Hands) -> dict[str, list[str]]:
    """Events that wait, and what is done about them."""
    mine = hands.mine
    told = [
        {**_call("w1", NOW), "subject": "nobody"},
        {**_call("w2", NOW), "subject": "nobody"},
        _call("w3", NOW - timedelta(days=500)),
        {"id": None},
    ]
    results = mine.ask("POST /v1/events", told).json()["results"]
    mine.ask("GET /v1/quarantine", query={"limit": 1})
    mine.ask("POST /v1/quarantine:replay", {"dry_run": True})
    mine.ask("POST /v1/quarantine:vouch", {**_WHY, "filter": {"reason": "too_old"}})
    mine.ask("POST /v1/quarantine:discard", {**_WHY, "filter": {"receipts": [results[0]["receipt_id"]]}})
    mine.ask("GET /v1/events/{receipt_id}", named={"receipt_id": results[1]["receipt_id"]})
    delivery = mine.ask("GET /v1/deliveries").json()[0]["delivery_id"]
    mine.ask("GET /v1/deliveries/{delivery_id}", named={"delivery_id": delivery})
    return {"receipt_id": [results[1]["receipt_id"]], "delivery_id": [delivery]}


def _ask_second(hands: Hands) -> dict[str, list[str]]:
    """What one key proposes and another one decides."""
    mine, second = hands.mine, hands.second
    found = []
    for amount, decision in ((10, "confirm"), (20, "refuse"), (30, "")):
        fact = {"fact": "spend", "person": "ann", "amount": f"{amount}.00", "currency": "EUR", "name": str(amount)}
        named = {
            "proposal_id": mine.ask("POST /v1/manual-facts", {"month": str(MONTH), "facts": [fact]}).json()[
                "proposal_id"
            ]
        }
        if decision:
            second.ask(f"POST /v1/proposals/{{proposal_id}}:{decision}", named=named)
        found.append(named["proposal_id"])
    table = "fact,person,amount,currency\nspend,bob,5.00,EUR\n"
    mine.ask("POST /v1/manual-facts", table, query={"month": str(MONTH)}, headers={"Content-Type": "text/csv"})
    mine.ask("GET /v1/proposals")
    mine.ask("GET /v1/proposals", query={"state": "confirmed"})
    return {"proposal_id": found}


def _send_history(hands: Hands) -> dict[str, list[str]]:
    """History as a file, and a vendor's message."""
    mine = hands.mine
    lines = "\n".join(json.dumps(_call(f"b{number}", _noon(MONTH.first_day))) for number in range(3))
    ndjson = {"Content-Type": "application/x-ndjson"}
    first = mine.ask("POST /v1/backfills", lines, headers=ndjson).json()["backfill_id"]
    mine.ask("POST /v1/backfills", "id,type,time\n1,,\n", headers={"Content-Type": "text/csv"})
    mine.ask("POST /v1/events", lines, headers=ndjson)
    mine.ask("GET /v1/backfills")
    mine.ask("GET /v1/backfills/{backfill_id}", named={"backfill_id": first})
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    message = urlencode({"event": "ONCRMDEALADD", "data[FIELDS][ID]": "8", "auth[application_token]": "secret"})
    mine.ask("POST /v1/hooks/{source_id}", message, headers=form, named={"source_id": "bitrix"})
    named = {"source_id": "amo", "path_secret": "secret"}
    mine.ask("POST /v1/hooks/{source_id}/{path_secret}", "leads[add][0][id]=1", headers=form, named=named)
    mine.ask("GET /v1/hooks/{source_id}", query={"zd_echo": "a-word"}, named={"source_id": "bitrix"})
    mine.ask("OPTIONS /v1/hooks/{source_id}", named={"source_id": "bitrix"})
    return {"backfill_id": [first]}


def _close(hands: Hands) -> dict[str, list[str]]:
    """The month closed, withdrawn, closed again, approved by the second person and paid."""
    mine, named = hands.mine, {"period": str(MONTH)}
    mine.ask("POST /v1/periods/{period}/close", named=named)
    mine.ask("GET /v1/statements/{person_id}/{period}", query={"version": 1}, named={"person_id": "ann", **named})
    mine.ask("POST /v1/periods/{period}/withdraw", {"reason": "a test"}, named=named)
    closed = mine.ask("POST /v1/periods/{period}/close", named=named).json()
    late = mine.ask("POST /v1/events", _call("late", _noon(MONTH.first_day))).json()["results"]
    mine.ask("POST /v1/events/{receipt_id}:void", _WHY, named={"receipt_id": late[0]["receipt_id"]})
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


def _read(hands: Hands) -> dict[str, list[str]]:
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


def _print(hands: Hands) -> dict[str, list[str]]:
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


def _keep(hands: Hands) -> dict[str, list[str]]:
    """Accounts and the secrets of a source."""
    mine, crm = hands.mine, {"source_id": "crm"}
    for number in range(2):
        key = mine.ask("POST /v1/sources/{source_id}/keys", {}, named=crm).json()["key_id"]
        mine.ask("POST /v1/sources/{source_id}/keys/{key_id}:activate", named={**crm, "key_id": key})
        if number == 0:
            mine.ask("POST /v1/sources/{source_id}/keys/{key_id}:retire", named={**crm, "key_id": key})
    mine.ask("GET /v1/sources/{source_id}/keys", named=crm)
    ann = {"login": "ann@example.com"}
    mine.ask("POST /v1/users", {**ann, "person_id": "ann", "roles": ["head"]})
    mine.ask("POST /v1/users/{login}/reset", {}, named=ann)
    mine.ask("PUT /v1/users/{login}", {"roles": []}, named=ann)
    mine.ask("GET /v1/users")
    return {"login": ["ann@example.com"], "key_id": [key]}


def _leave(hands: Hands) -> dict[str, list[str]]:
    """What is kept about people, and that it is kept no longer."""
    mine = hands.mine
    mine.ask("GET /v1/privacy/people/{person_id}", named={"person_id": "ann"})
    mine.ask("POST /v1/privacy/people/{person_id}/erase", {"reason": "asked for"}, named={"person_id": "zoe"})
    mine.ask("POST /v1/privacy/prune")
    return {}


_WHY = {"why": "a test"}
_TALK = {"direction": "out", "answered": True, "talk_s": 60}


def _person(name: str, since: str = "2025-01-01") -> dict[str, Any]:
    return {
        "person_id": name,
        "name": name.title(),
        "hired_on": since,
        "starts_on": since,
        "role": "closer",
        "grade": "middle",
        "fixed_salary": "1500.00",
        "soft_salary": "0.00",
        "personnel_number": f"{name}-1",
        "aliases": [{"source": "crm", "subject": name}],
    }


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), NOW.tzinfo)


def _call(name: str, at: datetime) -> dict[str, Any]:
    return {"id": name, "type": "call.ended", "time": at.isoformat(), "subject": "ann", "data": _TALK}


def _payment(name: str, at: datetime) -> dict[str, Any]:
    paid = {"amount": "1000.05", "currency": "USD" if name == "p2" else "EUR"}
    return {"id": name, "type": "payment.received", "time": at.isoformat(), "subject": "ann", "data": paid}
