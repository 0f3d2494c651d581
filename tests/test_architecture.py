"""The rules of the house that no linter knows, each shown to catch what it is for."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

import pytest

from tests.repository import ROOT, Source, job_names, parse, repository

Finding = tuple[int, str]
Check = Callable[[Source], Iterator[Finding]]

FILE_LINES = 300
"""What a reader keeps in mind at once."""

FUNCTION_LINES = 40
"""One screen."""

BANNED_NAMES = frozenset({"utils", "helpers", "manager", "common", "base", "misc", "data", "info", "process", "handle"})
"""Names that say what is done to code and not what it is."""

DATABASE_FILES = frozenset({"service/store/dialect.py", "service/store/session.py", "service/config.py"})
"""The two files that know how databases differ, and the settings, which read the address of one."""

EXACT_FOLDERS = ("service/domain", "service/plans")
"""Where amounts, targets and attainments are decided."""

CODE = re.compile(r"(?P<kind>noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*|type: ignore\[[\w, -]+\])(?P<reason>.*)")
IGNORE = re.compile(r"#\s*(noqa|type:\s*ignore)\b")
REASON = re.compile(r"\w+ \w+")
UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|X[X]X|NotImplemented[E]rror)\b")
DATABASE = re.compile("sqlite|postgres", re.IGNORECASE)


def long_file(source: Source) -> Iterator[Finding]:
    """A file is at most 300 lines; a migration lists tables and may be longer."""
    lines = source.text.count("\n")
    if lines > FILE_LINES and source.folder != "migrations/versions":
        yield lines, f"a file of {lines} lines; find the second noun in it"


def long_function(source: Source) -> Iterator[Finding]:
    """A function is at most 40 lines; a migration lists tables and may be longer."""
    for node in source.functions:
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > FUNCTION_LINES and source.folder != "migrations/versions":
            yield node.lineno, f"{node.name} has {lines} lines"


def named_database(source: Source) -> Iterator[Finding]:
    """Databases differ in store/dialect.py and store/session.py, and nowhere else."""
    if not source.path.startswith("service/") or source.path in DATABASE_FILES:
        return
    for line, text in [*source.strings, *source.imported]:
        if DATABASE.search(text):
            yield line, "names a database; give the difference a name in store/dialect.py"


def ended_transaction(source: Source) -> Iterator[Finding]:
    """Only the runtime begins and ends transactions."""
    if not source.path.startswith("service/") or source.path == "service/runtime.py":
        return
    for word in ("begin", "commit", "rollback"):
        for call in source.calls(word):
            if isinstance(call.func, ast.Attribute):
                yield call.lineno, f"calls {word}(); one request or job is one transaction, ended by runtime.py"


def shapeless_flow(source: Source) -> Iterator[Finding]:
    """A flow is a file with one public function of the same name."""
    if source.folder != "service/flows" or source.stem == "__init__":
        return
    functions = [node.name for node in source.tree.body if isinstance(node, ast.FunctionDef)]
    public = [name for name in functions if not name.startswith("_")]
    if public != [source.stem]:
        yield 1, f"a flow file has one public function, {source.stem}; this one has {', '.join(public) or 'none'}"


def flow_with_sql(source: Source) -> Iterator[Finding]:
    """A flow knows of SQLAlchemy that there are sessions, and no more."""
    for line, name in source.imported:
        if source.folder == "service/flows" and name.startswith("sqlalchemy") and name != "sqlalchemy.orm.Session":
            yield line, f"imports {name}; SQL lives in store"


def unknown_job(source: Source) -> Iterator[Finding]:
    """Whoever asks for a follow-up names a job that exists."""
    if not source.path.startswith("service/"):
        return
    for call in source.calls("follow_up"):
        job = call.args[1] if len(call.args) > 1 else None
        if not isinstance(job, ast.Constant) or job.value not in job_names():
            yield call.lineno, "follow_up names no function of service/jobs"


def unfinished(source: Source) -> Iterator[Finding]:
    """What is in the repository is finished."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if UNFINISHED.search(line):
            yield number, "is unfinished"


def silent_ignore(source: Source) -> Iterator[Finding]:
    """Who tells a tool to look away says for which rule and why, on the line."""
    for line, comment in source.comments:
        match = CODE.search(comment)
        if IGNORE.search(comment) and not (match and REASON.search(match["reason"])):
            yield line, "ignores a rule without its code or without a reason"


def nameless_module(source: Source) -> Iterator[Finding]:
    """The first line of a module is one sentence that says what lives there."""
    first = (ast.get_docstring(source.tree) or "").partition("\n")[0]
    if not first.endswith(".") or ". " in first:
        yield 1, "does not open with one sentence"


def banned_name(source: Source) -> Iterator[Finding]:
    """A file is called by a word of the trade."""
    words = set(re.split(r"[/_.]", source.path))
    if words & BANNED_NAMES:
        yield 1, f"is called {', '.join(words & BANNED_NAMES)}; use a word of docs/glossary.md"


