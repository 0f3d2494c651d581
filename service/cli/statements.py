"""`stimul statements`: one statement on paper, or all of a month in one file."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import IO

import click

from service.cli.opened import opened
from service.domain.figures import Language
from service.domain.period import Period
from service.domain.statement_archive import Archive, new_archive_id
from service.flows.ask_for_archive import ask_for_archive
from service.flows.note_look import note_look
from service.jobs.pipeline import archive_some
from service.reports.archives import EVERYBODY, closing_to_print, demand_done, get_archive, stream_archive
from service.reports.printed.pdf import statement_pdf
from service.reports.statement import get_statement

LANG = click.option(
    "--lang",
    type=click.Choice([language.value for language in Language]),
    default=Language.BG.value,
    show_default=True,
    help="Language of the paper.",
)

OUTPUT = click.option(
    "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write."
)


@click.group()
def statements() -> None:
    """Statements on paper."""


@statements.command("pdf")
@click.argument("person")
@click.argument("period")
@click.option("--version", type=click.IntRange(1), help="What this closing said; default: what holds now.")
@LANG
@OUTPUT
def pdf(person: str, period: str, version: int | None, lang: str, output: Path) -> None:
    """Print the statement of PERSON for PERIOD as PDF."""
    with opened() as runtime:
        with runtime.reading() as session:
            found = get_statement(session, person, Period.parse(period), version)
            printed = statement_pdf(session, found, Language(lang))
        with runtime.transaction() as session:
            note_look(session, getpass.getuser(), person, period, now=runtime.now())
    with _for_owner(output) as file:
        file.write(printed)
    click.echo(f"{output}: {len(printed):,} bytes.")


@statements.command("zip")
@click.argument("period")
@LANG
@OUTPUT
def all_as_zip(period: str, lang: str, output: Path) -> None:
    """Print every statement of the closed month PERIOD into one ZIP."""
    month, who = Period.parse(period), getpass.getuser()
    with opened() as runtime:
        with runtime.transaction() as session:
            version = closing_to_print(session, month)
            asked = Archive(new_archive_id(), month, version, Language(lang), 0, runtime.now(), who)
            archive = ask_for_archive(session, asked)
            note_look(session, who, EVERYBODY, period, now=runtime.now())
        with click.progressbar(length=archive.total, label="Statements") as bar:
            # As the job does it: one that was asked for before may have its turn first.
            while archive_some():
                with runtime.reading() as session:
                    bar.update(get_archive(session, archive.archive_id).done - bar.pos)
        with runtime.reading() as session, _for_owner(output) as file:
            demand_done(get_archive(session, archive.archive_id))
            file.writelines(stream_archive(session, archive.archive_id))
    click.echo(f"{output}: {archive.total} statements of {period}.")


def _for_owner(output: Path) -> IO[bytes]:
    """A new file that nobody else on this machine can read: it says what people earn."""
    output.touch(mode=0o600)
    output.chmod(0o600)
    return output.open("wb")
