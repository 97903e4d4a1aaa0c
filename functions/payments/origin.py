"""Where an object at Stripe comes from, as the metadata says that every object of ours is created with.

Several projects may share an account, and none may touch another's payments; several kinds of purchase share a
project, and each settles its own. Metadata is parsed here, once; what a domain wrote into it the domain reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common import documents

FIRST_DOMAIN = "consultation"
"""The domain of an object that names none."""


@dataclass(frozen=True)
class Origin:
    """Who created an object at Stripe.

    Attributes:
        project: the Firebase project; empty where nothing says so.
        domain: the kind of purchase.
        metadata: everything the object was created with.
    """

    project: str
    domain: str
    metadata: Mapping[str, str]

    @classmethod
    def of(cls, obj: Any) -> Origin:
        """The origin of an object of the SDK. One without metadata is nobody's."""
        found = getattr(obj, "metadata", None)
        metadata = {} if found is None else {str(key): str(value) for key, value in found.to_dict().items()}
        return cls(metadata.get("project", ""), metadata.get("domain", FIRST_DOMAIN), metadata)

    @property
    def ours(self) -> bool:
        """Whether this project created it."""
        return self.project == documents.project()


def metadata(domain: str, fields: Mapping[str, str]) -> dict[str, str]:
    """What an object of a domain is created with.

    Stripe drops keys with an empty value, so what is absent must have no key.
    """
    named = {} if domain == FIRST_DOMAIN else {"domain": domain}
    return {"project": documents.project(), **named, **fields}
