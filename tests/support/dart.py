"""The Dart code for apps, as the tests of the documentation read it."""

from __future__ import annotations

import re
from typing import Any

import main as deployed
from devkit.functions_app import PAY_LOCALLY
from devkit.pay_locally import payLocally


def calls(code: str) -> list[tuple[str, set[str]]]:
    """Every function that Dart code calls, with the fields it sends."""
    found = re.findall(r"callKippu\(\s*'(\w+)',(.*?)\)(?:;|,)", code, flags=re.DOTALL)
    return [(name, set(re.findall(r"'(\w+)':", arguments))) for name, arguments in found]


def assert_accepted(name: str, fields: set[str]) -> None:
    """The function takes the fields that are sent, and they are all that it needs."""
    function: Any = payLocally if name == PAY_LOCALLY else getattr(deployed, name)
    model = function.__kippu__.request
    aliases = {field.alias for field in model.model_fields.values()}
    required = {field.alias for field in model.model_fields.values() if field.is_required()}
    assert fields or not required, name
    assert fields <= aliases, name
    assert required <= fields, name
