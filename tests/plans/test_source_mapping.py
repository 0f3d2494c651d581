"""Mapping files: mistakes are told all at once with their places, and one's own file changes what it names alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.config import ROOT
from service.domain.change import Verb
from service.domain.event import Part
from service.domain.mapping import Condition, ValueRule
from service.plans.source_mapping import MappingRefusedError, mapping_of, own_text, shipped_text
from service.sources.registry import ADAPTERS
from tests.plans.vocabulary_in_code import mapping_fields

HEAD = "schema: source/1\nkind: pipedrive\n"
SHIPPED = sorted((ROOT / "rules" / "sources").glob("*.yaml"))

WHOLE = (
    HEAD
    + """
timezone: Europe/Sofia
ignore: [person]
lists: {won: [won, signed]}
tables: {stages: {1: contacted}}
objects:
  deal:
    subject: owner_id
    voids: true
    record_url: "https://{account}.example.com/{id}"
    values: {deal_id: id}
    events:
      - type: deal.won
        verb: [created, updated]
        becomes: {status: $won}
        when: {pipeline_id: [1, 2], label: {not: test}, value: {filled: true}}
        time: won_time
        values: {amount: {field: value, default: 0}}
        credit: {lead_source: creator}
      - {type: stage.entered, changes: stage_id, values: {to_stage: {field: stage_id, table: stages}}, suffix: stage}
"""
)


def test_a_whole_mapping_is_read() -> None:
    mapping = mapping_of(WHOLE)
    deal = mapping.objects["deal"]
    won, entered = deal.events
    assert (mapping.kind, mapping.timezone) == ("pipedrive", "Europe/Sofia")
    assert mapping.ignore == {"person"}
    assert (deal.subject, deal.voids, deal.record_url) == (
        ValueRule("owner_id"),
        True,
        "https://{account}.example.com/{id}",
    )
    assert won.verbs == {Verb.CREATED, Verb.UPDATED}
    assert won.becomes == Condition("status", frozenset({"won", "signed"}))
    assert won.when[1] == Condition("label", frozenset({"test"}), negated=True)
    assert won.when[2].holds("x")
    assert not won.when[2].holds("")
    assert won.values["amount"] == ValueRule("value", default=0)
    assert won.credit == {Part.LEAD_SOURCE: ValueRule("creator")}
    assert (entered.changes, entered.suffix) == ("stage_id", "stage")
    assert mapping.tables["stages"] == {"1": "contacted"}


def test_a_file_of_ones_own_changes_what_it_names_alone() -> None:
    own = HEAD + "tables: {stages: {2: demo}}\nignore: [lead]\nobjects: {call: {events: [{type: call.ended}]}}\n"
    mapping = mapping_of(own, WHOLE)
    assert mapping.tables["stages"] == {"2": "demo"}
    assert mapping.objects.keys() == {"deal", "call"}
    assert mapping.ignore == {"person", "lead"}
    assert mapping.timezone == "Europe/Sofia"


@pytest.mark.parametrize(("wrong", "told"), [
    ("kind: pipedrive", "has no `schema`"),
    (HEAD + "kinds: 3", "kinds"),
    (HEAD + "timezone: Europe/Sophia", "Did you mean"),
    (HEAD + "objects: {deal: {events: [{type: deal.wom}]}}", 'Did you mean "deal.won"'),
    (HEAD + "objects: {deal: {events: []}}", "empty"),
    (HEAD + "objects: {deal: {}}", "has no `events`"),
    (HEAD + "objects: {deal: {events: [{type: deal.won, verb: made}]}}", "created, updated, deleted"),
    (HEAD + "objects: {deal: {events: [{type: deal.won, becomes: {status: $won}}]}}", "no list `won`"),
    (HEAD + "objects: {deal: {events: [{type: deal.won, becomes: {a: 1, b: 2}}]}}", "One field"),
    (HEAD + "objects: {deal: {values: {x: {field: y, table: z}}, events: [{type: deal.won}]}}", "no table `z`"),
    (HEAD + "objects: {deal: {values: {x: {field: y, fixed: z}}, events: [{type: deal.won}]}}", "either"),
    (HEAD + "objects: {deal: {values: {x: [1]}, events: [{type: deal.won}]}}", "name of a field"),
    (HEAD + "objects: {deal: {events: [{type: deal.won, credit: {boss: x}}]}}", "lead_source"),
    (HEAD + "objects: {deal: {record_url: 'http://x/{id}', events: [{type: deal.won}]}}", "https"),
    (HEAD + "objects: {deal: {note: x, evnts: 3, events: [{type: deal.won}]}}", "evnts"),
    (HEAD + "tables: {stages: [1]}", "map of the vendor's words"),
    (HEAD + "a: &x 1", "Anchors"),
    ("", "empty"),
    ("\0", "YAML"),
])  # fmt: skip
def test_a_mistake_is_told_with_its_place(wrong: str, told: str) -> None:
    with pytest.raises(MappingRefusedError, match=r"own\.yaml:\d+:\d+") as caught:
        mapping_of(wrong or " ", file="own.yaml")
    assert told in str(caught.value)


def test_all_mistakes_are_told_at_once() -> None:
    wrong = HEAD + "timezone: Mars\nobjects:\n  deal: {events: [{type: x}]}\n  lead: {events: [{verb: created}]}\n"
    with pytest.raises(MappingRefusedError) as caught:
        mapping_of(wrong)
    assert [finding.place.line for finding in caught.value.findings] == [3, 5, 6]


@pytest.mark.parametrize("kind", [path.stem for path in SHIPPED])
def test_every_shipped_mapping_is_sound_and_called_like_its_kind(kind: str) -> None:
    assert mapping_of(shipped_text(ROOT / "rules", kind)).kind == kind


def test_the_manual_tells_every_field_of_a_mapping_and_every_kind_of_source() -> None:
    manual = (ROOT / "docs" / "sources.md").read_text("utf-8")
    assert [name for name in mapping_fields() if f"`{name}`" not in manual and f"{{{name}:" not in manual] == []
    assert [kind.value for kind in ADAPTERS if f"\n## {kind.value}\n" not in manual] == []


def test_a_folder_of_rules_without_mappings_has_the_shipped_ones(tmp_path: Path) -> None:
    assert shipped_text(tmp_path, "pipedrive") == shipped_text(ROOT / "rules", "pipedrive")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "crm-main.yaml").write_text(HEAD)
    assert own_text(tmp_path, "crm-main", "pipedrive") == HEAD
    assert own_text(tmp_path, "another", "pipedrive") == own_text(ROOT / "rules", "pipedrive", "pipedrive") == ""
