"""What may be charged in JPY, which has no smaller unit. Source: docs.stripe.com/currencies."""

from __future__ import annotations

MINIMUM_JPY, MAXIMUM_JPY = 50, 99_999_999
