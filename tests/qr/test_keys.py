"""The keys that sign codes: how they are rotated."""

from __future__ import annotations

import base64
import json

import jwt
import pytest

from devkit import local
from tests.support.calls import refused
from tests.support.driver import Driver


def test_keys_are_rotated_in_mid_window_without_a_gap(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = local.QR_KEYS, {"new": base64.b64encode(b"n" * 32).decode()}
    by_old = [driver.show_code() for _ in range(3)]
    for keys, kid in ((old | new, "local"), (new | old, "new")):
        monkeypatch.setenv("QR_SIGNING_KEYS", json.dumps(keys))
        driver.scan(by_old.pop())
        token = driver.show_code()
        assert jwt.get_unverified_header(token)["kid"] == kid
        driver.scan(token)
    monkeypatch.setenv("QR_SIGNING_KEYS", json.dumps(new))
    driver.scan(driver.show_code())
    with refused("QR_INVALID"):
        driver.scan(by_old.pop())
