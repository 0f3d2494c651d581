"""Who looks at a page: whoever is logged in, or in the demo whoever was chosen; and whose page may be shown to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec
from urllib.parse import quote

from flask import Response, g, redirect, render_template, request, session

from service.domain.account import SEEN_STEP, Role, token_hash
from service.domain.errors import NotFoundError, UnauthorizedError
from service.domain.key import Scope
from service.domain.permission import (
    NotAllowedError,
    Reach,
    Viewer,
    demand,
    open_to_anybody,
    opened_by,
    reach_of,
)
from service.flows.note_session_use import note_session_use
from service.reports.accounts import find_logged_in, is_below, people_below
from service.reports.company import company_today
from service.reports.roles import RoleHolder, list_role_holders
from service.runtime import current
from service.web.site import blueprint, page

TOKEN = "token"  # noqa: S105 - the name under which a browser's cookie keeps its session token
DEMO_PERSON = "demo_person"

PLACES = {"board": "/", "me": "/me"}
"""Where the form of the demo leads back to; nothing a sender writes becomes an address."""

_Parameters = ParamSpec("_Parameters")


class LoginNeededError(UnauthorizedError):
    """A page of people was asked for by nobody in particular."""

    code = "login_needed"

    def __init__(self) -> None:
        super().__init__("Log in to see this page.")


class NobodysPageError(NotFoundError):
    """Somebody without a person record asked for the own page."""

    code = "nobodys_page"

    def __init__(self) -> None:
        super().__init__("This account belongs to nobody with a day of their own.")


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose page is shown: their name and role, the address their pages begin with, and whether it is the viewer."""

    person: RoleHolder
    base: str
    is_own: bool

    @property
    def person_id(self) -> str:
        """The person's id."""
        return self.person.person_id


def sees(scope: Scope) -> Callable[[Callable[_Parameters, Response]], Callable[_Parameters, Response]]:
    """Mark a page with what its viewer must be allowed; `shown_person` or `demand_all` then decides for whom."""

    def decorate(view: Callable[_Parameters, Response]) -> Callable[_Parameters, Response]:
        @wraps(view)
        def guarded(*args: _Parameters.args, **named: _Parameters.kwargs) -> Response:
            g.scope = scope
            if present_viewer() is None:
                raise LoginNeededError
            return view(*args, **named)

        return opened_by(scope, guarded)

    return decorate


def present_viewer() -> Viewer | None:
    """Who looks, once per request."""
    if "viewer" not in g:
        g.viewer = _demo_viewer() if current().settings.demo else _logged_in()
    found: Viewer | None = g.viewer
    return found


def viewer() -> Viewer:
    """Who looks; nobody is a `LoginNeededError`."""
    found = present_viewer()
    if found is None:
        raise LoginNeededError
    return found


def shown_person(person_id: str | None, day: date) -> Shown:
    """Whose page it is: the viewer's own, or that of a person whom the viewer may see as things stood on a day."""
    who = viewer()
    wanted = person_id or who.person_id
    if wanted is None:
        raise NobodysPageError
    settings = current().settings
    with current().reading() as read:
        below = who.person_id is not None and wanted != who.person_id and is_below(read, who.person_id, wanted, day)
        demand(who, g.scope, wanted, is_below=below, leads_see_money=settings.leads_see_money)
        today = company_today(read, current().now())
        holders = {item.person_id: item for item in (*list_role_holders(read, day), *list_role_holders(read, today))}
    held = holders.get(wanted) or RoleHolder(wanted, wanted, "", "")
    is_own = wanted == who.person_id
    return Shown(held, "/me" if is_own else f"/people/{wanted}", is_own)


def may(scope: Scope, person_id: str | None, day: date) -> bool:
    """Whether the viewer has a permission over a person, for what is shown beside what the page is for."""
    who = viewer()
    with current().reading() as read:
        below = who.person_id is not None and person_id is not None and is_below(read, who.person_id, person_id, day)
    try:
        demand(who, scope, person_id, is_below=below, leads_see_money=current().settings.leads_see_money)
    except NotAllowedError:
        return False
    return True


