"""Keys of requests to Stripe: a new attempt is begun once, however many notice that it is needed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from consultation import loaded_ticket
from payments import attempts
from tests.support.clock import MINUTE
from tests.support.driver import Driver


def test_twins_share_the_next_attempt(driver: Driver) -> None:
    consultation = driver.active()
    twins = [loaded_ticket.load(consultation.ticket) for _ in range(2)]
    for twin in twins:
        assert twin is not None
        attempts.next_attempt(twin)
    assert [twin.ticket.attempt for twin in twins if twin] == [2, 2]
    assert driver.ticket(consultation)["attempt"] == 2
    driver.agrees()


def test_resumed_by_many_at_once_a_capture_with_a_saved_error_takes_one_more_attempt(driver: Driver) -> None:
    consultation = driver.active()
    driver.advance(10 * MINUTE)
    driver.lose_call("500", "/v1/payment_intents/[^/]+/capture")
    driver.end(consultation)
    driver.advance(3 * MINUTE)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: driver.sweep_sessions(), range(4)))
    driver.minutes_pass()
    assert driver.stripe_status(consultation) == "succeeded"
    assert driver.ticket(consultation)["attempt"] <= 2
    driver.agrees()
