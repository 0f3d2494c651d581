"""Single signed webhooks beside a Flask endpoint that answers a constant, under the same load."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from bench.company import Office
from bench.figure import Figure
from bench.load import WORKERS, Sent, free_port, post, send, serving
from service.cli.demo.company import SOURCE
from service.cli.serve import THREADS
from service.domain.source_key import new_source_key
from service.flows.activate_source_key import activate_source_key
from service.flows.add_source_key import add_source_key
from service.sources.standard_webhooks import new_secret, secret_bytes

CLIENTS = THREADS * WORKERS
"""Connections that send: every thread of every web process has one."""

MESSAGES = 8_000
"""Webhooks of a round."""

ROUNDS = 3
"""Rounds of which the median counts, ours and the constant's in turns."""


def measure_hooks(office: Office, port: int) -> Iterator[Figure]:
    """Send each event in a request of its own, signed as Standard Webhooks has it."""
    secret = _signing(office)
    constant = free_port()
    rounds: list[Sent] = []
    constants: list[Sent] = []
    with serving(_command(constant), constant, {}):
        for number in range(-1, ROUNDS):
            requests = _signed(office, secret, f"h{number}")
            pair = send(port, requests, CLIENTS), send(constant, requests, CLIENTS)
            if number >= 0:
                rounds.append(pair[0])
                constants.append(pair[1])
    ratios = [ours.rate / theirs.rate for ours, theirs in zip(rounds, constants, strict=True)]
    yield Figure(f"signed webhooks, {CLIENTS} clients", f"{median(item.rate for item in rounds):,.0f}", "requests/s")
    yield Figure(
        "a Flask endpoint with a constant answer", f"{median(item.rate for item in constants):,.0f}", "requests/s"
    )
    yield Figure("webhooks beside it", f"{median(ratios):.2f}", f"of it ({min(ratios):.2f} to {max(ratios):.2f})")
    for percent in (50, 99):
        ours, theirs = (median(item.wait(percent) for item in found) for found in (rounds, constants))
        yield Figure(f"answer to a webhook, p{percent} (the constant's: {theirs:,.0f} ms)", f"{ours:,.0f}", "ms")


def _signing(office: Office) -> bytes:
    """A key of the source, good from now on."""
    secret, now = new_secret(), office.runtime.now()
    key = new_source_key(SOURCE, office.runtime.vault.seal(secret), now=now)
    with office.runtime.transaction() as session:
        add_source_key(session, key, "the bench")
        activate_source_key(session, SOURCE, key.key_id, "the bench", now=now)
    return secret_bytes(secret) or b""


def _signed(office: Office, secret: bytes, prefix: str) -> Sequence[bytes]:
    seconds = str(int(time.time()))
    requests: list[bytes] = []
    for message in office.messages[-MESSAGES:]:
        body = json.dumps({**message.body, "id": f"{prefix}-{message.external_id}"}).encode()
        name = f"msg_{prefix}_{len(requests)}"
        digest = hmac.digest(secret, b".".join([name.encode(), seconds.encode(), body]), hashlib.sha256)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": seconds,
            "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        }
        requests.append(post(f"/v1/events?source={SOURCE}", body, headers))
    return requests


def _command(port: int) -> Sequence[str]:
    gunicorn = str(Path(sys.executable).parent / "gunicorn")
    options = [
        "--worker-class",
        "gthread",
        "--threads",
        str(THREADS),
        "--workers",
        str(WORKERS),
        "--log-level",
        "warning",
    ]
    return [gunicorn, "--bind", f"127.0.0.1:{port}", *options, "bench.constant:app"]
