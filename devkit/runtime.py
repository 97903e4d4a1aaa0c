"""The interpreter of the deployed runtime, for functions/venv and for the tests: `python -m devkit.runtime`."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from devkit.cli import run
from devkit.errors import DevkitError
from devkit.process import ROOT

_VERSION = "import ensurepip, sys, venv; print('python%d.%d' % sys.version_info[:2])"


def configured_runtime() -> str:
    """The runtime that firebase.json deploys to, such as `python313`."""
    return str(json.loads((ROOT / "firebase.json").read_text(encoding="utf-8"))["functions"][0]["runtime"])


def interpreter_name(runtime: str) -> str:
    """`python3.13` for firebase.json's `python313`; raises DevkitError for anything but a Python runtime."""
    found = re.fullmatch(r"python(\d)(\d+)", runtime)
    if not found:
        raise DevkitError(f"firebase.json: {runtime!r} is not a Python runtime")
    return f"python{found[1]}.{found[2]}"


def find_interpreter(runtime: str, env: Mapping[str, str] = os.environ) -> Path:
    """An interpreter of the runtime's version that runs: on PATH, or one of pyenv's.

    Raises DevkitError (one line, with what to do) when there is none.
    """
    name = interpreter_name(runtime)
    pyenv = Path(env.get("PYENV_ROOT") or Path(env.get("HOME") or Path.home()) / ".pyenv")
    on_path = [Path(folder) / name for folder in env.get("PATH", "").split(os.pathsep)]
    for candidate in [*on_path, *sorted(pyenv.glob(f"versions/*/bin/{name}"), reverse=True)]:
        try:
            done = subprocess.run([candidate, "-c", _VERSION], capture_output=True, text=True, timeout=60, check=True)
        except (OSError, subprocess.SubprocessError):
            # Nothing there, or pyenv's shim, which exists for versions that are not chosen and then refuses to run.
            continue
        if done.stdout.strip() == name:
            return candidate
    raise DevkitError(f"{name} is needed, the runtime named in firebase.json: put it on PATH or install it with pyenv")


def main() -> int:
    """Print the interpreter of firebase.json's runtime."""
    print(find_interpreter(configured_runtime()))
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
