"""What a twin does: it sends the requests of its plan with the client libraries, about the ids it is told.

This text is the head of every twin's `main.py`. The plan is pickled: ids of the same length take the place of those it
was recorded with by replacing bytes, so that no value is looked at on the way.
"""

import functools
import io
import os
import pickle
from collections.abc import Mapping
from typing import Any

_MOST_COMMITS = 100


@functools.cache
def client() -> Any:
    """The twin's one client of Firestore."""
    from google.cloud import firestore

    return firestore.Client()


@functools.cache
def payments() -> Any:
    """The twin's one client of Stripe."""
    import stripe

    settings: Any = {"http_client": stripe.RequestsClient(timeout=10.0), "max_network_retries": 1}
    addresses: Any = {"api": os.environ["STRIPE_API_BASE"]}
    key = os.environ["STRIPE_SECRET_KEY"]
    return stripe.StripeClient(key, base_addresses=addresses, **settings)


class _Plan(pickle.Unpickler):
    def persistent_load(self, pid: Any) -> Any:
        return client().document(pid)


def _commit(writes: list[Any], times: dict[str, Any]) -> None:
    """Write it all at once; after a lost race again, about the guarded documents as they then are."""
    from google.api_core.exceptions import Aborted, FailedPrecondition

    for left in reversed(range(_MOST_COMMITS)):
        batch = client().batch()
        for (method, guarded), ref, *values in writes:
            option = [client().write_option(last_update_time=times[ref.path])] if guarded else []
            getattr(batch, method)(ref, *values, *option)
        try:
            results = batch.commit()
        except (Aborted, FailedPrecondition):
            if not left:
                raise
            guarded_ones = [ref for (_, guarded), ref, *_ in writes if guarded]
            times |= {found.reference.path: found.update_time for found in client().get_all(guarded_ones)}
        else:
            times |= {ref.path: result.update_time for (_, ref, *_), result in zip(writes, results, strict=True)}
            return


def send(plan: bytes, recorded: Mapping[str, str], ids: Mapping[str, str]) -> None:
    """Send it all."""
    for name, value in recorded.items():
        plan = plan.replace(value.encode(), ids[name].encode())
    times: dict[str, Any] = {}
    for step, *arguments in _Plan(io.BytesIO(plan)).load():
        if step == "stripe":
            payments().raw_request(*arguments[0], **arguments[1])
        elif step == "read":
            for snapshot in client().get_all(arguments):
                times[snapshot.reference.path] = snapshot.update_time
        elif step == "commit":
            _commit(arguments, times)
        else:
            kind, raw = arguments
            list(getattr(client()._firestore_api, step)(kind.deserialize(raw), metadata=client()._rpc_metadata))
