"""The Python files of the repository as the checks of its architecture read them."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("service", "tests", "bench", "migrations")


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its path from the root, its text, and its syntax."""

    path: str
    text: str
    tree: ast.Module

    @property
    def folder(self) -> str:
        """The folder it lies in: "service/flows"."""
        return str(Path(self.path).parent)

    @property
    def stem(self) -> str:
        """Its name without the ending."""
        return Path(self.path).stem

    @property
    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function in it, methods and inner ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))

    @property
    def imported(self) -> Iterator[tuple[int, str]]:
        """Every imported name in full, with its line: (3, "sqlalchemy.orm.Session")."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, name.name) for name in node.names)
            if isinstance(node, ast.ImportFrom):
                yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)

    @property
    def comments(self) -> Iterator[tuple[int, str]]:
        """Every comment with its line."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return ((token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT)

    @property
    def strings(self) -> Iterator[tuple[int, str]]:
        """Every text in the code with its line; docstrings are prose, not code."""
        prose = {id(node.value) for node in ast.walk(self.tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
                yield node.lineno, node.value

    def calls(self, name: str) -> Iterator[ast.Call]:
        """Every call of a function or method of this name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and name in {getattr(node.func, "id", ""), getattr(node.func, "attr", "")}:
                yield node


def parse(path: str, text: str) -> Source:
    """Read one file."""
    return Source(path, text, ast.parse(text))


@cache
def repository() -> tuple[Source, ...]:
    """Every Python file of ours."""
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    return tuple(parse(str(path.relative_to(ROOT)), path.read_text()) for path in [*paths, *ROOT.glob("*.py")])


def job_names() -> set[str]:
    """The functions that can be sent to the queue: the public ones of service/jobs."""
    return {
        node.name
        for source in repository()
        if source.folder == "service/jobs"
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
