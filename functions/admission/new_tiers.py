"""The tiers of a draft, as its organiser gives them, and what the event says of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from admission.event_fields import TierFields
from admission.records import tier_ref
from admission.tier import Tier, layout
from common.documents import Doc, Unit


def sums(tiers: Sequence[TierFields]) -> dict[str, Any]:
    """What an event says of all its tiers."""
    places = sum(tier.places for tier in tiers)
    return {
        "tiers": [tier.tier for tier in tiers],
        "total_seats": places,
        "available_seats": places,
        "tier_gates": gates({}, tiers),
        **price_sums([tier.price for tier in tiers]),
    }


def gates(before: dict[str, list[str]], tiers: Sequence[TierFields]) -> dict[str, list[str]]:
    """Where people are let in, by tier: as before, but for the tiers of which something else is given."""
    given = {tier.tier: tier.gates for tier in tiers if tier.gates is not None}
    return {name: where for name, where in {**before, **given}.items() if where}


def price_sums(prices: Iterable[int]) -> dict[str, Any]:
    """What an event says of the prices of its tiers."""
    found = sorted({*prices})
    return {"base_price": found[0], "prices": found}


def write_tiers(unit: Unit, event_id: str, tiers: Sequence[TierFields]) -> list[Tier]:
    """Plan the tiers of a draft, whatever stood there before. Their blocks come when it is published."""
    all_places, planned = sum(tier.places for tier in tiers), []
    for tier in tiers:
        rows = [row.model_dump() for row in tier.rows or ()]
        fields = {
            "event_id": event_id,
            "tier": tier.tier,
            "name": tier.name,
            "price": tier.price,
            "size": tier.places,
            "rows": rows,
            "version": 1,
            # Only of a draft: once it is published its blocks say so, which nobody else can read.
            "held_back": tier.held_back,
            "held_back_seats": tier.held_back_seats,
            **layout(tier.places, rows, all_places),
        }
        reference = tier_ref(event_id, tier.tier)
        unit.replace_blindly(reference, fields)
        planned.append(Tier(Doc(reference, fields)))
    return planned
