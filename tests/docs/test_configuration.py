"""The README says what is configured and with which defaults."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

import stripe
from firebase_functions.params import BoolParam, IntParam, SecretParam, StringParam

from common import params
from consultation.terms import Terms
from devkit.process import ROOT
from entrypoints import domains
from tests.support.pages import (
    README,
    section,
    table,
    text,
)


def declared() -> dict[str, tuple[str, str]]:
    """Kind and default of every parameter and secret of common/params.py."""
    found = {}
    for value in vars(params).values():
        if isinstance(value, SecretParam):
            found[value.name] = ("secret", "–")
        elif isinstance(value, (BoolParam, IntParam, StringParam)):
            found[value.name] = ("parameter", f"`{str(value.default).lower()}`")
    return found


def test_the_configuration_table_is_what_is_declared() -> None:
    rows = table(section(README, "Configuration"), "name")
    assert {name.strip("`"): (kind, default) for name, kind, default, _ in rows} == declared()


def test_the_terms_table_is_the_terms() -> None:
    rows = table(section(README, "First documents"), "term")
    assert {name.strip("`"): default.strip("`") for name, default, _ in rows} == {
        name: str(value) for name, value in asdict(Terms()).items()
    }


def test_the_webhook_is_subscribed_to_exactly_what_is_handled() -> None:
    listed = re.findall(r"^  - `(.+)`$", section(README, "Stripe webhook"), flags=re.M)
    assert listed == list(domains.event_types())


def test_the_api_version_is_the_sdks() -> None:
    assert f"`{stripe.api_version}`" in section(README, "Stripe webhook")


def test_the_runtime_is_the_deployed_one() -> None:
    runtime = json.loads(text(ROOT / "firebase.json"))["functions"][0]["runtime"]
    assert f"`{runtime}`" in section(README, "Deploying")
