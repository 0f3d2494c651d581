"""What the senders of the company tell, and what people do about it: every endpoint of the intake once."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urlencode

from service.flows.keep_flags import keep_flags
from service.reports.flags import find_flags
from tests.contract.company import BURST, EARLIER, MONTH, NOW, TALK, WHY, Hands, call, noon, payment


def sell(hands: Hands) -> dict[str, list[str]]:
    """Events of both months, one with shares of its own, and calls that look odd."""
    mine = hands.mine
    credit = [{"person": "ann", "part": "owner", "share": 50}, {"person": "bob", "part": "lead_source", "share": 50}]
    told = [
        *[call(f"c{number}", noon(MONTH.first_day) + timedelta(seconds=number)) for number in range(BURST)],
        *[payment(name, noon(MONTH.first_day)) for name in ("p1", "p2")],
        {**payment("shared", NOW), "credit": credit},
        {**payment("split", NOW), "credit": credit},
    ]
    mine.ask("POST /v1/events:validate", told)
    results = mine.ask("POST /v1/events", told).json()["results"]
    mine.ask("GET /v1/events", query={"source": "crm", "external_id": "c1"})
    mine.ask("GET /v1/events", query={"source": "crm", "external_id": "p2"})
    listed = {"person": "ann", "type": "call.ended", "state": "accepted", "limit": 2}
    listed |= {"first_day": MONTH.first_day.isoformat(), "since": noon(EARLIER.first_day).isoformat()}
    mine.ask("GET /v1/events", query=listed)
    receipts = [item["receipt_id"] for item in results]
    for name, receipt in (("approve", receipts[-2]), ("reject", receipts[-1])):
        hands.second.ask("GET /v1/share-claims")
        hands.second.ask(f"POST /v1/share-claims/{{receipt_id}}:{name}", WHY, named={"receipt_id": receipt})
    with hands.runtime.transaction() as session:
        keep_flags(session, MONTH, find_flags(session, MONTH), now=NOW)
    flag = mine.ask("GET /v1/flags").json()["flags"][0]["flag_id"]
    mine.ask("POST /v1/flags/{flag_id}:resolve", {"note": "a test"}, named={"flag_id": flag})
    mine.ask("GET /v1/flags", query={"state": "resolved"})
    return {"receipt_id": [*receipts[:2], receipts[-1]], "flag_id": [flag]}


def hold(hands: Hands) -> dict[str, list[str]]:
    """Events that a person decides about, and corrections by receipt."""
    mine = hands.mine
    told = mine.ask("POST /v1/events", [call(f"h{number}", NOW) for number in range(4)]).json()["results"]
    first, second, third, fourth = ({"receipt_id": item["receipt_id"]} for item in told)
    held = {"why": "odd", "reviewer": "boss", "due_on": NOW.date().isoformat()}
    for named, decision in ((first, "release"), (second, "reject")):
        mine.ask("POST /v1/events/{receipt_id}:hold", held, named=named)
        mine.ask("GET /v1/holds")
        mine.ask("GET /v1/events/{receipt_id}", named=named)
        mine.ask(f"POST /v1/events/{{receipt_id}}:{decision}", WHY, named=named)
    mine.ask("POST /v1/events/{receipt_id}:void", WHY, named=third)
    mine.ask("POST /v1/events/{receipt_id}:replace", {**WHY, "data": TALK}, named=fourth)
    mine.ask("GET /v1/people/{person_id}/events", named={"person_id": "ann"})
    return {"receipt_id": [first["receipt_id"]]}


def wait(hands: Hands) -> dict[str, list[str]]:
    """Events that wait, and what is done about them."""
    mine = hands.mine
    told = [
        {**call("w1", NOW), "subject": "nobody"},
        {**call("w2", NOW), "subject": "nobody"},
        call("w3", NOW - timedelta(days=500)),
        {"id": None},
    ]
    results = mine.ask("POST /v1/events", told).json()["results"]
    mine.ask("GET /v1/quarantine", query={"limit": 1})
    mine.ask("POST /v1/quarantine:replay", {"dry_run": True})
    mine.ask("POST /v1/quarantine:vouch", {**WHY, "filter": {"reason": "too_old"}})
    mine.ask("POST /v1/quarantine:discard", {**WHY, "filter": {"receipts": [results[0]["receipt_id"]]}})
    mine.ask("GET /v1/events/{receipt_id}", named={"receipt_id": results[1]["receipt_id"]})
    delivery = mine.ask("GET /v1/deliveries").json()[0]["delivery_id"]
    mine.ask("GET /v1/deliveries/{delivery_id}", named={"delivery_id": delivery})
    return {"receipt_id": [results[1]["receipt_id"]], "delivery_id": [delivery]}


def ask_second(hands: Hands) -> dict[str, list[str]]:
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


def send_history(hands: Hands) -> dict[str, list[str]]:
    """History as a file, and a vendor's message."""
    mine = hands.mine
    lines = "\n".join(json.dumps(call(f"b{number}", noon(MONTH.first_day))) for number in range(3))
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
