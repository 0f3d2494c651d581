# The part of flask-smorest that Stimul uses, with types (the package has none).
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, TypeVar

import flask
from apispec import APISpec
from marshmallow import Schema

_P = ParamSpec("_P")
_R = TypeVar("_R")
_F = TypeVar("_F", bound=Callable[..., Any])

class Api:
    DEFAULT_ERROR_RESPONSE_NAME: str | None
    ERROR_SCHEMA: type[Schema]
    spec: APISpec
    def __init__(
        self,
        app: flask.Flask | None = ...,
        *,
        spec_kwargs: Mapping[str, Any] | None = ...,
        config_prefix: str = ...,
    ) -> None: ...
    def init_app(self, app: flask.Flask, *, spec_kwargs: Mapping[str, Any] | None = ...) -> None: ...
    def register_blueprint(
        self,
        blp: Blueprint,
        *,
        parameters: Sequence[Mapping[str, Any]] | None = ...,
        **options: Any,
    ) -> None: ...
    def register_field(self, field: type[Any], *args: Any) -> None: ...

class Blueprint(flask.Blueprint):
    description: str
    def __init__(
        self,
        name: str,
        import_name: str,
        *,
        url_prefix: str | None = ...,
        description: str = ...,
        **kwargs: Any,
    ) -> None: ...
    def route(
        self,
        rule: str,
        *,
        parameters: Sequence[Mapping[str, Any] | str] | None = ...,
        tags: Sequence[str] | None = ...,
        **options: Any,
    ) -> Callable[[_F], _F]: ...
    def arguments(
        self,
        schema: type[Schema] | Schema,
        *,
        location: str = ...,
        content_type: str | None = ...,
        required: bool = ...,
        description: str | None = ...,
        example: Any = ...,
        examples: Mapping[str, Any] | None = ...,
        **kwargs: Any,
    ) -> Callable[[Callable[..., _R]], Callable[..., _R]]: ...
    def response(
        self,
        status_code: int | str,
        schema: type[Schema] | Schema | Mapping[str, Any] | str | None = ...,
        *,
        content_type: str | None = ...,
        description: str | None = ...,
        example: Any = ...,
        examples: Mapping[str, Any] | None = ...,
        headers: Mapping[str, Any] | None = ...,
    ) -> Callable[[Callable[_P, Any]], Callable[_P, flask.Response]]: ...
    def alt_response(
        self,
        status_code: int | str,
        response: str | None = ...,
        *,
        schema: type[Schema] | Schema | Mapping[str, Any] | str | None = ...,
        content_type: str | None = ...,
        description: str | None = ...,
        example: Any = ...,
        examples: Mapping[str, Any] | None = ...,
        headers: Mapping[str, Any] | None = ...,
        success: bool = ...,
    ) -> Callable[[_F], _F]: ...
    @staticmethod
    def doc(**kwargs: Any) -> Callable[[_F], _F]: ...
