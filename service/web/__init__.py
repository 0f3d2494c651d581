"""The HTML edge: server-rendered pages."""

from __future__ import annotations

from flask import Blueprint

BLUEPRINTS: tuple[Blueprint, ...] = ()
"""Every page there is, in the order of registration."""
