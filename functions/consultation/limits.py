"""How often one user may start what costs us something."""

from __future__ import annotations

from datetime import timedelta

from common.limits import Limit

PURCHASES = Limit("purchases", most=10, window=timedelta(hours=1), most_in_all=30)
"""Purchases of one user that led to no hold. A hold takes its purchase off the count while it stands; one that its
buyer cancels puts it back, or a stolen card that is good would make room for trying the next ones."""

DECLINES = Limit("declines", most=10, window=timedelta(hours=1))
"""Declined cards of one user, whatever they were declined for and whichever were good."""