def people_seen(day: date) -> list[RoleHolder]:
    """Everybody whose days the viewer may see, besides the viewer."""
    who = viewer()
    reach = reach_of(who, g.scope, leads_see_money=current().settings.leads_see_money)
    with current().reading() as read:
        holders = list_role_holders(read, day)
        below = people_below(read, who.person_id, day) if who.person_id is not None else set()
    if reach is Reach.EVERYBODY:
        return [item for item in holders if item.person_id != who.person_id]
    return [item for item in holders if reach is Reach.BELOW and item.person_id in below]


def demo_people() -> list[RoleHolder]:
    """The people of the demo that may be looked as; nobody outside it."""
    if not current().settings.demo:
        return []
    with current().reading() as read:
        return list_role_holders(read, company_today(read, current().now()))


@blueprint.post("/viewer")
@open_to_anybody
def choose_viewer() -> Response:
    """Look at the demo as somebody."""
    if not current().settings.demo:
        raise LoginNeededError
    chosen = request.form.get("person", "")
    if chosen in {holder.person_id for holder in demo_people()}:
        session[DEMO_PERSON] = chosen
    else:
        session.pop(DEMO_PERSON, None)
    return _to(PLACES.get(request.form.get("place", ""), "/me"))


@blueprint.context_processor
def navigation() -> dict[str, object]:
    """Which ways lead on from a page."""
    who = present_viewer() if "pages" in request.blueprints else None
    if who is None:
        return {"sees_people": False, "logged_in": False}
    reach = reach_of(who, Scope.ACTIVITY_READ, leads_see_money=current().settings.leads_see_money)
    demo = current().settings.demo
    return {"sees_people": reach is Reach.EVERYBODY or _leads(who), "logged_in": not demo}


@blueprint.errorhandler(LoginNeededError)
def answer_login(error: LoginNeededError) -> Response:
    """Ask who it is, and come back."""
    del error
    return _to("/login?next=" + quote(request.full_path.rstrip("?"), safe="/"))


@blueprint.errorhandler(NobodysPageError)
def answer_nobodys(error: NobodysPageError) -> Response:
    """Let the demo choose, and lead an account without a person to what it may see."""
    del error
    if current().settings.demo:
        place = "me"
        return page("choose.html", people=demo_people(), place=place, me=None)
    return _to("/people" if Role.ADMINISTRATOR not in viewer().roles or len(viewer().roles) > 1 else "/")


@blueprint.errorhandler(NotAllowedError)
def answer_not_allowed(error: NotAllowedError) -> tuple[str, int]:
    """Say that it is not open to them, whether it exists or not."""
    del error
    return render_template("error.html", heading="not_yours", why="not_yours_why"), HTTPStatus.FORBIDDEN


def _leads(who: Viewer) -> bool:
    if who.person_id is None:
        return False
    with current().reading() as read:
        return bool(people_below(read, who.person_id, company_today(read, current().now())))


def _to(address: str) -> Response:
    answer = redirect(address, HTTPStatus.SEE_OTHER)
    assert isinstance(answer, Response)
    return answer


def _demo_viewer() -> Viewer | None:
    chosen = session.get(DEMO_PERSON)
    known = {holder.person_id for holder in demo_people()}
    # Whoever has chosen nobody yet sees what a head may see of the made-up company.
    return Viewer("demo", chosen, frozenset()) if chosen in known else Viewer("demo", None, frozenset({Role.HEAD}))


def _logged_in() -> Viewer | None:
    token = session.get(TOKEN)
    if not isinstance(token, str):
        return None
    now = current().now()
    with current().reading() as read:
        found = find_logged_in(read, token, now=now)
    if found is None:
        return None
    if now - found.session.seen_at >= SEEN_STEP:
        with current().transaction() as written:
            note_session_use(written, token_hash(token), now=now)
    return found.viewer
