"""Requests nobody means well with: the schemas' own examples, and real requests with something wrong in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis_jsonschema import from_schema

from common.callable import Endpoint
from common.messages import RequestModel
from devkit.docs.schema import request_schema

STRINGS = [
    "",
    " ",
    ".",
    "..",
    "../tickets/x",
    "a/b",
    "/",
    "__x__",
    "____.x",
    "..x",
    "a\x00b",
    "\ud800",
    "\udc00\ud800",
    "\u202etxet",
    "\u200b",
    "ＡＢＣ－１２３",
    "切符" * 100,
    "🎫" * 64,
    "e\u0301" * 40,
    "${jndi:ldap://x}",
    "%s%n%x",
    "{{7*7}}",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "a\r\nSet-Cookie: x=1",
    "pi_",
    "pi_" + "x" * 101,
    "pi_../x",
    "null",
    "true",
    "NaN",
    "-1",
    "9" * 64,
    "0000-0000-0000",
    "2026-02-30T00:00:00Z",
    "2026-11-21T00:00:00",
    "9999-12-31T23:59:59-12:00",
    "0001-01-01T00:00:00+12:00",
    "x" * 65,
    "x" * 40_000,
]
NUMBERS = [0, -1, 1, 49, 50, 4999, 5001, 2**31, 2**63, -(2**63), 10**30, 10**400, 0.5, 5000.0, -0.0, 1e308]
FLOATS = [float("nan"), float("inf"), float("-inf")]
OTHERS: list[Any] = [None, True, False, [], {}, [[]], [None], {"": ""}, {"a": {"b": {}}}, ["x"] * 500]
EXTRA_KEYS = ["x", "", "uid", "userId", "status", "__proto__", "constructor", "data", "a.b", "$where", "\x00", "\ud800"]

anything = st.sampled_from([*STRINGS, *NUMBERS, *FLOATS, *OTHERS]) | st.text(max_size=20) | st.integers()

# Strangers are new each time, so that no limit of one user hides what is behind it.
USUAL_CALLER = {
    "createPaymentIntent": "stranger",
    "confirmTicket": "buyer",
    "redeemTicketCode": "stranger",
    "answerConsultation": "consultant",
    "endConsultation": "buyer",
    "capturePaymentIntent": "consultant",
    "cancelPaymentIntent": "buyer",
    "createTicketCodes": "admin",
    "stopCampaign": "admin",
    "saveTicketType": "admin",
    "saveConsultant": "admin",
    "saveStore": "admin",
    "saveStaff": "admin",
    "createCheckoutSession": "stranger",
    "confirmCheckout": "buyer",
    "cancelCheckout": "buyer",
    "getDevice": "buyer",
    "restoreLicense": "stranger",
    "findPurchases": "admin",
    "refundPurchase": "admin",
    "createEvent": "admin",
    "updateEvent": "admin",
    "publishEvent": "admin",
    "closeEvent": "admin",
    "cancelEvent": "admin",
    "deleteEvent": "admin",
    "setOrganizerMembers": "admin",
    "setEventStaff": "admin",
    "exportAttendees": "admin",
    "getEventDetails": "stranger",
    "getSeatMap": "stranger",
    "purchaseTicket": "stranger",
    "payOrder": "buyer",
    "confirmOrder": "buyer",
    "abandonOrder": "buyer",
    "cancelTicket": "buyer",
    "getUserTickets": "buyer",
    "getDoorBundle": "admin",
    "syncScans": "admin",
    "offerTransfer": "buyer",
    "acceptTransfer": "stranger",
    "getTicketQR": "buyer",
    "validateTicket": "admin",
    "undoEntry": "admin",
    "findTickets": "admin",
    "searchEvents": "stranger",
    "joinWaitlist": "stranger",
    "leaveWaitlist": "buyer",
    "issueSecureQR": "staff",
    "verifySecureQR": "staff",
    "recordQRUsage": "staff",
    "checkQRUsage": "staff",
    "requestPointAward": "staff",
    "awardPoints": "buyer",
    "declinePointAward": "buyer",
    "usePoints": "buyer",
    "reversePoints": "admin",
    "deleteAccount": "admin",
    "inspectTicket": "admin",
    "refundPayment": "admin",
    "resumeDecision": "admin",
    "runSchedule": "admin",
    "resolveIncident": "admin",
}
CALLERS = ["nobody", "garbage", "stranger", "buyer", "consultant", "staff", "admin"]
# The others' accounts are still needed.
_CALLERS = {"deleteAccount": ["nobody", "garbage", "stranger", "admin"]}


@dataclass(frozen=True)
class Request:
    """A request of the fuzzer."""

    name: str
    data: Any
    caller: str


@st.composite
def mutated(draw: st.DrawFn, real: list[dict[str, Any]]) -> Any:
    """A request with real ids in it, and one to three things wrong."""
    data: dict[str, Any] = dict(draw(st.sampled_from(real)))
    for _ in range(draw(st.integers(1, 3))):
        match draw(st.sampled_from(["drop", "extra", "null", "replace", "replace", "wrap", "whole"])):
            case "drop" if data:
                del data[draw(st.sampled_from(sorted(data)))]
            case "extra":
                data[draw(st.sampled_from(EXTRA_KEYS))] = draw(anything)
            case "null" if data:
                data[draw(st.sampled_from(sorted(data)))] = None
            case "replace" if data:
                data[draw(st.sampled_from(sorted(data)))] = draw(anything)
            case "wrap" if data:
                key = draw(st.sampled_from(sorted(data)))
                data[key] = draw(st.sampled_from([[data[key]], {"value": data[key]}, str(data[key]) + " "]))
            case "whole":
                return draw(anything)
    return data


def valid(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of a JSON Schema. Objects are composed here: the library's own way needs internals of older releases."""
    if "anyOf" in schema:
        return st.one_of([valid(option) for option in schema["anyOf"]])
    if schema.get("type") == "array" and schema["items"].get("type") == "object":
        fewest = schema.get("minItems", 0)
        return st.lists(valid(schema["items"]), min_size=fewest, max_size=fewest + 2)
    if schema.get("type") != "object":
        return from_schema(schema)
    if "patternProperties" in schema:
        ((pattern, value),) = schema["patternProperties"].items()
        return st.dictionaries(st.from_regex(pattern), valid(value), max_size=schema["maxProperties"] + 1)
    if "properties" not in schema:
        keys, value = from_schema({"type": "string", **schema["propertyNames"]}), valid(schema["additionalProperties"])
        return st.dictionaries(keys, value, max_size=schema.get("minProperties", 0) + 2)
    fields = {name: valid(field) for name, field in schema["properties"].items()}
    required = {name: fields.pop(name) for name in schema.get("required", [])}
    return st.fixed_dictionaries(required, optional=fields)


def requests(endpoint: Endpoint, real: list[dict[str, Any]]) -> st.SearchStrategy[Request]:
    """Requests to one callable: what its schema allows, and `real` ones mutated."""
    data = st.one_of(valid(request_schema(endpoint.request)), mutated(real), mutated(real))
    return st.builds(Request, st.just(endpoint.name), data, st.sampled_from(_CALLERS.get(endpoint.name, CALLERS)))


def every_value(endpoint: Endpoint, real: dict[str, Any]) -> Iterator[Request]:
    """Each field of a real request with each hostile value, sent by somebody who is let through to the handler.

    Not the fields that all requests have in common, which would be the same again for each callable.
    """
    shared = RequestModel.model_json_schema()["properties"]
    for field in (name for name in endpoint.request.model_json_schema()["properties"] if name not in shared):
        for value in (*STRINGS, *NUMBERS, *FLOATS, *OTHERS):
            yield Request(endpoint.name, {**real, field: value}, USUAL_CALLER[endpoint.name])
