"""The promises of the OpenAPI document, held against a real server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode

from tests.contract.changed import changed
from tests.contract.client import ANSWER_TIMEOUT_S, AnyCase, Client, Contract, Operation, Said

PERMISSIONS = Path(__file__).parents[1] / "permissions.yaml"
OPERATIONS = [
    re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", label)
    for label in [*yaml.safe_load(PERMISSIONS.read_text())["api"], "OPTIONS /v1/hooks/<source_id>"]
    if "/docs" not in label and label != "GET /openapi.json"
]
"""Every operation of the document, as the hand-written table of permissions has them: the same in every process."""

LENGTH = pytest.mark.parametrize(
    "examples", [pytest.param(10, id="few"), pytest.param(400, id="many", marks=pytest.mark.long)]
)


def test_every_endpoint_was_asked_and_answered_as_the_document_says(contract: Contract) -> None:
    assert [fault[:600] for fault in contract.mine.faults + contract.second.faults] == []
    documented = set(contract.mine.labels)
    assert documented == set(OPERATIONS)
    assert documented - {said.label for said in contract.said} == set()


@pytest.mark.parametrize("label", OPERATIONS)
def test_at_the_limits_of_every_parameter_no_answer_is_outside_the_document(contract: Contract, label: str) -> None:
    document = contract.mine.document
    cases = document.iter_coverage_cases(
        operation=contract.mine.operation(label),
        generation_modes=list(GenerationMode),
        generation_config=document.config.generation,
    )
    for number, case in enumerate(cases):
        if number % 3:
            _send_to(case, {name: contract.known[name][0] for name in case.path_parameters if name in contract.known})
        hold(contract.mine, case)


@LENGTH
@pytest.mark.parametrize("label", OPERATIONS)
def test_whatever_is_asked_no_answer_is_outside_the_document(contract: Contract, label: str, examples: int) -> None:
    operation = contract.mine.operation(label)

    @settings(ONCE, max_examples=examples)
    @given(cases(operation, contract.known))
    def ask(case: AnyCase) -> None:
        hold(contract.mine, case)

    ask()


@LENGTH
@pytest.mark.parametrize("label", OPERATIONS)
def test_a_good_request_with_one_thing_changed_is_answered_as_documented(
    contract: Contract, label: str, examples: int
) -> None:
    good = [said for said in contract.said if said.label == label]
    if not good:
        pytest.fail("nobody asked it: add a good request to tests/contract/story.py or beside it", pytrace=False)

    @settings(ONCE, max_examples=examples)
    @given(changed(good))
    def ask(said: Said) -> None:
        case, answer = contract.mine.tell(said)
        contract.mine.hold(case, answer)

    ask()


ONCE = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # The answers depend on what was asked before, so that nothing could be shrunk.
    phases=[Phase.generate],
)


def cases(operation: Operation, known: dict[str, list[str]]) -> SearchStrategy[AnyCase]:
    """Requests as the document has them, and not as it has them; most of them to addresses that exist."""
    can_be_wrong = operation.query or operation.body
    modes = list(GenerationMode) if can_be_wrong else [GenerationMode.POSITIVE]
    names = [parameter.name for parameter in operation.path_parameters]
    addresses = st.fixed_dictionaries({name: st.sampled_from(known.get(name) or ["unknown"]) for name in names})
    return st.builds(
        _send_to,
        st.one_of([operation.as_strategy(generation_mode=mode) for mode in modes]),
        st.one_of(addresses, addresses, st.just({})),
    )


def hold(client: Client, case: AnyCase) -> None:
    """Send a request and hold its answer to the document."""
    client.hold(case, case.call(base_url=client.url, headers=client.headers, timeout=ANSWER_TIMEOUT_S))


def _send_to(case: AnyCase, address: dict[str, str]) -> AnyCase:
    if address:
        case.path_parameters = {**case.path_parameters, **address}
    return case
