"""`python -m devkit.stripe_sim`: serves until SIGINT or SIGTERM. Prints one line of JSON when ready.

The line is `{"ready": true, "url", "pid", "webhook_url"}`; exit status 2 when the port is taken.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading

from devkit.stripe_sim.simulator import StripeSimulator


def main(arguments: list[str] | None = None) -> int:
    """Runs the simulator; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m devkit.stripe_sim", description="Stripe simulator")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=12111, help="0 for any free port (default: 12111)")
    parser.add_argument("--api-key", action="append", help="a secret key to accept; may be repeated")
    parser.add_argument("--webhook-url", help="where events are sent")
    parser.add_argument("--webhook-secret", action="append", help="signs events; may be repeated")
    options = parser.parse_args(arguments)
    try:
        sim = StripeSimulator(
            options.port,
            host=options.host,
            api_keys=tuple(options.api_key or ["sk_test_kippu_local"]),
            webhook_url=options.webhook_url,
            webhook_secrets=tuple(options.webhook_secret or ["whsec_kippu_local"]),
        )
    except OSError as error:
        print(f"cannot listen on {options.host}:{options.port}: {error.strerror}", file=sys.stderr)
        return 2
    stopping = threading.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: stopping.set())
    with sim:
        ready = {"ready": True, "url": sim.url, "pid": os.getpid(), "webhook_url": options.webhook_url}
        print(json.dumps(ready), flush=True)
        stopping.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
