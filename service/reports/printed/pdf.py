"""A sheet as PDF/A: set by Typst from a template that reads the sheet as data, with the fonts that Typst carries."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session
from typst import Compiler

from service.domain.figures import Language
from service.reports.printed.sheet import Composer, Sheet
from service.reports.statement import Statement

TEMPLATE = Path(__file__).with_name("statement.typ")

STANDARD: Final = "a-2b"
"""For archives: it looks the same in ten years, on any machine."""

WITHOUT_ISSUE = datetime(2000, 1, 1, tzinfo=UTC)
"""The time that stands in the file of an estimate, so that the same sheet gives the same bytes."""

HASH_SHOWN = 16
"""Hexadecimal digits of the document's hash in the footer: enough to tell two documents apart, and to find one."""


class Printer:
    """Prints sheets; the fonts are read once, so it is made once for many."""

    def __init__(self) -> None:
        # The system's fonts differ from machine to machine, and with them the bytes.
        self._compiler = Compiler(str(TEMPLATE), ignore_system_fonts=True)

    def pdf(self, sheet: Sheet, issued_at: datetime | None) -> bytes:
        """The sheet as PDF; the same sheet and time of issue give the same bytes."""
        printed = self._compiler.compile(
            format="pdf",
            sys_inputs={"sheet": json.dumps(_content(sheet), ensure_ascii=False)},
            pdf_standards=STANDARD,
            timestamp=(issued_at or WITHOUT_ISSUE).astimezone(UTC).replace(microsecond=0),
        )
        assert isinstance(printed, bytes), "a PDF is one file"
        return printed


printer = cache(Printer)
"""The printer of this process."""


def statement_pdf(session: Session, statement: Statement, language: Language, *, salary: bool = True) -> bytes:
    """One statement as PDF; `salary` as in `Composer.sheet`."""
    sheet = Composer(session, language).sheet(statement, salary=salary)
    return printer().pdf(sheet, statement.issued_at)


def paper_name(statement: Statement, ending: str) -> str:
    """What the file of a statement is called: statement-2026-10-ann-v1.pdf."""
    document = statement.document
    version = f"v{document['version']}" if statement.issued_at else "estimate"
    return f"statement-{document['period']}-{document['person']}-{version}.{ending}"


def _content(sheet: Sheet) -> dict[str, object]:
    """What the template reads: the sheet with the fixed words that stand around it."""
    mark = sheet.document_hash[:HASH_SHOWN]
    name = sheet.facts[0][1]
    footer = [name, sheet.month, *([f"{sheet.say('fingerprint')} {mark}"] if mark else [])]
    return {
        **asdict(sheet),
        "author": name,
        "footer": " · ".join(footer),
        "page": sheet.say("page", page="{page}", pages="{pages}"),
        "standards_title": sheet.say("standards"),
        "balances_title": sheet.say("balances"),
        "total_label": sheet.say("payable"),
        "sum": sheet.say("sum"),
        "nothing": sheet.say("nothing"),
    }
