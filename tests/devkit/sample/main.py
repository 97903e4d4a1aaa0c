"""A bundle small enough to see through: what the function server must carry, and nothing of the product."""

import pathlib
import time
from typing import Any

import flask
from firebase_admin import initialize_app
from firebase_functions import https_fn, scheduler_fn
from google.cloud import firestore

from common import clock

initialize_app()


@https_fn.on_call()
def echo(call: https_fn.CallableRequest[Any]) -> dict[str, object]:
    """What the function saw of the call."""
    return {
        "data": call.data,
        "uid": call.auth.uid if call.auth else None,
        "admin": bool(call.auth and call.auth.token.get("admin")),
        "language": call.raw_request.headers.get("Accept-Language"),
        "now": clock.now().timestamp(),
    }


@https_fn.on_call()
def refuse(call: https_fn.CallableRequest[Any]) -> None:
    """Always fails, with details."""
    raise https_fn.HttpsError(https_fn.FunctionsErrorCode.NOT_FOUND, "ありません", {"reason": "NOTHING_HERE"})


@https_fn.on_call()
def wait(call: https_fn.CallableRequest[Any]) -> str:
    """Hold a thread until the file named by the call exists."""
    pathlib.Path(call.data["begun"]).touch()
    end = time.monotonic() + 60
    while not pathlib.Path(call.data["until"]).exists() and time.monotonic() < end:
        time.sleep(0.01)
    return "released"


@https_fn.on_request()
def stripeWebhook(request: flask.Request) -> flask.Response:  # noqa: N802 (the deployed name)
    """Keep what arrived, byte for byte."""
    arrived = {"body": request.get_data(), "query": request.query_string}
    firestore.Client().collection("arrived").add(arrived)
    return flask.Response("kept", status=202, headers={"X-Kept": "yes"})


@scheduler_fn.on_schedule(schedule="every 5 minutes")
def tick(event: scheduler_fn.ScheduledEvent) -> None:
    """Count its runs."""
    firestore.Client().document("ticks/all").set({"runs": firestore.Increment(1)}, merge=True)


@scheduler_fn.on_schedule(schedule="every 5 minutes")
def tock(event: scheduler_fn.ScheduledEvent) -> None:
    """Fail."""
    raise RuntimeError("no tock today")
