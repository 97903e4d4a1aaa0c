"""`make docs`: writes the generated pages and files, and the generated parts of written pages; `--check` only compares.

Whole: docs/api.md, docs/states.md, docs/schemas/, flutterflow/lib/data/. In part: every page of docs/ and README with
regions (`regions.py`). What a function is, who may call it and how it answers is read from the function itself, so a
page can be stale but never wrong. tests/docs/test_generated_pages.py fails when one is stale.
"""

import argparse
from pathlib import Path

import main as deployed
from devkit.docs.api import api_page
from devkit.docs.dart_types import FOLDER, dart_types
from devkit.docs.regions import filled
from devkit.docs.schema import schema_file
from devkit.docs.states import states_page
from devkit.process import ROOT

# Nothing is in these but what is generated.
_GENERATED = ("docs/schemas/*.json", f"{FOLDER}/*.dart")
_WRITTEN = ("README*.md", "docs/*.md")


def pages(root: Path = ROOT) -> dict[str, str]:
    """Every generated file and every written page below `root`: its path there and its text as it should be."""
    functions = {name: getattr(deployed, name) for name in deployed.MODULES}
    endpoints = {name: found for name, f in functions.items() if (found := getattr(f, "__kippu__", None))}
    schemas = {f"docs/schemas/{name}.json": schema_file(endpoint) for name, endpoint in endpoints.items()}
    whole = {"docs/api.md": api_page(functions, endpoints), "docs/states.md": states_page(), **schemas}
    whole |= dart_types(endpoints)
    written = {name: filled(root / name) for name in _found(root, _WRITTEN) if name not in whole}
    return {**whole, **written}


def stale(root: Path = ROOT) -> list[str]:
    """The files below `root` that are missing, differ from the code, or belong to nothing any more."""
    wanted = pages(root)
    return sorted(name for name in {*_found(root, _GENERATED), *wanted} if _read(root / name) != wanted.get(name))


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Write what is stale below `root`, or with `--check` only name it. Returns 1 when a check fails."""
    parser = argparse.ArgumentParser(prog="python -m devkit.docs", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is stale")
    check = parser.parse_args(arguments).check
    names, wanted = stale(root), pages(root)
    for name in names:
        print(f"{'stale' if check else 'written'}: {name}")
        file = root / name
        if not check and name in wanted:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(wanted[name], encoding="utf-8")
        elif not check:
            file.unlink()
    return int(check and bool(names))


def _found(root: Path, patterns: tuple[str, ...]) -> list[str]:
    return sorted(str(file.relative_to(root)) for pattern in patterns for file in root.glob(pattern))


def _read(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.exists() else None
