"""Tokens of return addresses and licence codes: ours are known again, and nothing else is."""

from __future__ import annotations

import base64
import json

import pytest

from checkout import keys
from common import documents
from common.errors import Refusal
from devkit import local
from tests.support.checkout_forgeries import guesses, mutants

PURCHASE = "p_" + "ab" * 16
OTHER = "p_" + "cd" * 16


@pytest.fixture(autouse=True)
def _references(references: object) -> None:
    """The project is known without Firestore."""


def refused_as_invalid(text: str) -> bool:
    try:
        keys.purchase_of(text)
    except Refusal as refusal:
        return refusal.reason.name == "TOKEN_INVALID"
    return False


def test_a_token_names_its_purchase() -> None:
    token = keys.token(PURCHASE, "local")
    assert keys.purchase_of(token) == PURCHASE
    assert len(token) <= keys.LONGEST_TOKEN


def test_every_change_of_a_token_is_seen() -> None:
    token = keys.token(PURCHASE, "local")
    tried = [text for text in (*mutants(token), *guesses("local", 1000)) if text != token]
    assert len(tried) >= 5000
    assert [text for text in tried if not refused_as_invalid(text)] == []


def test_a_token_of_another_purchase_project_or_key_is_none_of_this(monkeypatch: pytest.MonkeyPatch) -> None:
    token = keys.token(PURCHASE, "local")
    swapped = token.replace(PURCHASE, OTHER)
    assert refused_as_invalid(swapped)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(documents, "project", lambda: "another-project")
        assert refused_as_invalid(token)
    monkeypatch.setenv("CHECKOUT_KEYS", json.dumps({"other": base64.b64encode(b"o" * 32).decode()}))
    assert refused_as_invalid(token)
    monkeypatch.setenv("CHECKOUT_KEYS", json.dumps({"local": base64.b64encode(b"o" * 32).decode()}))
    assert refused_as_invalid(token)


def test_a_token_is_no_code_and_a_code_no_token() -> None:
    macs = {keys._mac("local", purpose, PURCHASE) for purpose in ("purchase-token", "license-code")}
    assert len(macs) == 2


def test_control_without_the_comparison_a_forged_token_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hmac.compare_digest", lambda *_: True)
    assert not refused_as_invalid(f"{OTHER}.local.{'A' * 43}")


def test_keys_are_rotated_without_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    token = keys.token(PURCHASE, "local")
    new = {"new": base64.b64encode(b"n" * 32).decode()}
    for held in (local.CHECKOUT_KEYS | new, new | local.CHECKOUT_KEYS):
        monkeypatch.setenv("CHECKOUT_KEYS", json.dumps(held))
        assert keys.purchase_of(token) == PURCHASE
        assert keys.signing_kid() == next(iter(held))


def test_codes_of_each_generation_differ() -> None:
    codes = {keys.license_code(PURCHASE, generation, "local") for generation in range(1, 200)}
    assert len(codes) == 199
    assert all(len(code.replace("-", "")) == keys.CODE_LETTERS for code in codes)
