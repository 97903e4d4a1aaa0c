"""What the typed classes of flutterflow/lib/data make of the answers that a phone got."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from typing import Any

from devkit.docs.dart_types import FOLDER
from devkit.process import ROOT

_ANSWERED = re.compile(r"Answered with\s+(?:/// )?\[(\w+)\]\.\nclass \w+ \{.*?functionName = '(\w+)';", re.S)


@cache
def classes() -> dict[str, str]:
    """The class of each callable's answer."""
    files = sorted((ROOT / FOLDER).glob("*.dart"))
    return {function: name for file in files for name, function in _ANSWERED.findall(file.read_text("utf-8"))}


def differences(json: Any, parsed: Any, at: str = "") -> list[str]:
    """Where what was parsed is not what was answered. What is null or empty may be a neutral value."""
    if isinstance(json, dict) and isinstance(parsed, dict):
        fields = {_camel(name): value for name, value in json.items()}
        missing = [f"{at}.{name} is missing" for name in fields.keys() - parsed.keys()]
        known = fields.keys() & parsed.keys()
        return missing + [each for name in known for each in differences(fields[name], parsed[name], f"{at}.{name}")]
    if isinstance(json, list) and isinstance(parsed, list) and len(json) == len(parsed):
        pairs = enumerate(zip(json, parsed, strict=True))
        return [each for number, pair in pairs for each in differences(*pair, f"{at}[{number}]")]
    same = parsed == json or (json in (None, "") and parsed in (None, "", 0, False, [])) or _same_time(json, parsed)
    return [] if same else [f"{at} is {parsed!r}, not {json!r}"]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return "".join([first, *(word.capitalize() for word in rest)])


def _same_time(json: Any, parsed: Any) -> bool:
    try:
        return datetime.fromisoformat(json) == datetime.fromisoformat(parsed)
    except (TypeError, ValueError):
        return False
