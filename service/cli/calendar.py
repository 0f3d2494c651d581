"""`stimul calendar`: the recorded holidays, and the days the company works against them."""

from __future__ import annotations

import getpass
from datetime import date, datetime

import click

from service.cli.opened import format_option, opened, show
from service.domain.calendar import CalendarDay
from service.flows.change_calendar import change_calendar
from service.flows.fill_calendar import fill_calendar
from service.reports.calendar import recorded_days

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def calendar() -> None:
    """The days the company works."""


@calendar.command("show")
@click.argument("year", type=int)
@format_option
def show_(year: int, style: str) -> None:
    """Show the recorded days of YEAR."""
    with opened() as runtime, runtime.reading() as session:
        found = recorded_days(session, year)
    show([{"day": item.day, "works": "yes" if item.works else "no", "name": item.name} for item in found], style)


@calendar.command("fill")
@click.argument("years", type=int, nargs=-1, required=True)
def fill(years: tuple[int, ...]) -> None:
    """Record the public holidays of YEARS; a year that is recorded stays as it is."""
    with opened() as runtime, runtime.transaction() as session:
        filled = fill_calendar(session, years)
    click.echo(f"Recorded: {', '.join(str(year) for year in filled) or 'nothing new'}.")


@calendar.command("off")
@click.argument("day", type=DAY)
@click.argument("name")
def off(day: datetime, name: str) -> None:
    """Make DAY a day off, called NAME."""
    _change(CalendarDay(day.date(), name))


@calendar.command("work")
@click.argument("day", type=DAY)
@click.argument("name", default="")
def work(day: datetime, name: str) -> None:
    """Make DAY a working day: a Saturday swapped for another day, or a holiday that is none here."""
    _change(CalendarDay(day.date(), name, works=True))


def _change(wanted: CalendarDay) -> None:
    with opened() as runtime, runtime.transaction() as session:
        fill_calendar(session, [wanted.day.year])
        change_calendar(session, wanted, getpass.getuser(), now=runtime.now())
    click.echo(_told(wanted.day, works=wanted.works))


def _told(day: date, *, works: bool) -> str:
    return f"{day} is a {'working day' if works else 'day off'} now."
