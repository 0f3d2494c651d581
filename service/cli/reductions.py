"""`stimul reductions`: net reductions of closed months, and the decisions about them."""

from __future__ import annotations

import getpass

import click

from service.cli.opened import format_option, opened, show
from service.domain.money import format_minor
from service.domain.period import Period
from service.domain.reduction import ReductionState, Verdict
from service.flows.decide_reduction import Decided, decide_reduction
from service.reports.accounts import signing_account
from service.reports.reductions import reductions_in
from service.runtime import Runtime


@click.group()
def reductions() -> None:
    """Net reductions of closed months, and what becomes of them."""


@reductions.command("list")
@click.option("--state", type=click.Choice([state.value for state in ReductionState]), default="waits")
@click.option("--person", "person_id", help="Only of this person.")
@format_option
def list_(state: str, person_id: str | None, style: str) -> None:
    """Show the reductions that wait for a decision, or are in another state, the oldest first."""
    with opened() as runtime, runtime.reading() as session:
        found = reductions_in(session, ReductionState(state), person_id)
    show(found if style == "json" else [row | {"decisions": _verdicts(row)} for row in found], style)


def _verdicts(row: dict[str, object]) -> list[object]:
    decisions = row["decisions"]
    assert isinstance(decisions, list), "a reduction has a list of decisions"
    return [decision["verdict"] for decision in decisions]


@reductions.command("decide")
@click.argument("key", metavar="PERSON MONTH POSTED_IN", nargs=3)
@click.argument("verdict", metavar="VERDICT", type=click.Choice([verdict.value for verdict in Verdict]))
@click.option("--reference", default="", help="Where the basis is written: a consent, a document, a rule of the plan.")
@click.option("--why", required=True, help="Why; it stays with the decision.")
@click.option("--as", "login", required=True, help="Login of the account that decides; finance, and open.")
def decide(key: tuple[str, str, str], verdict: str, reference: str, why: str, login: str) -> None:
    """Decide about what the closing of POSTED_IN reduced in the MONTH of PERSON.

    VERDICT is a basis on which it is set off against later variable pay (advance_agreed, arithmetical_error or
    written_consent, each with --reference), or written_off, or waits (the basis fell away).
    """
    person_id, month, posted_in = key
    asked = Decided((person_id, Period.parse(month), Period.parse(posted_in)), Verdict(verdict), reference, why)
    with opened() as runtime:
        amount_minor = _decide(runtime, asked, login)
    click.echo(f"{format_minor(amount_minor)} of {month} ({person_id}): {verdict}.")


def _decide(runtime: Runtime, asked: Decided, login: str) -> int:
    with runtime.transaction() as session:
        signer = signing_account(session, login, hand=getpass.getuser())
        return decide_reduction(session, asked, signer, now=runtime.now()).amount_minor
