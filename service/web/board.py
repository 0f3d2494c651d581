"""`/`: the leaderboard of a role."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Response, request

from service.domain.leaderboard import MIN_LISTED
from service.domain.period import Period
from service.reports.company import company_timezone, company_today
from service.reports.leaderboard import BoardQuery, find_place, get_leaderboard
from service.reports.roles import RoleHolder, role_titles
from service.runtime import current
from service.web.site import blueprint, language, page
from service.web.viewer import open_doors, people, viewer
from service.web.words import months_beside


@blueprint.get("/")
def board() -> Response:
    """The board of the viewer's role, or of the one asked for."""
    open_doors()
    holders = people()
    me = viewer(holders)
    now = current().now()
    with current().reading() as session:
        today = company_today(session, now)
        titles = role_titles(session, today, language())
        if not titles:
            return page("choose.html", people=holders, place="board", me=me)
        name = request.args.get("board") or _own_board(me, titles)
        period = Period.parse(request.args.get("period") or str(Period.of(today)))
        query = BoardQuery(name, period, after=request.args.get("after", ""))
        shown = get_leaderboard(session, query, language(), now=now)
        own = find_place(session, name, period, me.person_id) if me else None
        zone = company_timezone(session, now)
    return page(
        "board_live.html" if "part" in request.args else "board.html",
        board=shown,
        title=titles.get(name, name),
        titles=titles,
        lines=shown.lines if shown.listed >= MIN_LISTED else (),
        own=own,
        me=me,
        people=holders,
        beside=months_beside(period, Period.of(today)),
        zone=ZoneInfo(zone),
        place="board",
    )


def _own_board(me: RoleHolder | None, titles: dict[str, str]) -> str:
    return me.role if me is not None and me.role in titles else next(iter(titles))
