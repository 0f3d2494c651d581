"""The HTML edge: server-rendered pages."""

from __future__ import annotations

from flask import Blueprint

from service.web import board, me, plan, site

__all__ = ["BLUEPRINTS", "board", "me", "plan"]

BLUEPRINTS: tuple[Blueprint, ...] = (site.blueprint,)
"""Every page there is; `board`, `me` and `plan` add theirs to the one group."""
