"""Where functions run and how large: the options every deployment of a function is given, decided here only.

A whole CPU, because less means one request at a time. How much memory, and which functions are worth keeping warm, was
measured: docs/performance.md.
"""

from __future__ import annotations

from typing import Any

from common.params import CALL_TIMEOUT_SECONDS, MAX_INSTANCES, MEMORY_MB, MIN_INSTANCES, REGION, THREADS

# The SDK takes parameters everywhere here; its types do not say so everywhere.
_EVERYWHERE: dict[str, Any] = {"region": REGION, "cpu": 1, "memory": MEMORY_MB}


def serving(*, keep_warm: bool = False) -> dict[str, Any]:
    """For what is called from outside.

    Args:
        keep_warm: whether somebody stands and waits for the answer, so that ``MIN_INSTANCES`` is for it.
    """
    return {
        **_EVERYWHERE,
        "concurrency": THREADS,
        "max_instances": MAX_INSTANCES,
        "timeout_sec": CALL_TIMEOUT_SECONDS,
        **({"min_instances": MIN_INSTANCES} if keep_warm else {}),
    }


def alone(timeout_seconds: int) -> dict[str, Any]:
    """For a schedule: one run at a time."""
    return {**_EVERYWHERE, "concurrency": 1, "max_instances": 1, "timeout_sec": timeout_seconds}
