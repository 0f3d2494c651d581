"""What a small company asks of the service in a month: every endpoint once, so that it succeeds."""

from __future__ import annotations

from tests.contract import intake, month
from tests.contract.client import Contract
from tests.contract.company import FILES, GIVEN, MONTH, THIS_MONTH, Hands, person


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
    for step in (
        _begin,
        intake.sell,
        intake.hold,
        intake.wait,
        intake.ask_second,
        intake.send_history,
        month.reduce,
        month.close,
        month.read,
        month.print_,
        month.wonder,
        _keep,
        _leave,
    ):
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
    mine.ask("POST /v1/people", {"people": [person("ann"), {**person("bob"), "pay_channel": "invoice"}]})
    mine.ask("POST /v1/people", {"people": [{**person("zoe", since="2019-01-01"), "left_on": "2019-12-31"}]})
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
