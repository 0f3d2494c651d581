"""`stimul shares`: shares of deals that senders named, and the decisions about them."""

from __future__ import annotations

import click

from service.cli.decisions import decision, why_option
from service.cli.opened import format_option, opened, show
from service.domain.share_claim import ClaimState
from service.flows.decide_shares import decide_shares
from service.reports.share_claims import list_share_claims

SHOWN = 1_000
"""Claims of one list: more than anybody decides in a day; the oldest first, so the others follow."""


@click.group()
def shares() -> None:
    """Shares of deals that senders named and that differ from the company's."""


@shares.command("list")
@click.option("--state", type=click.Choice([state.value for state in ClaimState]), default=ClaimState.HELD.value)
@format_option
def list_(state: str, style: str) -> None:
    """Show the shares that wait for a decision, or were decided, the oldest first."""
    with opened() as runtime, runtime.reading() as session:
        show(list_share_claims(session, ClaimState(state), 0, SHOWN)[0], style)


@shares.command("approve")
@click.argument("receipt")
@why_option
def approve(receipt: str, why: str) -> None:
    """Split the money of the event of RECEIPT by the shares its sender named."""
    _decide(receipt, ClaimState.APPROVED, why)


@shares.command("reject")
@click.argument("receipt")
@why_option
def reject(receipt: str, why: str) -> None:
    """Leave the event of RECEIPT with the company's shares."""
    _decide(receipt, ClaimState.REFUSED, why)


def _decide(receipt: str, state: ClaimState, why: str) -> None:
    with opened() as runtime, runtime.transaction() as session:
        decide_shares(session, receipt, state, decision(runtime, why))
    click.echo(f"The sent shares of {receipt} are {state.value}.")
