"""A Flask application that answers a constant: the most that a web process of ours could ever take."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)


@app.post("/v1/events")
@app.get("/healthz")
def constant() -> str:
    """The same for everybody."""
    return "taken"
