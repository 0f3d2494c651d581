"""amoCRM: entities in brackets, all values texts; two moves in one second are two, and a crooked form loses nothing."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest

from service.domain.change import Verb
from service.domain.event import QuarantineReason
from service.domain.source import SourceKind
from service.sources.adapter import Account, read_message
from service.sources.amocrm import ADAPTER
from tests.vendors import derived, events, fixture, message, proves, reasons, recorded, the_event, told_together

KIND = SourceKind.AMOCRM
WON = dict(parse_qsl(fixture(KIND, "leads-status-won.form.txt").decode()))
STAGES = """schema: source/1
kind: amocrm
tables:
  stages: {10216993: new, 10216994: offer, 10216995: call, 501: offer, 142: won}
"""
ACCOUNT = Account("crm", "Europe/Sofia", "key")


def test_a_deal_is_won_at_the_stage_that_ends_every_pipeline() -> None:
    won, entered = events(derived(KIND, WON, STAGES))
    assert (won.type, won.external_id) == ("deal.won", "acme:leads:status:8:1795431700:142:501")
    assert (won.subject, won.data["amount"], won.data["deal_id"]) == ("17", "1500.00", "8")
    assert (entered.data["from_stage"], entered.data["to_stage"]) == ("offer", "won")


@pytest.mark.parametrize("action", ["update", "responsible", "restore"])
def test_a_deal_that_was_won_is_not_won_again_by_another_change(action: str) -> None:
    told = {key.replace("[status]", f"[{action}]"): value for key, value in WON.items() if "old_status" not in key}
    result = derived(KIND, told)
    assert result.derived == ()
    assert len(result.ignored) == 1


def test_a_deal_is_lost_at_the_other() -> None:
    lost = events(derived(KIND, WON | {"leads[status][0][status_id]": "143"}))[0]
    assert lost.type == "deal.lost"


def test_two_moves_within_one_second_are_two() -> None:
    one = events(derived(KIND, WON))[0]
    other = events(derived(KIND, WON | {"leads[status][0][old_status_id]": "143"}))[0]
    assert one.external_id != other.external_id


def test_won_lost_and_won_again_within_one_second_loses_nothing() -> None:
    def move(new: str, old: str) -> bytes:
        return urlencode(WON | {"leads[status][0][status_id]": new, "leads[status][0][old_status_id]": old}).encode()

    made = told_together(KIND, move("142", "143"), move("142", "501"), move("143", "142"))
    assert sorted(event.type for event in made if event.type != "stage.entered") == [
        "deal.lost",
        "deal.won",
        "deal.won",
    ]


def test_the_same_move_sent_again_is_the_same_event() -> None:
    assert derived(KIND, dict(reversed(WON.items()))).derived == derived(KIND, WON).derived


def test_each_entity_of_a_message_is_a_change_and_an_empty_price_is_none() -> None:
    first, second = events(derived(KIND, fixture(KIND, "leads-two.form.txt")))
    assert (first.data.get("amount"), second.data["amount"]) == (None, "200.00")


def test_a_price_that_was_taken_away_is_gone() -> None:
    added = fixture(KIND, "leads-two.form.txt").replace(b"price%5D=&", b"price%5D=900&")
    emptied = urlencode(WON | {"leads[status][0][price]": "", "leads[status][0][last_modified]": "1795431800"}).encode()
    made = {
        event.type: event.data.get("amount") for event in told_together(KIND, added, emptied) if event.subject == "17"
    }
    assert made == {"deal.created": "900.00", "deal.won": None, "stage.entered": None}


def test_an_entity_without_an_id_is_known_by_what_it_says() -> None:
    result = derived(KIND, {key: value for key, value in WON.items() if not key.endswith("[id]")})
    assert reasons(result) == [QuarantineReason.WEAK_IDENTITY]


def test_fields_of_the_account_can_be_mapped_by_their_number() -> None:
    mapping = """schema: source/1
kind: amocrm
objects:
  leads:
    subject: responsible_user_id
    values: {territory: custom.71}
    events: [{type: deal.won, becomes: {status_id: 142}}]
