"""The pages that `make bench` writes: each part between two marks, so that what people wrote around them stays."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import prices, profile
from bench.arena import Recording
from bench.choices import Choice, Pair
from bench.cold import PAIRS, Cold
from bench.parts import Part
from bench.profile import GROUPS, OURS, Profile
from bench.statistics import Middle
from bench.targets import LEAST_SHARE, MOST_COLD, MOST_EXTRA_SECONDS, MOST_MIB
from bench.warm import CALLERS, NOTHING, REAL, TWIN, Warm, machine
from bench.wire import usage
from devkit.docs.markdown import table
from devkit.process import ROOT

PERFORMANCE = ROOT / "docs" / "performance.md"
COSTS = ROOT / "docs" / "costs.md"

# How often each function is called for one purchase that is held, redeemed, accepted, ended and captured. The webhook
# comes twice; both are counted as the dearer kind, a hold that nobody has confirmed yet.
PURCHASE = {
    "createPaymentIntent": 1,
    "confirmTicket": 1,
    "stripeWebhook": 2,
    "redeemTicketCode": 1,
    "answerConsultation": 1,
    "endConsultation": 1,
}
VISIT = {"issueSecureQR": 2, "verifySecureQR": 1, "requestPointAward": 1, "awardPoints": 1}


def write(page: Path, title: str, parts: Mapping[str, str]) -> None:
    """Replace the named parts of a page, or add them at its end."""
    text = page.read_text(encoding="utf-8") if page.exists() else f"# {title}\n"
    for name, part in parts.items():
        start, end = f"<!-- make bench: {name} -->", f"<!-- end: {name} -->"
        block = f"{start}\n{part.strip()}\n{end}"
        found = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
        if old := found.search(text):
            text = text[: old.start()] + block + text[old.end() :]
        else:
            text = f"{text.rstrip()}\n\n{block}\n"
    page.write_text(text, encoding="utf-8")


def measured_on() -> str:
    """The machine and the day."""
    return f"Measured on {datetime.now(UTC):%Y-%m-%d}: {machine()}. Medians, with the quartiles in brackets."


def cold_part(colds: Sequence[Cold], hello: Middle) -> str:
    """Cold starts."""
    rows = [(one.name, one.function.text(0, 1000), one.twin.text(0, 1000), one.ratio.text(2)) for one in colds]
    return f"""## Cold start

{measured_on()}

From the start of a process to its first successful answer, in milliseconds, as functions-framework serves it. The twin
imports the same third-party libraries and sends the same requests to Firestore and Stripe. {PAIRS} pairs, started
together in alternating order, so both times are those of a machine shared by two; the source files of both are
compiled anew at each start, as after a deployment. A function that imports `firebase_functions` only takes
{hello.text(0, 1000)} ms so. Target, for the median of the pairs: at most {MOST_COLD:.2f} × the twin.

{table(("function", "ms", "its twin, ms", "× pair by pair"), rows)}
"""


def choices_part(pairs: Sequence[tuple[Choice, Pair]]) -> str:
    """Before and after."""
    rows = [
        (choice.name, choice.function, pair.what, pair.before.text(1), pair.now.text(1), f"{pair.gain:.2f} ×")
        for choice, pair in pairs
    ]
    return f"""## What made it faster

{measured_on()}

Before and now, in one run, in turns: "before" is this version with one line or one parameter changed back
(`bench/choices.py`).

{table(("choice", "function", "measured", "before", "now", "better"), rows)}
"""


def parts_part(parts: Sequence[Part]) -> str:
    """The small things."""
    rows = [
        (
            part.name,
            part.seconds.text(1, 1e6),
            part.floor.text(1, 1e6) if part.floor else "–",
            f"{part.most * 1e6:.0f}" if part.most else "–",
        )
        for part in parts
    ]
    return f"""## Parts of a call

{measured_on()}

Microseconds. The floor is PyJWT's bare call.

{table(("part", "µs", "floor", "target"), rows)}
"""


def profile_part(profiles: Sequence[Profile]) -> str:
    """Processor time by package."""
    rows = [
        (one.name, *(_microseconds(one, [group]) for group in GROUPS), _microseconds(one, GROUPS)) for one in profiles
    ]
    return f"""## Where the processor time goes

{measured_on()}

Microseconds of a warm call and, after the stroke, of its twin's, by the package whose code runs: samples at each tick
of the kernel's clock, about {profile.SECONDS:.1f} seconds of processor time for each side. {OURS} is the code of this
repository, with what it calls of the standard library; in the twin's it is the code that sends the requests. The
Firestore client's own threads count for what waits for them.

