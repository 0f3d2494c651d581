"""The HTML edge: server-rendered pages."""

from __future__ import annotations

from flask import Blueprint

from service.web import board, me, site

__all__ = ["BLUEPRINTS", "board", "me"]

BLUEPRINTS: tuple[Blueprint, ...] = (site.blueprint,)
"""Every page there is; `board` and `me` add theirs to the one group."""
