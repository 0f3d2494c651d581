"""Who looks at a page: in the demo whoever was chosen, elsewhere nobody until there is a login."""

from __future__ import annotations

from flask import Response, redirect, request
from itsdangerous import BadSignature, URLSafeSerializer

from service.reports.company import company_today
from service.reports.roles import RoleHolder, list_role_holders
from service.runtime import current
from service.web.site import PagesClosedError, blueprint

COOKIE = "stimul_demo_person"

DEMO_KEY = "the people of the demo are made up"
"""Anybody may choose anybody of the demo, so its signature keeps out garbage and no secret."""

PLACES = {"board": "/", "me": "/me"}
"""Where the form of the demo leads back to; nothing a sender writes becomes an address."""


def open_doors() -> None:
    """Refuse everybody outside the demo."""
    if not current().settings.demo:
        raise PagesClosedError


def people() -> list[RoleHolder]:
    """The people who may be chosen."""
    with current().reading() as session:
        return list_role_holders(session, company_today(session, current().now()))


def viewer(holders: list[RoleHolder]) -> RoleHolder | None:
    """Who looks, if somebody was chosen and still works here."""
    try:
        chosen = _serializer().loads(request.cookies.get(COOKIE, ""))
    except BadSignature:
        return None
    return next((holder for holder in holders if holder.person_id == chosen), None)


@blueprint.post("/viewer")
def choose_viewer() -> Response:
    """Look at the demo as somebody."""
    open_doors()
    answer = redirect(PLACES.get(request.form.get("place", ""), "/me"), 303)
    assert isinstance(answer, Response)
    known = {holder.person_id for holder in people()}
    chosen = request.form.get("person", "")
    if chosen in known:
        answer.set_cookie(COOKIE, str(_serializer().dumps(chosen)), httponly=True, samesite="Lax")
    else:
        answer.delete_cookie(COOKIE)
    return answer


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current().settings.secret_key or DEMO_KEY, "demo person")
