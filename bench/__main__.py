"""Measures every promise and prints one table: `python -m bench [NAME...] [--stored EVENTS] [--people PEOPLE]`."""

from __future__ import annotations

import argparse
import sys
from functools import partial

from bench import books, close, crowd, ingest, paper, payouts, plans, points, replay
from bench.figure import Figure, machine

PROMISES = {
    "ingest": ingest.measure,
    "plans": plans.measure,
    "close": close.measure,
    "crowd": crowd.measure,
    "books": books.measure,
    "points": points.measure,
    "paper": paper.measure,
    "replay": replay.measure,
    "payouts": payouts.measure,
}
"""One file per promise."""


def main() -> None:
    """Run the named measurements, or all."""
    words = argparse.ArgumentParser(prog="python -m bench")
    words.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(PROMISES)}; without one, all")
    words.add_argument(
        "--stored", type=int, default=ingest.STORED, help="events stored before the last round of ingest"
    )
    words.add_argument("--people", type=int, help="people of one more company that crowd measures, such as 50000")
    asked = words.parse_args()
    measures = PROMISES | {
        "ingest": partial(ingest.measure, asked.stored),
        "crowd": partial(crowd.measure, asked.people),
    }
    unknown = sorted(set(asked.names) - set(PROMISES))
    if unknown:
        sys.exit(f"Nothing is measured under {', '.join(unknown)}. Choose from {', '.join(PROMISES)}.")
    print(machine())
    for name in asked.names or PROMISES:
        for figure in measures[name]():
            show(figure)


def show(figure: Figure) -> None:
    """Print one line of the table."""
    print(f"{figure.name:<58} {figure.value:>12} {figure.unit}", flush=True)


if __name__ == "__main__":
    main()