"""
    assert the_event(derived(KIND, WON, mapping)).data["territory"] == "Sofia"


def test_a_stage_without_a_name_waits_for_one() -> None:
    result = derived(KIND, WON | {"leads[status][0][status_id]": "777"})
    assert reasons(result) == [QuarantineReason.UNMAPPED_STAGE]


def test_a_company_among_the_contacts_is_a_company() -> None:
    sent = message(fixture(KIND, "contacts-company.form.txt"))
    (change,) = read_message(ADAPTER, sent, ACCOUNT).changes
    assert change.kind == "companies"
    assert "888" not in str(change.fields)
    assert derived(KIND, sent.body).derived == ()


def test_a_deletion_has_only_an_id_and_is_told_once() -> None:
    (change,) = read_message(ADAPTER, message(fixture(KIND, "leads-delete.form.txt")), ACCOUNT).changes
    assert (change.verb, change.object_id) == (Verb.DELETED, "8")
    assert change.identity == "acme:leads:delete:8:-:-:-"
    assert change.refusal is None


def test_a_finished_task_is_an_event() -> None:
    event = the_event(derived(KIND, fixture(KIND, "task-done.form.txt")))
    assert (event.type, event.subject) == ("task.completed", "17")


def test_a_call_in_a_note_is_left_out_unless_it_is_mapped() -> None:
    body = fixture(KIND, "note-call.form.txt")
    assert derived(KIND, body).derived == ()
    mapping = """schema: source/1
kind: amocrm
objects:
  call: {subject: user_id, values: {talk_s: talk_s, direction: direction}, events: [{type: call.ended, verb: created}]}
"""
    event = the_event(derived(KIND, body, mapping))
    assert (event.subject, event.data["talk_s"], event.data["direction"]) == ("17", 95, "out")
    assert event.external_id == "acme:leads:note:4001"


def test_the_digital_pipeline_tells_no_time_and_waits() -> None:
    body = fixture(KIND, "digital-pipeline.form.txt")
    one, other = derived(KIND, body), derived(KIND, body)
    assert reasons(one) == [QuarantineReason.WEAK_IDENTITY]
    assert the_event(one).external_id == the_event(other).external_id


@pytest.mark.parametrize(
    "body",
    [
        "leads[note][0][note][type]=3&leads[note][0][note][type][message_uuid]=abc&leads[note][0][note][id]=5",
        "note[type]=3&note[type][message_uuid]=abc",
        "leads[status][0][id]=8&leads[status][0][&leads[status][0][last_modified]=1795431700",
        "leads[status][0][",
        "a[99999999][b]=1",
        "leads=1&leads[status]=2&leads[status][0]=3&leads[status][0][id]=8",
        "leads[status][0][id][x]=8&leads[status][0][last_modified]=soon",
        "leads[" * 2_000,
        "%00%ff%fe=%00",
        "&&&&====",
        "",
    ],
)
def test_a_crooked_form_is_read_or_waits(body: str) -> None:
    result = derived(KIND, body.encode())
    assert result.derived or result.ignored
    assert "The adapter failed" not in str(result)


def test_a_form_of_too_many_fields_waits_as_a_whole() -> None:
    body = urlencode(WON) + "".join(f"&x{number}=1" for number in range(5_001))
    assert set(reasons(derived(KIND, body.encode()))) == {QuarantineReason.ADAPTER_ERROR}


def test_neither_names_nor_numbers_are_kept() -> None:
    for name in ("leads-status-won.form.txt", "contacts-company.form.txt", "note-call.form.txt"):
        kept = ADAPTER.mask(fixture(KIND, name))
        for secret in (b"888123456", b"Acme+Ltd", b"Office+chairs", b"calls.example"):
            assert secret not in kept


def test_only_the_address_proves_a_message() -> None:
    sent = message(b"")
    assert not proves(KIND, sent, "the secret of the address")


@pytest.mark.parametrize("path", recorded("amocrm-*.form.txt"), ids=lambda path: path.stem)
def test_the_recorded_messages_are_a_new_deal_and_two_moves(path: Path) -> None:
    if "add_lead" in path.name:
        event = the_event(derived(KIND, path.read_bytes()))
        assert (event.type, event.data["amount"], event.subject) == ("deal.created", "24234.00", "102525")
        return
    assert reasons(derived(KIND, path.read_bytes())) == [QuarantineReason.UNMAPPED_STAGE]
    if "js-status" in path.name:
        event = the_event(derived(KIND, path.read_bytes(), STAGES))
        assert (event.type, event.data["from_stage"], event.data["to_stage"]) == ("stage.entered", "call", "offer")
        assert event.external_id == "test000002:leads:status:31926520:1456820780:10216994:10216995"
