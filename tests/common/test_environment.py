"""A deployed function refuses the variables of the local stack."""

from __future__ import annotations

import pytest

from common.environment import LOCAL_ONLY, refuse_local_settings_when_deployed

EMULATORS = ["FIREBASE_AUTH_EMULATOR_HOST", "FIRESTORE_EMULATOR_HOST", "FIREBASE_EMULATOR_HUB", "STRIPE_API_BASE"]


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in (*EMULATORS, "K_SERVICE", "FUNCTIONS_EMULATOR"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_every_variable_that_redirects_trust_or_money_is_known() -> None:
    assert set(LOCAL_ONLY) >= set(EMULATORS)


def test_deployed_without_them_nothing_is_refused(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("K_SERVICE", "createpaymentintent")
    refuse_local_settings_when_deployed()


@pytest.mark.parametrize("name", EMULATORS)
def test_deployed_with_one_of_them_is_refused_by_name(bare: pytest.MonkeyPatch, name: str) -> None:
    bare.setenv("K_SERVICE", "createpaymentintent")
    bare.setenv(name, "127.0.0.1:9")
    with pytest.raises(RuntimeError, match=name):
        refuse_local_settings_when_deployed()


@pytest.mark.parametrize("value", ["", "false", "1"])
def test_only_a_true_functions_emulator_counts(bare: pytest.MonkeyPatch, value: str) -> None:
    bare.setenv("K_SERVICE", "createpaymentintent")
    bare.setenv("FIREBASE_AUTH_EMULATOR_HOST", "127.0.0.1:9")
    bare.setenv("FUNCTIONS_EMULATOR", value)
    with pytest.raises(RuntimeError):
        refuse_local_settings_when_deployed()


@pytest.mark.parametrize("deployed", [True, False])
def test_the_local_stack_may_set_them(bare: pytest.MonkeyPatch, deployed: bool) -> None:
    bare.setenv("FIREBASE_AUTH_EMULATOR_HOST", "127.0.0.1:9")
    bare.setenv("FUNCTIONS_EMULATOR", "true")
    if deployed:
        # firebase-tools sets K_SERVICE in its emulator too.
        bare.setenv("K_SERVICE", "createPaymentIntent")
    refuse_local_settings_when_deployed()


def test_an_empty_variable_is_not_set(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("K_SERVICE", "createpaymentintent")
    bare.setenv("STRIPE_API_BASE", "")
    refuse_local_settings_when_deployed()
