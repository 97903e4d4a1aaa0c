"""What is installed, here and in the cloud, is what was pinned: each release with its hashes, and no registry named."""

from __future__ import annotations

import re

import pytest

from devkit.process import ROOT

FILES = ("functions/requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"([a-z0-9-]+)==\S+((?: --hash=sha256:[0-9a-f]{64})+)")


def requirements(name: str) -> list[str]:
    """The lines of a compiled file, each with its continuations, without comments."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = (" ".join(line.partition("# ")[0].split()) for line in text.splitlines())
    return [line for line in lines if line]


def wanted(name: str) -> set[str]:
    """The packages that a written file asks for."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {re.split(r"[><=\[]", line)[0] for line in lines if line and not line.startswith(("#", "-"))}


@pytest.mark.parametrize("name", FILES)
def test_every_requirement_is_pinned_with_its_hashes(name: str) -> None:
    assert [line for line in requirements(name) if not PIN.fullmatch(line)] == []
    assert wanted(name.replace(".txt", ".in")) <= {line.partition("==")[0] for line in requirements(name)}


@pytest.mark.parametrize("name", FILES)
def test_a_package_that_is_built_for_each_platform_has_the_hash_of_each(name: str) -> None:
    # Compiled here, installed on macOS and in the cloud: the hashes must not be those of this machine's files alone.
    built = {
        "functions/requirements.txt": ("grpcio", "pydantic-core", "cffi"),
        "requirements-dev.txt": ("ruff", "mypy"),
    }
    hashes = {line.partition("==")[0]: line.count("--hash=") for line in requirements(name)}
    assert min(hashes[package] for package in built[name]) > 10


@pytest.mark.parametrize("name", FILES)
def test_no_registry_and_no_folder_is_named(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--extra-index|--find-links|--trusted-host|^-e |^\.?/|@ ", text, flags=re.M)


def test_both_files_pin_a_package_alike() -> None:
    pins = [dict(line.partition(" ")[0].split("==") for line in requirements(name)) for name in FILES]
    assert {package for package in pins[0].keys() & pins[1].keys() if pins[0][package] != pins[1][package]} == set()
