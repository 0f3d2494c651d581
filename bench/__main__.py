"""Measures every promise and prints one table: `python -m bench [NAME...]`."""

from __future__ import annotations

import sys

from bench import close, ingest, plans, points
from bench.figure import Figure, machine

PROMISES = {"ingest": ingest.measure, "plans": plans.measure, "close": close.measure, "points": points.measure}
"""One file per promise."""


def main(names: list[str]) -> None:
    """Run the named measurements, or all."""
    unknown = sorted(set(names) - set(PROMISES))
    if unknown:
        sys.exit(f"Nothing is measured under {', '.join(unknown)}. Choose from {', '.join(PROMISES)}.")
    print(machine())
    for name in names or PROMISES:
        for figure in PROMISES[name]():
            show(figure)


def show(figure: Figure) -> None:
    """Print one line of the table."""
    print(f"{figure.name:<58} {figure.value:>12} {figure.unit}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