{table(("function", *GROUPS, "together"), rows)}
"""


def _microseconds(one: Profile, groups: Sequence[str]) -> str:
    return " / ".join(f"{sum(one.seconds[side][group] for group in groups) * 1e6:,.0f}" for side in (REAL, TWIN))


def warm_part(warms: Sequence[Warm]) -> str:
    """Latency, throughput and memory."""
    alone = [
        (
            one.name,
            *(one.latency[side].text(2, 1000) for side in (REAL, TWIN, NOTHING)),
            one.difference.text(2, 1000),
        )
        for one in warms
    ]
    many = [
        (
            one.name,
            *(one.throughput[side].text(0) for side in (REAL, TWIN, NOTHING)),
            one.share.text(2),
        )
        for one in warms
    ]
    memory = [(one.name, *(f"{one.peak_mb[side]:.0f}" for side in (REAL, TWIN, NOTHING)), *_cpu(one)) for one in warms]
    drain = next((one for one in warms if one.name == "stripeWebhook"), None)
    webhook = (
        f"""
One instance of `stripeWebhook` settles {drain.throughput[REAL].text(0)} events a second, all of them new holds; its
twin takes {drain.throughput[TWIN].text(0)}.
"""
        if drain
        else ""
    )
    sides = ("function", "its twin", "nothing")
    return f"""## Warm calls

{measured_on()}

Each call is on documents of its own. "Nothing" is a callable that only answers. The caller, the Firestore emulator and
the Stripe simulator share the machine, and are the same for all three, which take turns. The last column of the first
two tables compares each call, or slice of calls, with the twin's beside it, and its median is what is judged.

One caller, milliseconds a call. Target: at most {MOST_EXTRA_SECONDS * 1000:.1f} ms above the twin.

{table((*sides[:1], "ms", *sides[1:], "more, call by call"), alone)}

{CALLERS} callers, calls a second. Target: at least {LEAST_SHARE:.0%} of the twin's.

{table((*sides[:1], "calls/s", *sides[1:], "share, slice by slice"), many)}
{webhook}
Peak resident memory of the serving process under {CALLERS} callers, MiB (target: below {MOST_MIB}), and its processor
time, milliseconds a call.

{table((*sides[:1], "MiB", *sides[1:], "CPU ms", "its twin's"), memory)}
"""


def _cpu(one: Warm) -> tuple[str, str]:
    return f"{one.cpu[REAL] * 1000:.1f}", f"{one.cpu[TWIN] * 1000:.1f}"


def costs_part(recordings: Mapping[str, Recording], warms: Mapping[str, Warm]) -> str:
    """What each call uses and costs, and the sums per 1,000 purchases and visits."""
    bills, rows = {}, []
    for name, recording in recordings.items():
        used = usage(recording.warm)
        cpu = warms[name].cpu[REAL] if name in warms else 0.0
        bills[name] = prices.bill(
            reads=used.reads,
            writes=used.writes,
            deletes=used.deletes,
            trips=used.trips,
            stripe_calls=used.stripe_calls,
            cpu_seconds=cpu,
            answered_bytes=recording.answered_bytes,
        )
        rows.append(
            (
                name,
                *(str(n) for n in (used.trips, used.reads, used.writes, used.deletes, used.stripe_calls)),
                *(f"{n:,}" for n in (used.sent_bytes, recording.received_bytes, recording.answered_bytes)),
                f"{cpu * 1000:.1f}" if name in warms else "–",
                f"{bills[name].total * 1000:.4f}",
            )
        )
    head = ("function", "trips", "reads", "writes", "deletes", "Stripe", "B to Firestore", "B in", "B out", "CPU ms")
    sums = []
    for story, calls in (("purchases", PURCHASE), ("visits with points", VISIT)):
        if calls.keys() <= bills.keys():
            parts = [
                1000 * sum(getattr(bills[name], part) * times for name, times in calls.items())
                for part in ("firestore", "instance", "network")
            ]
            sums.append((f"1,000 {story}", *(f"{part:.4f}" for part in parts), f"{sum(parts):.4f}"))
    memory, trip, asking = (
        f"{prices.MEMORY_GIB * 1024:.0f} MiB",
        f"{prices.FIRESTORE_TRIP_SECONDS * 1000:.0f} ms",
        f"{prices.STRIPE_CALL_SECONDS * 1000:.0f} ms",
    )
    fee = f"{prices.STRIPE_SHARE:.1%} of what is captured ({5000 * prices.STRIPE_SHARE:.0f} of 5,000 JPY)"
    return f"""{measured_on()}

What a warm call uses, counted at the client's channel, and what 1,000 of them cost (prices and assumptions:
`bench/prices.py`). A missing document counts as read, a query once. The instance is charged as if it served each call
alone, with {memory}, {trip} for a trip to Firestore and {asking} for a call of Stripe: the most it can be.

{table((*head, "USD per 1,000"), rows)}

USD without free tiers:

{table(("", "Firestore", "instances", "network", "together"), sums)}

Stripe's own share, {fee}, is far more than all of this.

An instance that `MIN_INSTANCES` keeps costs {prices.idle_instance_a_month():.2f} USD a month while it serves nobody.
"""
