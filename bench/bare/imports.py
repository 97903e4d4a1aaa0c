"""The third-party imports that a function's process makes, read from the sources it loads."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from devkit.local import FUNCTIONS_DIR


def third_party_imports(function: str) -> list[str]:
    """The import statements of every module that serving `function` alone loads, sorted, each name once."""
    seen: set[Path] = set()
    found: set[str] = set()
    waiting = [FUNCTIONS_DIR / "main.py", _file(_module_of(function))]
    while waiting:
        file = waiting.pop()
        if file in seen:
            continue
        seen.add(file)
        for statement in _imports(ast.parse(file.read_text(encoding="utf-8")).body):
            for module, name in _names(statement):
                if (FUNCTIONS_DIR / module.split(".")[0]).is_dir():
                    waiting += [path for path in (_file(module), _file(f"{module}.{name}")) if path.exists()]
                elif module.split(".")[0] not in sys.stdlib_module_names:
                    found.add(f"from {module} import {name}" if name else f"import {module}")
    return sorted(found)


def _module_of(function: str) -> str:
    """Where `functions/main.py` says that the function lives."""
    for statement in ast.parse((FUNCTIONS_DIR / "main.py").read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "MODULES":
            return str(ast.literal_eval(statement.value)[function])
    raise LookupError("main.py has no MODULES")


def _file(module: str) -> Path:
    path = FUNCTIONS_DIR.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _imports(body: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """Those of a module itself: what a type checker alone would import is none."""
    for statement in body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield statement


def _names(statement: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    for alias in statement.names:
        yield (str(statement.module), alias.name) if isinstance(statement, ast.ImportFrom) else (alias.name, "")
