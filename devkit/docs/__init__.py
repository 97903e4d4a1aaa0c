"""`make docs`: writes docs/api.md, docs/states.md and docs/schemas/ from the code; `--check` only compares.

What a function is, who may call it and how it answers is read from the function itself, so a page can be stale but
never wrong. tests/docs/test_generated_pages.py fails when one is stale.
"""

import argparse
from pathlib import Path

import main as deployed
from devkit.docs.api import api_page
from devkit.docs.schema import schema_file
from devkit.docs.states import states_page
from devkit.process import ROOT


def pages() -> dict[str, str]:
    """Every generated file: its path below docs/ and its text. The same code always gives the same text."""
    functions = {name: getattr(deployed, name) for name in deployed.MODULES}
    endpoints = {name: found for name, f in functions.items() if (found := getattr(f, "__kippu__", None))}
    schemas = {f"schemas/{name}.json": schema_file(endpoint) for name, endpoint in endpoints.items()}
    return {"api.md": api_page(functions, endpoints), "states.md": states_page(), **schemas}


def stale(folder: Path) -> list[str]:
    """The generated files in `folder` that are missing, differ from the code, or belong to no function any more."""
    found = {str(file.relative_to(folder)) for file in (folder / "schemas").glob("*.json")}
    wanted = pages()
    return sorted(name for name in {*found, *wanted} if _read(folder / name) != wanted.get(name))


def main(arguments: list[str], folder: Path = ROOT / "docs") -> int:
    """Write what is stale below `folder`, or with `--check` only name it. Returns 1 when a check fails."""
    parser = argparse.ArgumentParser(prog="python -m devkit.docs", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is stale")
    check = parser.parse_args(arguments).check
    names, wanted = stale(folder), pages()
    for name in names:
        print(f"{'stale' if check else 'written'}: docs/{name}")
        file = folder / name
        if not check and name in wanted:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(wanted[name], encoding="utf-8")
        elif not check:
            file.unlink()
    return int(check and bool(names))


def _read(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.exists() else None
