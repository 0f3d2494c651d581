"""`stimul devices`: the televisions that show a board."""

from __future__ import annotations

import getpass

import click

from service.cli.opened import format_option, opened, show, show_one
from service.domain.device import new_device
from service.flows.add_device import add_device
from service.flows.retire_device import retire_device
from service.reports.television import all_devices, demand_board


@click.group()
def devices() -> None:
    """The televisions that show a board."""


@devices.command()
@click.argument("name")
@click.option("--board", required=True, help="The role whose board it shows.")
@format_option
def add(name: str, board: str, style: str) -> None:
    """Add the television NAME and show its address, this once."""
    with opened() as runtime:
        device, token = new_device(name, board, getpass.getuser(), now=runtime.now())
        with runtime.transaction() as session:
            demand_board(session, board)
            add_device(session, device)
        address = f"{runtime.settings.public_url}/tv/{token}"
    if style == "json":
        show_one({"device_id": device.device_id, "address": address, "board": board})
        return
    click.echo(address)
    click.echo(f"This is device {device.device_id}. Whoever has the address sees the board: keep it there.", err=True)


@devices.command("list")
@format_option
def list_(style: str) -> None:
    """Show every television, without its address."""
    with opened() as runtime, runtime.reading() as session:
        found = all_devices(session)
    show(
        [
            {
                "device_id": item.device_id,
                "name": item.name,
                "board": item.board,
                "created": item.created_at,
                "last_used": item.last_used_at,
                "retired": item.retired_at,
            }
            for item in found
        ],
        style,
    )


@devices.command()
@click.argument("device_id")
def retire(device_id: str) -> None:
    """Take a television out of use, for ever."""
    with opened() as runtime, runtime.transaction() as session:
        retire_device(session, device_id, getpass.getuser(), now=runtime.now())
    click.echo(f"The address of device {device_id} opens nothing any more.")
