"""Dart programs compiled and run by the Dart VM. Nothing here runs for longer than it may."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from devkit.errors import DevkitError
from devkit.kit import vm

# A whole program takes three seconds on a machine that does nothing else.
_SECONDS = 120.0


def command(main: Path, packages: Path, flags: Sequence[str] = ()) -> list[str]:
    """What starts a Dart program; asserts hold in it, as in an app that is being tried. `flags` are the VM's own.

    Raises DevkitError where there is no Dart VM.
    """
    found = vm.find()
    if not found:
        raise DevkitError("there is no Dart VM: `make kit` fetches one")
    return [str(found), "--enable-asserts", f"--packages={packages}", *flags, str(main)]


def run(
    main: Path,
    packages: Path,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
    seconds: float = _SECONDS,
    flags: Sequence[str] = (),
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; `env` is added to this process's environment.

    Raises DevkitError when it has not ended within `seconds`; nothing of it is left then.
    """
    started = subprocess.Popen(
        command(main.resolve(), packages.resolve(), flags),
        # What it says of files is said from there.
        cwd=packages.parent,
        env={**os.environ, **(env or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        # A group of its own: a `dart` on PATH may be a script that starts the VM.
        start_new_session=True,
    )
    try:
        out, err = started.communicate(stdin, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise DevkitError(f"the Dart program {main.name} did not end within {seconds:g} s") from error
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
            started.communicate()
    return subprocess.CompletedProcess(started.args, started.returncode, out, err)


def compile(main: Path | str, packages: Path, seconds: float = _SECONDS) -> list[str]:  # noqa: A001 (what it does)
    """The errors of a library with everything it imports, a line each: `path:line:column: Error: …`. None of it is run.

    `main` is a file, or a URI such as `package:kippu_flutter/kippu_flutter.dart`.
    """
    uri = main.resolve().as_uri() if isinstance(main, Path) else main
    with tempfile.TemporaryDirectory() as scratch:
        only = Path(scratch) / "compiled.dart"
        only.write_text(f"import '{uri}' as _;\n\nvoid main() {{}}\n", encoding="utf-8")
        done = run(only, packages, seconds=seconds)
    errors = [line for line in done.stderr.splitlines() if ": Error: " in line]
    if done.returncode and not errors:
        raise DevkitError(
            f"the Dart VM ended with code {done.returncode}: {done.stderr.strip() or done.stdout.strip()}"
        )
    return errors


def build(main: Path, packages: Path) -> Path:
    """A program with all it imports in one file beside `packages`, which starts at once: `command` takes it, too."""
    built = packages.parent.resolve() / f"{main.stem}.dill"
    done = run(main, packages, flags=["--snapshot-kind=kernel", f"--snapshot={built}"])
    if done.returncode:
        raise DevkitError(f"{main.name} does not compile: {done.stderr.strip()}")
    return built
