"""The served stack, with a sample bundle: what a caller sees of it, and that its parts do not starve each other."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import stripe

from devkit import local
from devkit.client import CallableError
from devkit.emulator import Emulator
from devkit.errors import DevkitError
from devkit.seed import documents
from devkit.stack import Stack

THREADS = 4


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's folder, with the one shared module that the local stack reaches into."""
    folder = tmp_path_factory.mktemp("bundle")
    shutil.copy(Path(__file__).parent / "sample" / "main.py", folder)
    (folder / "common").mkdir()
    shutil.copy(local.FUNCTIONS_DIR / "common" / "clock.py", folder / "common")
    (folder / ".env").write_text(f"THREADS={THREADS}\n")
    return folder


@pytest.fixture(scope="module")
def sample(emulator: Emulator, bundle: Path) -> Iterator[Stack]:
    with Stack(emulator=emulator, source=bundle) as stack:
        yield stack


def test_a_call_carries_its_user_claims_headers_and_data(sample: Stack) -> None:
    answer = sample.call(
        "echo", {"名": [1, None]}, uid="u-1", claims={"admin": True}, headers={"Accept-Language": "en"}
    )
    assert answer["data"] == {"名": [1, None]}
    assert (answer["uid"], answer["admin"], answer["language"]) == ("u-1", True, "en")


def test_a_call_without_a_user_is_signed_out(sample: Stack) -> None:
    assert sample.call("echo", None)["uid"] is None


def test_a_failure_is_raised_with_everything_the_client_gets(sample: Stack) -> None:
    with pytest.raises(CallableError) as caught:
        sample.call("refuse", {})
    error = caught.value
    assert (error.http, error.status, error.reason) == (404, "NOT_FOUND", "NOTHING_HERE")
    assert (error.message, error.details) == ("ありません", {"reason": "NOTHING_HERE"})


def test_a_forged_token_is_refused(sample: Stack) -> None:
    with pytest.raises(CallableError, match="401 UNAUTHENTICATED"):
        sample.call("echo", {}, headers={"Authorization": "Bearer not-a-token"})


def test_an_unknown_function_is_not_found(sample: Stack) -> None:
    with pytest.raises(CallableError) as caught:
        sample.call("noSuchFunction", {})
    assert caught.value.http == 404


def test_a_schedule_runs_once_per_post_and_is_no_callable(sample: Stack) -> None:
    runs = sample.db.document("ticks/all")
    runs.delete()
    sample.run_schedule("tick")
    sample.run_schedule("tick")
    assert runs.get().to_dict() == {"runs": 2}
    assert sample.functions.post("tick", "{}", {}).status_code == 404


def test_a_failing_schedule_is_a_failure(sample: Stack) -> None:
    with pytest.raises(CallableError, match="SCHEDULE_FAILED"):
        sample.run_schedule("tock")


def test_a_webhook_arrives_byte_for_byte_and_its_answer_too(sample: Stack) -> None:
    body = b'\xff\x00 {"odd": "\\u30ad"}\r\n'
    answer = sample.functions.post(f"{local.WEBHOOK}?a=%2F&b=", body, {"Stripe-Signature": "t=1"})
    assert (answer.status_code, answer.text, answer.headers["X-Kept"]) == (202, "kept", "yes")
    kept = [doc.to_dict() for doc in sample.db.collection("arrived").stream()]
    assert {"body": body, "query": b"a=%2F&b="} in kept


def test_stripe_delivers_its_events(sample: Stack) -> None:
    client = stripe.StripeClient(local.STRIPE_KEY, base_addresses={"api": sample.simulator.url})
    intent = client.v1.payment_intents.create({"amount": 5000, "currency": "jpy", "capture_method": "manual"})
    client.v1.payment_intents.cancel(intent.id)
    assert sample.simulator.wait_idle(30)
    bodies = [doc.get("body") for doc in sample.db.collection("arrived").stream()]
    assert any(intent.id.encode() in body for body in bodies)


def test_the_webhook_is_answered_while_every_other_thread_hangs(sample: Stack, tmp_path: Path) -> None:
    release = tmp_path / "release"
    with ThreadPoolExecutor(2 * THREADS) as pool:
        begun = [tmp_path / f"begun-{n}" for n in range(2 * THREADS)]
        waiting = [pool.submit(sample.call, "wait", {"begun": str(mark), "until": str(release)}) for mark in begun]
        try:
            _until(lambda: sum(mark.exists() for mark in begun) == THREADS)
            assert sample.functions.post(local.WEBHOOK, b"{}", {}).status_code == 202
            # The control: the hung worker had no thread left for the others.
            assert sum(mark.exists() for mark in begun) == THREADS
        finally:
            release.touch()
        assert [call.result(60) for call in waiting] == ["released"] * len(waiting)


def test_time_moves_for_the_functions_and_for_stripe(sample: Stack) -> None:
    day = 24 * 3600.0
    before, stripe_before = sample.call("echo", {})["now"], sample.simulator.now()
    sample.advance(3 * day)
    assert 3 * day <= sample.call("echo", {})["now"] - before < 3.5 * day
    assert 3 * day - 1 <= sample.simulator.now() - stripe_before < 3.5 * day
    sample.reset()
    assert abs(sample.call("echo", {})["now"] - before) < day / 2


def test_reset_leaves_the_seed_and_nothing_else(sample: Stack) -> None:
    sample.db.document("tickets/left-over").set({"status": "used"})
    sample.db.document("stores/store-1").update({"name": "changed"})
    sample.reset()
    found = {
        f"{collection.id}/{doc.id}": doc.to_dict()
        for collection in sample.db.collections()
        for doc in collection.stream()
    }
    assert found == documents()


def test_a_bundle_that_cannot_be_imported_is_a_clear_error(emulator: Emulator, bundle: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(bundle, broken)
    (broken / "main.py").write_text("raise ValueError('broken on purpose')\n")
    stack = Stack(emulator=emulator, source=broken)
    with pytest.raises(DevkitError, match="broken on purpose"):
        stack.start()
    assert not stack.folder.exists()


def _until(condition: object) -> None:
    assert callable(condition)
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)
