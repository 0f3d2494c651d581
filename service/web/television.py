"""`/tv/<token>`: one board for a room, opened by the token of its device and by nothing else."""

from __future__ import annotations

import logging
from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import Response, render_template, request

from service.domain.device import Device, UnknownDeviceError
from service.domain.errors import BusyError
from service.domain.key import Scope
from service.domain.permission import opened_by
from service.flows.note_device_use import note_device_use
from service.reports.television import find_device, get_television
from service.runtime import current
from service.web.site import blueprint, language, page

LOG = logging.getLogger(__name__)


def television(token: str) -> Response:
    """The board of a television; a token that never was or was retired finds no page."""
    now = current().now()
    with current().reading() as read:
        device = find_device(read, token)
        if device is None:
            raise UnknownDeviceError
        shown = get_television(read, device.board, language(), now=now)
    _note_use(device)
    template = "tv_live.html" if "part" in request.args else "tv.html"
    answer = page(template, shown=shown, zone=ZoneInfo(shown.zone), token=token)
    # The address is the secret: no other page, and no other site, is told it.
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


blueprint.get("/tv/<token>")(opened_by(Scope.BOARDS_READ, television))


@blueprint.errorhandler(UnknownDeviceError)
def answer_unknown(error: UnknownDeviceError) -> tuple[str, int]:
    """A room whose television shows nothing any more."""
    del error
    return render_template("error.html", heading="tv_unknown", why="tv_unknown_why"), HTTPStatus.NOT_FOUND


def _note_use(device: Device) -> None:
    now = current().now()
    if not device.use_is_news(now):
        return
    try:
        with current().transaction() as written:
            note_device_use(written, device.device_id, now=now)
    except BusyError:
        LOG.warning("the last use of device %s could not be noted", device.device_id)