def inexact_number(source: Source) -> Iterator[Finding]:
    """Nothing that decides pay is a float; a named constant may be one, and types watch it."""
    if not source.folder.startswith(EXACT_FOLDERS):
        return
    for call in source.calls("float"):
        yield call.lineno, "makes a float"
    for node in (inner for function in source.functions for inner in ast.walk(function)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node.lineno, f"{node.value} is a float; write a Fraction or a Decimal"


def hidden_import(source: Source) -> Iterator[Finding]:
    """An import that only the type checker sees hides a cycle."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            yield node.lineno, "imports for the type checker alone; break the cycle"


def lazy_load(source: Source) -> Iterator[Finding]:
    """Rows are read by queries one can see."""
    for line, name in source.imported:
        if name == "sqlalchemy.orm.relationship":
            yield line, "uses relationship()"


CHECKS: tuple[Check, ...] = (
    long_file,
    long_function,
    named_database,
    ended_transaction,
    shapeless_flow,
    flow_with_sql,
    unknown_job,
    unfinished,
    silent_ignore,
    nameless_module,
    banned_name,
    inexact_number,
    hidden_import,
    lazy_load,
)

BAD = [
    (long_file, "service/domain/a.py", "a = 1\n" * 301),
    (long_function, "service/domain/a.py", "def f():\n" + "    a = 1\n" * 40),
    (named_database, "service/store/a.py", "if name == 'sqlite': pass"),
    (named_database, "service/store/a.py", "from sqlalchemy.dialects.postgresql import insert"),
    (ended_transaction, "service/flows/a.py", "session.commit()"),
    (ended_transaction, "service/store/a.py", "with engine.begin() as c: pass"),
    (ended_transaction, "service/jobs/a.py", "session.rollback()"),
    (shapeless_flow, "service/flows/score.py", "def score(): pass\ndef rank(): pass"),
    (shapeless_flow, "service/flows/score.py", "def scoring(): pass"),
    (flow_with_sql, "service/flows/a.py", "from sqlalchemy import select"),
    (flow_with_sql, "service/flows/a.py", "import sqlalchemy"),
    (unknown_job, "service/flows/a.py", "follow_up(session, 'no_such_job')"),
    (unknown_job, "service/flows/a.py", "store.follow_up(session, name)"),
    (unfinished, "service/domain/a.py", "a = 1  # TO" + "DO: finish"),
    (silent_ignore, "service/domain/a.py", "a = 1  # " + "noqa"),
    (silent_ignore, "service/domain/a.py", "a = 1  # " + "noqa: S101"),
    (silent_ignore, "service/domain/a.py", "a = 1  # type" + ": ignore[misc]"),
    (nameless_module, "service/domain/a.py", "a = 1"),
    (nameless_module, "service/domain/a.py", '"""One thing. And another."""'),
    (banned_name, "service/store/string_utils.py", ""),
    (banned_name, "service/common/money.py", ""),
    (inexact_number, "service/domain/a.py", "a = float('1')"),
    (inexact_number, "service/plans/kinds/a.py", "def f(): return 0.5"),
    (hidden_import, "service/domain/a.py", "if TYPE_CHECKING:\n    import b"),
    (hidden_import, "service/domain/a.py", "if typing.TYPE_CHECKING:\n    import b"),
    (lazy_load, "service/store/a.py", "from sqlalchemy.orm import relationship"),
]

GOOD = [
    (named_database, "service/store/dialect.py", "if name == 'sqlite': pass"),
    (named_database, "service/domain/a.py", '"""PostgreSQL rounds like this."""'),
    (ended_transaction, "service/runtime.py", "session.commit()"),
    (
        shapeless_flow,
        "service/flows/score.py",
        "def score(): pass\ndef _weigh(): pass\nclass ScoreError(Exception): pass",
    ),
    (flow_with_sql, "service/flows/a.py", "from sqlalchemy.orm import Session"),
    (silent_ignore, "service/domain/a.py", "a = 1  # " + "noqa: S101 - the reason why"),
    (silent_ignore, "service/domain/a.py", "a = 1  # type" + ": ignore[misc]  # the reason why"),
    (inexact_number, "service/web/a.py", "def f(): return 0.5"),
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_repository_keeps_the_rule(check: Check) -> None:
    assert [f"{source.path}:{line}: {what}" for source in repository() for line, what in check(source)] == []


@pytest.mark.parametrize(("check", "path", "text"), BAD)
def test_a_rule_catches_what_it_is_for(check: Check, path: str, text: str) -> None:
    assert list(check(parse(path, text)))


@pytest.mark.parametrize(("check", "path", "text"), GOOD)
def test_a_rule_lets_pass_what_is_right(check: Check, path: str, text: str) -> None:
    assert not list(check(parse(path, text)))


def test_every_rule_has_been_shown_to_catch_something() -> None:
    assert {check for check, _, _ in BAD} == set(CHECKS)


def test_our_styles_and_scripts_are_short_too() -> None:
    static = ROOT / "service/web/static"
    ours = [path for ending in ("*.css", "*.js") for path in static.rglob(ending) if "vendor" not in path.parts]
    assert [str(path) for path in ours if path.read_text().count("\n") > FILE_LINES] == []
