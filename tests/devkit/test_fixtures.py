"""What tests/conftest.py promises every other suite."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from google.cloud import firestore

from common import clock
from devkit.client import CallableError
from devkit.functions_app import load_functions
from devkit.inprocess import InProcessFunctions
from devkit.local import functions_env
from devkit.seed import documents, seed
from devkit.stripe_sim import StripeSimulator
from devkit.travel import Travel


def test_the_functions_of_main_are_called_in_this_process(clean: None, api: InProcessFunctions) -> None:
    assert set(api.app.view_functions) == {"ready", "serve", "static"}
    with pytest.raises(CallableError) as signed_out:
        api.call("createPaymentIntent", {"imecon_id": "imecon-1"})
    assert (signed_out.value.http, signed_out.value.reason) == (401, "UNAUTHENTICATED")
    assert api.call("createPaymentIntent", {"imecon_id": "imecon-1"}, uid="buyer-1")["ok"] is True


def test_threads_share_the_caller(clean: None, api: InProcessFunctions) -> None:
    with ThreadPoolExecutor(8) as pool:
        calls = [
            pool.submit(api.call, "createPaymentIntent", {"imecon_id": "imecon-1"}, uid=f"buyer-{n}") for n in range(8)
        ]
        intents = {call.result()["payment_intent_id"] for call in calls}
    assert len(intents) == 8


def test_every_function_is_loaded_and_schedules_are_named_as_firebase_names_them() -> None:
    names = load_functions().keys()
    assert {"createPaymentIntent", "stripeWebhook", "voidExpiredAuthorizations-0"} <= names
    assert "voidExpiredAuthorizations" not in names


def test_one_target_alone_cannot_stand_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNCTION_TARGET", "createPaymentIntent")
    with pytest.raises(RuntimeError, match="FUNCTION_TARGET"):
        load_functions()


def test_clean_empties_the_simulator_and_leaves_the_seed(
    clean: None, db: firestore.Client, simulator: StripeSimulator
) -> None:
    assert simulator.payment_intents() == []
    assert {f"{c.id}/{doc.id}" for c in db.collections() for doc in c.stream()} == documents().keys()


def test_seeding_again_changes_no_field_of_the_apps(clean: None, db: firestore.Client) -> None:
    profile = db.document("users/imecon-1")
    profile.update({"photo_url": "https://example.com/1.png"})
    seed(db)
    assert profile.get().get("photo_url") == "https://example.com/1.png"


def test_time_travels_for_the_functions_and_the_simulator_together(travel: Travel, simulator: StripeSimulator) -> None:
    start, stripe_start = clock.now(), simulator.now()
    travel.advance(72 * 3600)
    assert timedelta(hours=72) <= clock.now() - start < timedelta(hours=73)
    assert 72 * 3600 - 1 <= simulator.now() - stripe_start < 73 * 3600


def test_frozen_time_stands_still_until_it_is_moved(travel: Travel, simulator: StripeSimulator) -> None:
    at = travel.freeze(datetime.now(UTC) + timedelta(days=2))
    assert clock.now() == clock.now() == at
    travel.advance(1)
    assert clock.now() == at + timedelta(seconds=1)
    assert simulator.now() >= int(at.timestamp())
    with pytest.raises(ValueError, match="back"):
        travel.freeze(at - timedelta(days=1))


def test_travel_ends_with_its_test() -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(hours=1)


def test_the_local_environment_asks_for_no_app_check() -> None:
    assert functions_env()["ENFORCE_APP_CHECK"] == "false"
