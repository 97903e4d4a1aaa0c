"""Objects of one kind, by id and in order of creation.

Paging is by cursor, as Stripe's (docs.stripe.com/api/pagination).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from devkit.stripe_sim.errors import Json, no_such

DEFAULT_LIMIT = 10


class Collection:
    """A set of objects. Guarded by the account's lock."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._objects: list[Json | None] = []
        self._positions: dict[str, int] = {}

    def add(self, obj: Json) -> None:
        """Appends a new object."""
        self._positions[obj["id"]] = len(self._objects)
        self._objects.append(obj)

    def remove(self, object_id: str) -> None:
        """Forgets an object, if it is there."""
        position = self._positions.pop(object_id, None)
        if position is not None:
            self._objects[position] = None

    def get(self, object_id: str) -> Json | None:
        """The object, or None."""
        position = self._positions.get(object_id)
        return None if position is None else self._objects[position]

    def require(self, object_id: str, param: str, *, in_path: bool = False) -> Json:
        """The object; raises `ApiError` `resource_missing` when there is none."""
        found = self.get(object_id)
        if found is None:
            raise no_such(self.kind, object_id, param, in_path=in_path)
        return found

    def __iter__(self) -> Iterator[Json]:
        """In order of creation."""
        return (obj for obj in self._objects if obj is not None)

    def page(self, url: str, params: Json, matches: Callable[[Json], bool]) -> Json:
        """One page, newest first: by `limit`, `starting_after`, `ending_before`, `created` and `matches`."""
        limit = params.get("limit", DEFAULT_LIMIT)
        created = params.get("created", {})
        backwards = "ending_before" in params
        found: list[Json] = []
        for obj in self._walk(params):
            if obj is not None and _within(obj.get("created", 0), created) and matches(obj):
                found.append(obj)
            if len(found) > limit:
                break
        data = found[:limit]
        return {
            "object": "list",
            "data": data[::-1] if backwards else data,
            "has_more": len(found) > limit,
            "url": url,
        }

    def _walk(self, params: Json) -> Iterator[Json | None]:
        if "ending_before" in params:
            start = self._position("ending_before", params) + 1
            return (self._objects[position] for position in range(start, len(self._objects)))
        start = len(self._objects)
        if "starting_after" in params:
            start = self._position("starting_after", params)
        return (self._objects[position] for position in range(start - 1, -1, -1))

    def _position(self, param: str, params: Json) -> int:
        self.require(params[param], param)
        return self._positions[params[param]]


def _within(created: int, bounds: dict[str, int]) -> bool:
    return (
        created >= bounds.get("gte", created)
        and created <= bounds.get("lte", created)
        and created > bounds.get("gt", created - 1)
        and created < bounds.get("lt", created + 1)
    )
