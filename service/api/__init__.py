"""The JSON edge: groups of endpoints, put together with their documentation and their errors."""

from __future__ import annotations

from flask import Flask

from service.api import (
    activity,
    address,
    audit,
    backfills,
    backtests,
    bank_accounts,
    confirmations,
    corrections,
    deliveries,
    docs,
    errors,
    events,
    flags,
    health,
    holds,
    hooks,
    intake,
    leaderboards,
    limits,
    manual_facts,
    payouts,
    people,
    periods,
    plan_drafts,
    plans,
    points,
    privacy,
    proposals,
    quarantine,
    questions,
    rates,
    reductions,
    reminders,
    replays,
    request_id,
    share_claims,
    source_keys,
    statement_archives,
    statements,
    targets,
    users,
    what_if,
)
from service.api.gathering import register_gathering
from service.api.known_senders import register_known_senders
from service.api.reader import Blueprint

BLUEPRINTS: tuple[Blueprint, ...] = (
    intake.blueprint,
    events.blueprint,
    limits.blueprint,
    deliveries.blueprint,
    quarantine.blueprint,
    holds.blueprint,
    reductions.blueprint,
    reminders.blueprint,
    share_claims.blueprint,
    flags.blueprint,
    corrections.blueprint,
    proposals.blueprint,
    manual_facts.blueprint,
    hooks.blueprint,
    backfills.blueprint,
    source_keys.blueprint,
    people.blueprint,
    bank_accounts.blueprint,
    targets.blueprint,
    rates.blueprint,
    plans.blueprint,
    plan_drafts.blueprint,
    backtests.blueprint,
    confirmations.blueprint,
    audit.blueprint,
    periods.blueprint,
    replays.blueprint,
    statements.blueprint,
    statement_archives.blueprint,
    questions.blueprint,
    payouts.blueprint,
    leaderboards.blueprint,
    points.blueprint,
    activity.blueprint,
    what_if.blueprint,
    privacy.blueprint,
    users.blueprint,
    health.blueprint,
)
"""Every group of endpoints, in the order of the documentation."""

SECURITY = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key, made with `stimul keys create`."},
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Standard Webhooks 1.0, of the source that ?source= names.",
    },
}


def register(app: Flask) -> None:
    """Add every endpoint to the application."""
    app.config.update(API_TITLE="Stimul", API_VERSION="v1", OPENAPI_VERSION="3.1.0")
    app.json.ensure_ascii = False  # type: ignore[attr-defined] # of Flask's own provider
    app.json.sort_keys = False  # type: ignore[attr-defined] # of Flask's own provider
    api = docs.DocumentedApi(app, spec_kwargs={"components": {"securitySchemes": SECURITY}})
    request_id.register(app)
    address.register(app)
    errors.register(app)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    app.register_blueprint(docs.blueprint)
    docs.keep(app, api)
    register_known_senders(app.extensions)
    register_gathering(app.extensions)
