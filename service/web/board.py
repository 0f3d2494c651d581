"""`/`: the leaderboard of a role."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Response, request

from service.domain.key import Scope
from service.domain.leaderboard import MIN_LISTED
from service.domain.period import Period
from service.reports.company import company_timezone, company_today
from service.reports.leaderboard import BoardQuery, find_place, get_leaderboard
from service.reports.roles import find_role_holder, role_titles
from service.runtime import current
from service.web.site import blueprint, language, page
from service.web.viewer import demo_people, sees, viewer
from service.web.words import months_beside


@blueprint.get("/")
@sees(Scope.BOARDS_READ)
def board() -> Response:
    """The board of the viewer's role, or of the one asked for."""
    now = current().now()
    with current().reading() as session:
        today = company_today(session, now)
        person_id = viewer().person_id
        me = find_role_holder(session, person_id, today) if person_id else None
        titles = role_titles(session, today, language())
        if not titles:
            return page("empty.html", place="board")
        own_board = me.role if me is not None and me.role in titles else next(iter(titles))
        name = request.args.get("board") or own_board
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
        people=demo_people(),
        beside=months_beside(period, Period.of(today)),
        zone=ZoneInfo(zone),
        place="board",
    )
