"""The scripts and styles of the pages: each with the address that changes when it does, and its fingerprint."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from service.config import ROOT

STATIC = ROOT / "service" / "web" / "static"

VERSION_LENGTH = 12
"""Characters of a fingerprint in an address: two versions of one file never share them."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file a page loads; `integrity` lets the browser refuse one that was changed on the way."""

    path: str
    version: str
    integrity: str


def read_asset(path: str) -> Asset:
    """Fingerprint a file of the static folder."""
    digest = hashlib.sha384((STATIC / path).read_bytes()).digest()
    return Asset(path, digest.hex()[:VERSION_LENGTH], "sha384-" + base64.b64encode(digest).decode())


STYLES = tuple(read_asset(path) for path in ("tokens.css", "app.css", "parts.css", "paper.css"))

SCRIPTS = tuple(
    read_asset(path) for path in ("vendor/htmx/htmx.min.js", "vendor/idiomorph/idiomorph-ext.min.js", "app.js")
)

TELEVISION = tuple(read_asset(path) for path in ("tokens.css", "tv.css"))

ASSETS = {"styles": STYLES, "scripts": SCRIPTS, "television": TELEVISION}
"""What the layout loads, read once when the application starts."""
