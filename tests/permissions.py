"""The table of permissions as docs/security.md shows it."""

from __future__ import annotations

from service.domain.permission import PERMISSIONS, Reach, Row

WORDS = {Reach.NOBODY: "", Reach.OWN: "own", Reach.BELOW: "below", Reach.EVERYBODY: "all"}


def written() -> str:
    """The table in Markdown; `*` marks what the company must switch on."""
    lines = [
        "| API scope | opens | employee | leads others | head | finance | administrator |",
        "|---|---|---|---|---|---|---|",
    ]
    for scope, row in PERMISSIONS.items():
        cells = (row.employee, row.lead, row.head, row.finance, row.administrator)
        shown = [_cell(row, place, reach) for place, reach in enumerate(cells)]
        lines.append(f"| `{scope.value}` | {row.title} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def _cell(row: Row, place: int, reach: Reach) -> str:
    switched = row.if_open and place in {1, 2}
    return WORDS[reach] + ("*" if switched else "")
