"""Sending: the history goes in through the real edge, `POST /v1/events` with a real key, in batches."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

import click
from flask.testing import FlaskClient

from service.cli.demo.clock import DemoClock
from service.cli.demo.message import Message
from service.domain.errors import StimulError

BATCH = 1_000
"""Messages in one request: the most that one takes."""

ACCEPTED_CODES = (202, 207)
"""All items durable, or some of them waiting for clarification."""


class SendingError(StimulError):
    """The service did not take a batch of the demo."""

    code = "demo_not_taken"

    def __init__(self, status: int, answer: str) -> None:
        super().__init__(f"The demo's events were not taken: the service answered {status}. {answer[:400]}")


def send(client: FlaskClient, key: str, messages: Sequence[Message], clock: DemoClock, *, title: str) -> Counter[str]:
    """Send the messages in the order of arrival, the clock going with them; how many items ended in which state."""
    states: Counter[str] = Counter()
    with click.progressbar(length=len(messages), label=title, file=sys.stderr) as bar:
        for batch in _batches(messages):
            clock.set_forward(batch[-1].arrives_at)
            states.update(_send_batch(client, key, batch))
            bar.update(len(batch))
    return states


def _send_batch(client: FlaskClient, key: str, batch: Sequence[Message]) -> list[str]:
    answer = client.post(
        "/v1/events",
        data=json.dumps([dict(message.body) for message in batch]),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )
    if answer.status_code not in ACCEPTED_CODES:
        raise SendingError(answer.status_code, answer.get_data(as_text=True))
    return [item["status"] for item in answer.get_json()["results"]]


def _batches(messages: Sequence[Message]) -> Iterator[list[Message]]:
    rest = iter(messages)
    while batch := list(islice(rest, BATCH)):
        yield batch
