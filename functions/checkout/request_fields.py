"""The ids and texts that clients may send. What does not match never reaches a handler."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from checkout.keys import LONGEST_TOKEN
from common import ids
from common.messages import DocumentId

DeviceId = Annotated[
    DocumentId, StringConstraints(max_length=128), Field(description="The app's own id of the device, always the same.")
]
PurchaseId = Annotated[str, StringConstraints(pattern=f"^{ids.PURCHASE}$")]
PurchaseToken = Annotated[str, StringConstraints(min_length=1, max_length=10 * LONGEST_TOKEN)]
"""As it stood in the return address. What is no token is refused as one that is not valid."""
