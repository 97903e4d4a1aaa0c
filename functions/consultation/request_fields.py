"""The ids and texts that clients may send, shared by the requests. What does not match never reaches a handler."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

ImeconId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+(_[A-Za-z0-9-]+)*$", max_length=128)]
"""A consultant's uid. No leading, trailing or double underscore, so that ``{uid}__{imecon_id}`` names one pair."""

PaymentIntentId = Annotated[str, StringConstraints(pattern=r"^pi_[A-Za-z0-9_]{1,100}$")]

MetadataKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")]
MetadataValue = Annotated[str, StringConstraints(max_length=500)]
