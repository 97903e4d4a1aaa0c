"""`make e2e`: the functions under `firebase emulators:exec`, called by the Firebase JS SDK and by a real browser.

Stripe is simulated.
"""

import json
import os
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from devkit import local
from devkit.browser import find_or_install_browser
from devkit.cli import run
from devkit.emulator_jar import find_jar, find_java, write_wrapper_jar
from devkit.errors import DevkitError
from devkit.ports import HOST, free_port, listen
from devkit.process import ROOT, Process
from devkit.stripe_sim import StripeSimulator

# firebase-tools 15 refuses anything older.
_JAVA = 21
_EMULATORS = ("auth", "functions", "firestore", "hosting")
_CONFIG = ROOT / "firebase.e2e.json"
# The Hosting emulator serves the second site of firebase.json on the fifth port after the first one's, if that is free.
_SECOND_SITE = 5


def main() -> int:
    """Run tests/e2e under the Firebase emulators on free ports; returns their exit code."""
    browser = find_or_install_browser()
    config = json.loads((ROOT / "firebase.json").read_text(encoding="utf-8"))
    # The hub and the log server have fixed ports too, unless they are given free ones.
    ports = {name: free_port() for name in (*_EMULATORS, "hub", "logging")} | {"hosting": _port_for_sites()}
    hosts: dict[str, dict[str, Any]] = {name: {"host": HOST, "port": port} for name, port in ports.items()}
    config["emulators"] |= hosts
    urls = {name: "http://{host}:{port}".format(**at) for name, at in hosts.items()}
    webhook = local.function_url(urls["functions"], local.WEBHOOK)
    with ExitStack() as parts:
        stripe = parts.enter_context(
            StripeSimulator(api_keys=(local.STRIPE_KEY,), webhook_url=webhook, webhook_secrets=(local.WEBHOOK_SECRET,))
        )
        # By Hosting, as in production.
        parameters = {"STRIPE_API_BASE": stripe.url, "CHECKOUT_PAGE_URL": f"{urls['hosting']}/pay/return"}
        # The configuration lies in the root because firebase-tools takes its folder for the project's.
        for file, text in (
            (_CONFIG, json.dumps(config)),
            (local.FUNCTIONS_DIR / ".env.local", local.env_text(parameters)),
            (local.FUNCTIONS_DIR / ".secret.local", local.env_text(local.SECRETS)),
        ):
            parts.enter_context(_temporary(file, text))
        folder = parts.enter_context(tempfile.TemporaryDirectory(prefix="kippu-e2e-"))
        names = {"project": local.PROJECT, "region": local.REGION, "stripe": stripe.url, "stripeKey": local.STRIPE_KEY}
        hosts["console"] = {"host": HOST, "port": ports["hosting"] + _SECOND_SITE}
        addresses = names | {"browser": str(browser)} | {name: hosts[name] for name in (*_EMULATORS, "console")}
        env = _environment(Path(folder), addresses)
        return parts.enter_context(Process("firebase emulators:exec", _command(), env=env)).wait()


def _port_for_sites() -> int:
    """A free port whose site's neighbour has a free one too."""
    while True:
        with listen() as first, suppress(DevkitError):
            port = int(first.getsockname()[1])
            listen(port + _SECOND_SITE).close()
            return port


def _command() -> list[str]:
    tests = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "tests" / "e2e").glob("*.test.mjs"))
    if not tests:
        raise DevkitError("tests/e2e has no *.test.mjs file")
    in_browser = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/e2e"]
    commands = [[sys.executable, "-m", "devkit.seed"], ["node", "--test", *tests], in_browser]
    script = " && ".join(map(shlex.join, commands))
    firebase = str(ROOT / "node_modules" / ".bin" / "firebase")
    options = ["--config", str(_CONFIG), "--project", local.PROJECT, "--only", ",".join(_EMULATORS)]
    return [firebase, "emulators:exec", *options, script]


def _environment(folder: Path, addresses: dict[str, Any]) -> dict[str, str]:
    jar, java_bin = folder / "firestore.jar", find_java(_JAVA).parent
    write_wrapper_jar(jar, find_jar())
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


if __name__ == "__main__":
    sys.exit(run(main))
