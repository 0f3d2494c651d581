"""A measured figure, and the machine it was measured on."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    name: str
    value: str
    unit: str


def machine() -> str:
    """What the figures belong to; a load above zero before the start means that they are too low."""
    load = os.getloadavg()[0]
    return (
        f"Stimul {version('stimul')}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"load before the start {load:.1f}"
    )
