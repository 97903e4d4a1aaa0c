"""`make e2e`: the functions under `firebase emulators:exec`, called by the Firebase JS SDK, Stripe simulated."""

from __future__ import annotations

import json
import os
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from devkit import local
from devkit.cli import run
from devkit.emulator_jar import find_jar
from devkit.errors import DevkitError
from devkit.java import find_java
from devkit.ports import HOST, free_port
from devkit.process import ROOT, Process
from devkit.runtime import configured_runtime, prepare_venv
from devkit.stripe_sim import StripeSimulator
from devkit.wrapper_jar import write_wrapper_jar

# firebase-tools 15 refuses anything older.
_JAVA = 21
_EMULATORS = ("auth", "functions", "firestore")
_CONFIG = ROOT / "firebase.e2e.json"


def main() -> int:
    """Run tests/e2e under the Firebase emulators on free ports; returns their exit code."""
    config = json.loads((ROOT / "firebase.json").read_text(encoding="utf-8"))
    prepare_venv(configured_runtime())
    ports = {name: free_port() for name in _EMULATORS}
    functions_url = f"http://{HOST}:{ports['functions']}"
    with ExitStack() as parts:
        simulator = parts.enter_context(
            StripeSimulator(
                api_keys=(local.STRIPE_KEY,),
                webhook_url=local.function_url(functions_url, local.WEBHOOK),
                webhook_secrets=(local.WEBHOOK_SECRET,),
            )
        )
        # The configuration lies in the root because firebase-tools takes its folder for the project's.
        parts.enter_context(_temporary(_CONFIG, json.dumps(_on_ports(config, ports))))
        parts.enter_context(_settings(".env.local", {"STRIPE_API_BASE": simulator.url}))
        parts.enter_context(_settings(".secret.local", local.SECRETS))
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="kippu-e2e-")))
        addresses = {
            "project": local.PROJECT,
            "region": local.REGION,
            "stripe": simulator.url,
            "stripeKey": local.STRIPE_KEY,
            **{name: {"host": HOST, "port": port} for name, port in ports.items()},
        }
        process = parts.enter_context(
            Process("firebase emulators:exec", _command(), env=_environment(folder, addresses))
        )
        return process.wait()


def _command() -> list[str]:
    tests = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "tests" / "e2e").glob("*.test.mjs"))
    if not tests:
        raise DevkitError("tests/e2e has no *.test.mjs file")
    seed = shlex.join([sys.executable, "-m", "devkit.seed"])
    script = f"{seed} && {shlex.join(['node', '--test', *tests])}"
    firebase = str(ROOT / "node_modules" / ".bin" / "firebase")
    options = ["--config", str(_CONFIG), "--project", local.PROJECT, "--only", ",".join(_EMULATORS)]
    return [firebase, "emulators:exec", *options, script]


def _environment(folder: Path, addresses: dict[str, Any]) -> dict[str, str]:
    jar = folder / "firestore.jar"
    write_wrapper_jar(jar, find_jar())
    java_bin = find_java(_JAVA).parent
    return {
        **os.environ,
        "PATH": f"{java_bin}{os.pathsep}{os.environ.get('PATH', '')}",
        "JAVA_HOME": str(java_bin.parent),
        "FIRESTORE_EMULATOR_BINARY_PATH": str(jar),
        # A cold machine imports for longer than the ten seconds that are the default.
        "FUNCTIONS_DISCOVERY_TIMEOUT": "60",
        "KIPPU_E2E": json.dumps(addresses),
        "NO_UPDATE_NOTIFIER": "1",
        "CI": "1",
    }


def _on_ports(config: dict[str, Any], ports: dict[str, int]) -> dict[str, Any]:
    emulators = {
        **config["emulators"],
        **{name: {"host": HOST, "port": port} for name, port in ports.items()},
    }
    # The hub and the log server have fixed ports too, unless they are given free ones.
    emulators |= {name: {"host": HOST, "port": free_port()} for name in ("hub", "logging")}
    return {**config, "emulators": emulators}


@contextmanager
def _temporary(file: Path, text: str) -> Iterator[None]:
    """`file` holds `text` during the block, and afterwards what the developer had there."""
    before = file.read_bytes() if file.exists() else None
    file.write_text(text, encoding="utf-8")
    try:
        yield
    finally:
        if before is None:
            file.unlink(missing_ok=True)
        else:
            file.write_bytes(before)


def _settings(name: str, values: dict[str, str]) -> Any:
    return _temporary(local.FUNCTIONS_DIR / name, local.env_text(values))


if __name__ == "__main__":
    sys.exit(run(main))
