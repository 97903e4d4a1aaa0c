"""Why a store cannot be used."""

from __future__ import annotations

from common.errors import Reason


class StoreReason(Reason):
    """Of a store's documents."""

    STORE_UNAVAILABLE = (
        "FAILED_PRECONDITION",
        "この店舗は現在ご利用いただけません",
        "This store cannot be used at the moment.",
    )
