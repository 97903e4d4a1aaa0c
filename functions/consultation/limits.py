"""How often one user may start what costs us something."""

from __future__ import annotations

from datetime import timedelta

from common.limits import Limit

PURCHASES = Limit("purchases", most=10, window=timedelta(hours=1))
"""Unpaid purchases of one user: a hold takes its purchase back off the count."""

WRONG_CODES = Limit("codes", most=10, window=timedelta(minutes=15))
