"""Whose token is good is the Admin SDK's to say; what it says of a bad one stays here."""

from __future__ import annotations

from contextvars import copy_context
from typing import Any

import pytest
from firebase_admin import app_check, auth
from flask import Flask, Request, request

from common import log, tokens
from common.errors import CallReason, Refusal

TOKEN = "a.b.c"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The tokens that the Admin SDK was asked about. It takes them all."""
    seen: dict[str, list[str]] = {"id": [], "app": []}

    def verify_id_token(token: str) -> dict[str, Any]:
        seen["id"].append(token)
        return {"uid": "u1"}

    def verify_app(token: str) -> dict[str, Any]:
        seen["app"].append(token)
        return {}

    monkeypatch.setattr(auth, "verify_id_token", verify_id_token)
    monkeypatch.setattr(app_check, "verify_token", verify_app)
    return seen


def call(**headers: str) -> Request:
    with Flask(__name__).test_request_context("/", headers=headers):
        found: Request = request._get_current_object()  # type: ignore[attr-defined]
        return found


def test_the_claims_are_those_of_the_token_that_was_verified(asked: dict[str, list[str]]) -> None:
    claims = tokens.verified_claims(call(Authorization=f"Bearer {TOKEN}"), enforce_app_check=False)
    assert (claims, asked) == ({"uid": "u1"}, {"id": [TOKEN], "app": []})


def test_with_app_check_both_are_verified(asked: dict[str, list[str]]) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Firebase-AppCheck": "d.e.f"}
    tokens.verified_claims(call(**headers), enforce_app_check=True)
    assert asked == {"id": [TOKEN], "app": ["d.e.f"]}


@pytest.mark.parametrize("headers", [{}, {"Authorization": TOKEN}, {"Authorization": f"Basic {TOKEN}"}])
def test_without_a_bearers_token_nobody_is_asked(asked: dict[str, list[str]], headers: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        tokens.verified_claims(call(**headers), enforce_app_check=False)
    assert refused.value.reason is CallReason.UNAUTHENTICATED
    assert asked["id"] == []


@pytest.mark.parametrize("bad", ["id", "app"])
def test_of_a_bad_token_only_the_kind_of_trouble_is_logged(
    asked: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], bad: str
) -> None:
    def fails(token: str) -> dict[str, Any]:
        raise ValueError(f"not valid: {token}")

    monkeypatch.setattr(*((auth, "verify_id_token") if bad == "id" else (app_check, "verify_token")), fails)
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Firebase-AppCheck": TOKEN}

    def refused_and_logged() -> Refusal:
        with pytest.raises(Refusal) as refused:
            tokens.verified_claims(call(**headers), enforce_app_check=True)
        log.info("refused")
        return refused.value

    # What is logged from now on stays in a context of its own.
    refusal = copy_context().run(refused_and_logged)
    said = "".join(capsys.readouterr())
    assert (refusal.reason, refusal.details) == (CallReason.UNAUTHENTICATED, {})
    assert '"problem": "ValueError"' in said
    assert TOKEN not in said
