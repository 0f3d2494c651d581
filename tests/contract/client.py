"""A client that asks a real server what its OpenAPI document offers, and holds every answer to that document."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias
from urllib.parse import urlencode

import requests
import schemathesis
from schemathesis import APIOperation, Case, Response, checks
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.schemas import OpenApiSchema

ANSWER_TIMEOUT_S = 60

Operation: TypeAlias = APIOperation[Any, Any, Any, Any]
AnyCase: TypeAlias = Case[Operation]

_JSON = {"Content-Type": "application/json"}

PROMISED = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
"""What every answer must keep to: no mistake of ours, and a status, a media type, headers and a body as documented."""


@dataclass(frozen=True, slots=True)
class Said:
    """One request, as it was meant: JSON unless the body is a text."""

    label: str
    body: Any = None
    named: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def sent(self) -> bytes | None:
        """The body as it is sent."""
        if self.body is None:
            return None
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return text.encode(errors="surrogatepass")

    def with_body(self, body: object) -> Said:
        """The same with another body."""
        return replace(self, body=body)

    def with_query(self, query: object) -> Said:
        """The same with another query, if it can be one."""
        return replace(self, query=query) if isinstance(query, dict) else self


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody with a key; what was said is kept, and every answer that was not as documented."""

    url: str
    document: OpenApiSchema
    key: str
    said: list[Said] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def ask(self, label: str, body: object = None, *, refused: int = 0, **options: Any) -> requests.Response:
        """Ask `METHOD /path/{name}` so that it succeeds; `named` fills the path, `query` and `headers` are added.

        `refused` is the status of what cannot succeed without settings of the company. What has to wait for somebody's
        month to be calculated is asked again.
        """
        said = Said(label, body, **options)
        case, answer = self.tell(said)
        deadline = time.monotonic() + ANSWER_TIMEOUT_S
        while "work_is_stale" in answer.text and time.monotonic() < deadline:
            time.sleep(0.05)
            case, answer = self.tell(said)
        assert answer.status_code == refused if refused else answer.ok, f"{label}: {answer.status_code} {answer.text}"
        self.said.append(said)
        try:
            self.hold(case, answer)
        except FailureGroup as found:
            self.faults.extend(f"{label}: {fault.title}: {fault.message}" for fault in found.exceptions)
        return answer

    def tell(self, said: Said) -> tuple[AnyCase, requests.Response]:
        """Send a request; what it is in the document, and the answer."""
        case = self.operation(said.label).Case(path_parameters=dict(said.named))
        answer = requests.request(
            case.method,
            self.url + case.formatted_path,
            params=urlencode(said.query, errors="surrogatepass"),
            headers=self.headers | _JSON | dict(said.headers),
            data=said.sent,
            timeout=ANSWER_TIMEOUT_S,
        )
        return case, answer

    def operation(self, label: str) -> Operation:
        """An operation of the document."""
        operation = self.document.find_operation_by_label(label)
        assert operation is not None, f"{label} is not documented"
        return operation

    @property
    def labels(self) -> Iterator[str]:
        """Every operation of the document, as `METHOD /path/{name}`."""
        return (found.ok().label for found in self.document.get_all_operations() if isinstance(found, Ok))

    @property
    def headers(self) -> dict[str, str]:
        """Who asks."""
        return {"Authorization": f"Bearer {self.key}"}

    def hold(self, case: AnyCase, answer: requests.Response | Response) -> None:
        """Raise what an answer has that the document does not know."""
        case.validate_response(answer, checks=PROMISED, headers=self.headers)


@dataclass(frozen=True, slots=True)
class Contract:
    """The server after the story: both who asked it, and the names it knows by the parameters of addresses."""

    mine: Client
    second: Client
    known: dict[str, list[str]]

    @property
    def said(self) -> list[Said]:
        """Every request of the story."""
        return self.mine.said + self.second.said


@schemathesis.serializer("text/csv", "application/x-ndjson")
def _text(ctx: schemathesis.SerializationContext, value: object) -> bytes:
    del ctx
    return value.encode(errors="surrogatepass") if isinstance(value, str) else str(value).encode()
