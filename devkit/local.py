"""The fixed values of the local stack, and the environment its functions run in.

The secrets here are public on purpose: they open nothing but a simulator on loopback.
"""

import json
import os
from pathlib import Path

from devkit.process import ROOT

DEMO = "demo-kippu"
# An app asks for documents and functions of its own Firebase project, whichever emulators it is connected to.
PROJECT = os.environ.get("KIPPU_PROJECT") or DEMO
REGION = "asia-northeast1"
FUNCTIONS_DIR = ROOT / "functions"
RULES = ROOT / "firestore.rules"

# The function to which Stripe's Checkout page sends people back.
RETURN_PAGE = "checkoutPage"
# The one function that is served apart, and the path by which a part says that it serves.
WEBHOOK = "stripeWebhook"
READY_PATH = "/__ready"

STRIPE_KEY = "sk_test_kippu_local"
WEBHOOK_SECRET = "whsec_kippu_local"
QR_KEYS = {"local": "a2lwcHUtbG9jYWwtcXItc2lnbmluZy1rZXktMDAzMmI="}
TICKET_KEYS = {"local": "a2lwcHUtbG9jYWwtdGlja2V0LWtleS0wMDAwMDAzMmI="}
CHECKOUT_KEYS = {"local": "a2lwcHUtbG9jYWwtY2hlY2tvdXQta2V5LTAwMDAzMmI="}

SECRETS = {
    "STRIPE_SECRET_KEY": STRIPE_KEY,
    "STRIPE_WEBHOOK_SECRETS": WEBHOOK_SECRET,
    "QR_SIGNING_KEYS": json.dumps(QR_KEYS),
    "CHECKOUT_KEYS": json.dumps(CHECKOUT_KEYS),
    "TICKET_KEYS": json.dumps(TICKET_KEYS),
}


def functions_env(
    *,
    firestore_host: str = "",
    stripe_url: str = "",
    auth_host: str = "",
    functions_url: str = "",
    source: Path = FUNCTIONS_DIR,
) -> dict[str, str]:
    """Variables a function finds locally: parameters, secrets, and what firebase-tools sets in its emulator.

    `firestore_host` is `host:port`, `stripe_url` a base URL; an empty one is left to the caller. `auth_host` is asked
    to delete sign-ins; without one nothing listens there, and the SDK only takes unsigned tokens because of it.
    `functions_url` is where they are served, for people to be sent back to. Parameters come from `source`'s .env files,
    never those of a real project.
    """
    page = function_url(functions_url, RETURN_PAGE) if functions_url else ""
    addresses = {"FIRESTORE_EMULATOR_HOST": firestore_host, "STRIPE_API_BASE": stripe_url, "CHECKOUT_PAGE_URL": page}
    return {
        **parameters(source, DEMO),
        **SECRETS,
        "GCLOUD_PROJECT": PROJECT,
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "FUNCTIONS_EMULATOR": "true",
        "FIREBASE_AUTH_EMULATOR_HOST": auth_host or "127.0.0.1:9",
        **{name: value for name, value in addresses.items() if value},
    }


def parameters(source: Path, project: str) -> dict[str, str]:
    """What the .env files in `source` set for `project`: its own file wins, as with firebase-tools."""
    files = [file for name in (".env", f".env.{project}") if (file := source / name).exists()]
    return {name: value for file in files for name, value in read_env(file).items()}


def read_env(file: Path) -> dict[str, str]:
    """The `NAME=value` lines of an .env file; comments and blank lines are skipped, outer quotes dropped."""
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("'\"") for name, _, value in pairs}


def env_text(values: dict[str, str]) -> str:
    """An .env file's text that `read_env` and firebase-tools read; single quotes keep JSON as it is."""
    return "".join(f"{name}='{value}'\n" for name, value in values.items())


def function_url(base: str, name: str) -> str:
    """firebase-tools' URL of a function on the server at `base` (`http://host:port`)."""
    return f"{base}/{PROJECT}/{REGION}/{name}"
