"""`/me/what-if`: what the month would pay if more were done; nothing that is typed here is kept."""

from __future__ import annotations

from flask import Response, request

from service.domain.key import Scope
from service.domain.period import Period
from service.domain.what_if import WhatIfRefusedError
from service.flows.note_look import note_look
from service.plans.hints import told
from service.reports.earnings import FIXED
from service.reports.next_steps import metrics_to_imagine
from service.runtime import current
from service.trial import Imagined, WhatIf, what_if
from service.web.me import company_day, own_page
from service.web.site import NEVER_KEPT, blueprint, language
from service.web.viewer import sees, shown_person, viewer


@blueprint.get("/me/what-if")
@blueprint.get("/people/<person_id>/what-if")
@sees(Scope.STATEMENTS_READ)
def imagined_month(person_id: str | None = None) -> Response:
    """What to do more of, and what the present month would pay then; a look at somebody else's is noted."""
    today = company_day()
    shown = shown_person(person_id, today)
    with current().reading() as session:
        metrics = metrics_to_imagine(session, shown.person_id, Period.of(today), today)
    metric, more = request.args.get("metric", ""), request.args.get("more", "").strip().replace(",", ".")
    found, problem = _asked(shown.person_id, metric, more)
    if not shown.is_own:
        with current().transaction() as session:
            note_look(session, viewer().login, shown.person_id, str(Period.of(today)), now=current().now())
    steps = [told(step, language().value) for step in found.steps] if found else []
    # The fixed salary is not for everybody who sees what was earned, and no work of the month changes it.
    lines = [line for line in found.lines if line.kind != FIXED] if found else []
    asked = {"metric": metric, "more": more, "found": found, "lines": lines, "problem": problem, "steps": steps}
    answer = own_page("what_if", shown, metrics=metrics, **asked)
    answer.headers.update(NEVER_KEPT)
    return answer


def _asked(person_id: str, metric: str, more: str) -> tuple[WhatIf | None, bool]:
    """What would be, and whether it cannot be said because something was typed wrongly."""
    if not metric or not more:
        return None, False
    try:
        return what_if(person_id, None, Imagined({metric: more})), False
    except WhatIfRefusedError:
        return None, True
