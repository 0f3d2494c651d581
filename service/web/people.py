"""`/people`: the people whose days the viewer may see."""

from __future__ import annotations

from flask import Response

from service.domain.key import Scope
from service.reports.company import company_today
from service.reports.roles import role_titles
from service.runtime import current
from service.web.site import blueprint, language, page
from service.web.viewer import people_seen, sees


@blueprint.get("/people")
@sees(Scope.ACTIVITY_READ)
def people() -> Response:
    """Everybody below the viewer today, or everybody for whoever may see all."""
    with current().reading() as read:
        today = company_today(read, current().now())
        titles = role_titles(read, today, language())
    return page("people.html", people=people_seen(today), titles=titles, place="people")
