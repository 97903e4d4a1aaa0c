"""App Check is on unless it is switched off, for every callable, and its refusals have a reason too."""

from __future__ import annotations

from typing import Any

import pytest

from devkit.local import functions_env
from tests.support.deployed_process import answer_of, deployed_env

ASK = """
import json
from devkit import local
from devkit.client import call_headers
from devkit.functions_app import create_app, load_functions

functions = load_functions()
client = create_app(functions).test_client()
names = sorted(name for name, function in functions.items() if hasattr(function, "__kippu__"))

def ask(name, data, headers):
    answer = client.post(local.function_url("", name), json={"data": data}, headers=headers)
    return [answer.status_code, answer.get_json()]

user = call_headers("u1")
print(json.dumps({
    name: {
        "without": ask(name, {"nonsense": 1}, user),
        "bad": ask(name, {"nonsense": 1}, {**user, "X-Firebase-AppCheck": "a.b.c"}),
        "inline": ask(name, {"nonsense": 1, "inlineErrors": True}, user),
    } for name in names}))
"""


def asked(**variables: str) -> dict[str, Any]:
    local = {name: value for name, value in functions_env().items() if name != "ENFORCE_APP_CHECK"}
    answers: dict[str, Any] = answer_of(ASK, env=deployed_env(**{**local, **variables}), with_devkit=True)
    assert len(answers) == 63
    return answers


@pytest.mark.parametrize("setting", [{"ENFORCE_APP_CHECK": "true"}, {}], ids=["on", "by default"])
def test_a_call_without_a_valid_token_is_refused_with_a_reason(setting: dict[str, str]) -> None:
    for name, answers in asked(**setting).items():
        for kind in ("without", "bad"):
            status, body = answers[kind]
            assert (status, body["error"]["status"]) == (401, "UNAUTHENTICATED"), (name, kind)
            assert body["error"]["details"]["reason"] == "UNAUTHENTICATED", (name, kind)
        status, body = answers["inline"]
        assert (status, body["result"]["ok"]) == (200, False), name
        assert body["result"]["error"]["reason"] == "UNAUTHENTICATED", name


def test_control_switched_off_the_call_gets_as_far_as_its_fields() -> None:
    for name, answers in asked(ENFORCE_APP_CHECK="false").items():
        status, body = answers["without"]
        assert status in (400, 403), (name, body)
        assert body["error"]["details"]["reason"] in ("INVALID_ARGUMENT", "PERMISSION_DENIED"), name
