"""What is configured, with which defaults, and what is subscribed to, as docs/deploying.md says in both languages."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

import stripe
from firebase_functions.params import BoolParam, IntParam, SecretParam, StringParam

from common import params
from consultation.terms import Terms
from devkit.docs.written_tables import NOTHING
from devkit.process import ROOT
from entrypoints import domains
from tests.support.pages import codes, section, table, text

DEPLOYING = ROOT / "docs" / "deploying.md"


def declared() -> dict[str, str]:
    """The default of every parameter and secret of common/params.py."""
    found = {}
    for value in vars(params).values():
        if isinstance(value, SecretParam):
            found[value.name] = "–"
        elif isinstance(value, (BoolParam, IntParam, StringParam)):
            found[value.name] = f"`{str(value.default).lower() or NOTHING}`"
    return found


def webhook_command() -> str:
    """The command of the page that adds the endpoint."""
    (command,) = re.findall(r"```sh\n(curl .*?)```", section(DEPLOYING, "Stripe webhook"), flags=re.DOTALL)
    return str(command)


def test_the_configuration_table_is_what_is_declared() -> None:
    rows = table(section(DEPLOYING, "Configuration"), "name")
    assert {codes(name)[0]: default for name, _, default, _ in rows} == declared()
    assert {codes(name)[0] for name, kind, _, _ in rows if kind == "secret"} == {
        name for name, default in declared().items() if default == "–"
    }


def test_the_terms_table_is_the_terms() -> None:
    rows = table(section(DEPLOYING, "First documents"), "term")
    assert {name.strip("`"): default.strip("`") for name, default, _ in rows} == {
        name: str(value) for name, value in asdict(Terms()).items()
    }


def test_the_webhook_is_subscribed_to_exactly_what_is_handled() -> None:
    listed = webhook_command().partition("enabled_events[]=%s ' ")[2].replace("\\", " ").rstrip(")\n").split()
    assert listed == list(domains.event_types())


def test_the_api_version_is_the_sdks() -> None:
    assert f"api_version={stripe.api_version} " in webhook_command()
    assert f"`{stripe.api_version}`" in section(DEPLOYING, "Stripe webhook")


def test_the_runtime_is_the_deployed_one() -> None:
    runtime = json.loads(text(ROOT / "firebase.json"))["functions"][0]["runtime"]
    assert f"`{runtime}`" in section(DEPLOYING, "Step by step")
