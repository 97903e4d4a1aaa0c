"""Runs Python as a fresh deployed instance would: in the functions' folder, with nothing of the local stack set."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from common import params
from common.environment import LOCAL_ONLY
from devkit.local import FUNCTIONS_DIR, read_env
from devkit.process import ROOT

_UNSET = {*LOCAL_ONLY, "FUNCTION_TARGET", "FUNCTIONS_EMULATOR", "K_SERVICE", "PYTHONPATH", "FIREBASE_CONFIG"}
_DECLARED = {name for name in vars(params) if name.isupper()}


def deployed_env(**variables: str) -> dict[str, str]:
    """The environment of an instance: the deployed parameters, no secrets, and `variables`."""
    kept = {name: value for name, value in os.environ.items() if name not in _UNSET | _DECLARED}
    parameters = read_env(FUNCTIONS_DIR / ".env")
    return kept | parameters | {"GCLOUD_PROJECT": "demo-kippu", "GOOGLE_CLOUD_PROJECT": "demo-kippu"} | variables


def run_python(code: str, *, env: Mapping[str, str], with_devkit: bool = False) -> subprocess.CompletedProcess[str]:
    """Run `code` in the functions' folder; the test decides what its end means."""
    path = {"PYTHONPATH": str(ROOT)} if with_devkit else {}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**env, **path},
        cwd=FUNCTIONS_DIR,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def answer_of(code: str, *, env: Mapping[str, str], with_devkit: bool = False) -> Any:
    """The JSON that `code` prints as its last line; fails with its output when it does not end well."""
    done = run_python(code, env=env, with_devkit=with_devkit)
    assert done.returncode == 0, done.stderr[-3_000:]
    return json.loads(done.stdout.splitlines()[-1])
