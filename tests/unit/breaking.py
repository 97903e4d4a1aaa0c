"""The register of broken worlds: how each is broken, and what must be said of it."""

from __future__ import annotations

from collections.abc import Callable

from consultation.invariants import World

Break = Callable[[World], object]
BREAKS: dict[str, tuple[Break, str]] = {}


def breaks(said: str) -> Callable[[Break], Break]:
    """Register a function that breaks exactly one rule in a healthy world; a violation must contain `said`."""

    def register(break_: Break) -> Break:
        assert break_.__name__ not in BREAKS
        BREAKS[break_.__name__] = (break_, said)
        return break_

    return register
