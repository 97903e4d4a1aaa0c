"""`expand[]`: ids replaced by their objects in an answer (docs.stripe.com/api/expanding_objects)."""

from __future__ import annotations

from devkit.stripe_sim import sessions
from devkit.stripe_sim.account import Account
from devkit.stripe_sim.errors import ApiError, Json

_MAX_DEPTH = 4


def expand(account: Account, answer: Json, paths: list[str]) -> Json:
    """A copy of `answer` with each dotted path expanded (`latest_charge`, in lists `data.latest_charge`).

    Raises `ApiError` 400 for a path that cannot be expanded.
    """
    kinds = {
        "charge": account.charges,
        "customer": account.customers,
        "latest_charge": account.charges,
        "payment_intent": account.intents,
        "payment_method": account.payment_methods,
    }

    def follow(node: Json, parts: list[str], path: str) -> Json:
        name, rest = parts[0], parts[1:]
        if name == "data" and node.get("object") == "list" and rest:
            return {**node, "data": [follow(item, rest, path) for item in node["data"]]}
        if name == "refunds" and node.get("object") == "charge":
            return {**node, name: _refunds(account, node["id"])}
        if name == "line_items" and node.get("object") == "checkout.session":
            return {**node, name: sessions.line_items(account, node, {})}
        if name not in kinds or name not in node:
            raise ApiError(400, f"This property cannot be expanded ({path}).", param="expand")
        value = node[name]
        child: Json | None = kinds[name].get(value) if isinstance(value, str) else value
        if child is None:
            return node
        return {**node, name: follow(child, rest, path) if rest else child}

    for path in paths:
        parts = path.split(".")
        if len(parts) > _MAX_DEPTH:
            raise ApiError(400, f"At most {_MAX_DEPTH} levels can be expanded ({path}).", param="expand")
        answer = follow(answer, parts, path)
    return answer


def _refunds(account: Account, charge_id: str) -> Json:
    """The newest refunds of a charge, as many as a list has by itself."""
    return account.refunds.page(f"/v1/charges/{charge_id}/refunds", {}, lambda refund: refund["charge"] == charge_id)
