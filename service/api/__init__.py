"""The JSON edge: blueprints, their OpenAPI document, and the one table of errors."""

from __future__ import annotations

from flask import Flask
from flask_smorest import Blueprint

BLUEPRINTS: tuple[Blueprint, ...] = ()
"""Every group of endpoints, in the order of the documentation."""


def register(app: Flask) -> None:
    """Add every endpoint to the application."""
    del app
