# The part of gunicorn's reading of requests that Stimul builds on, with types (the package has none).
from typing import Any, Protocol

class _Source(Protocol):
    def recv(self, size: int, /) -> bytes: ...

class _Unreader:
    def take_buffered(self) -> bytes: ...

class RequestParser:
    unreader: _Unreader
    def __next__(self) -> Any: ...

def get_parser(cfg: Any, source: _Source, source_addr: Any) -> RequestParser: ...
