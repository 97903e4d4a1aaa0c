"""The keys that sign codes: how they are rotated."""

from __future__ import annotations

import base64
import json

import jwt
import pytest

from common.errors import Refusal
from devkit import local
from qr.keys import signing_keys
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


GOOD = {
    "2024": base64.b64encode(bytes.fromhex("f5b165224a58b791df6af1d8303e61cdc4bb86c3d1c427103c344c4189eb2f1e")).decode()
}
ZEROS = {"zeros": base64.b64encode(bytes(32)).decode()}


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    # Whatever the local stack has parsed before must not count.
    signing_keys()
    monkeypatch.setenv("K_SERVICE", "issuesecureqr")
    monkeypatch.delenv("FUNCTIONS_EMULATOR", raising=False)
    return monkeypatch


@pytest.mark.parametrize("keys", [local.QR_KEYS, ZEROS, GOOD | ZEROS, GOOD | local.QR_KEYS], ids=str)
def test_a_deployed_function_signs_with_no_key_that_can_be_guessed(
    deployed: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], keys: dict[str, str]
) -> None:
    deployed.setenv("QR_SIGNING_KEYS", json.dumps(keys))
    with pytest.raises(Refusal, match="NOT_CONFIGURED"):
        signing_keys()
    written = "".join(capfd.readouterr())
    assert '"qr keys unusable"' in written
    assert not [key for key in keys.values() if key in written]
    # Control: the local stack may, and a deployed function with random keys.
    deployed.setenv("FUNCTIONS_EMULATOR", "true")
    assert list(signing_keys()) == list(keys)
    deployed.delenv("FUNCTIONS_EMULATOR")
    deployed.setenv("QR_SIGNING_KEYS", json.dumps(GOOD))
    assert list(signing_keys()) == ["2024"]
