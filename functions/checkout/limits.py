"""How often one user may start a purchase."""

from __future__ import annotations

from datetime import timedelta

from common.limits import Limit

PURCHASES = Limit("checkouts", most=10, window=timedelta(hours=1), most_in_all=30)
"""Payment pages opened for one user and not paid. What is paid goes off the count."""
