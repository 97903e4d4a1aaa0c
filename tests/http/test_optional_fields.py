"""What is not given: null and "" stand for it in every field of every callable, because FlutterFlow sends them so."""

from __future__ import annotations

from functools import partial
from itertools import cycle
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from common.callable import Endpoint
from common.typed_values import plain
from devkit.docs.schema import request_schema
from tests.http.client import CALLABLES, HttpClient, endpoints
from tests.http.failures import failure, inline_failure
from tests.http.honest_requests import honest_requests
from tests.http.hostile_requests import USUAL_CALLER, valid
from tests.support.calls import reason_of, refused
from tests.support.driver import Driver
from tests.support.points import CUSTOMER, STORE, staff_of

ENDPOINTS = endpoints()
NOT_GIVEN = [None, ""]
FIELDS = [(name, field) for name in CALLABLES for field in ENDPOINTS[name].request.model_fields]
UIDS = {"buyer": CUSTOMER, "consultant": "imecon-1", "staff": staff_of(STORE)}


def parsed(endpoint: Endpoint, data: dict[str, Any]) -> Any:
    """The request that the handler gets, or which of its fields are refused."""
    try:
        return endpoint.request.model_validate(plain(data))
    except ValidationError as error:
        return [(item["loc"], item["type"]) for item in error.errors()]


def required(name: str, field: str) -> bool:
    return ENDPOINTS[name].request.model_fields[field].is_required()


def models_in(annotation: Any) -> set[type[BaseModel]]:
    """The models that a field's type is made of, and those of their fields."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields.values()
        return {annotation}.union(*(models_in(field.annotation) for field in fields))
    return set().union(*map(models_in, get_args(annotation)))


PARTS = sorted(
    {part for name in CALLABLES for part in models_in(ENDPOINTS[name].request) - {ENDPOINTS[name].request}},
    key=lambda part: part.__name__,
)


def problems(part: type[BaseModel], data: dict[str, Any]) -> list[Any]:
    try:
        part.model_validate(data)
    except ValidationError as error:
        return [(item["loc"], item["type"]) for item in error.errors()]
    return []


def without(data: dict[str, Any], *spellings: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in spellings}


@pytest.mark.parametrize(("name", "field"), FIELDS)
@settings(max_examples=5, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_null_and_the_empty_text_are_read_as_if_the_field_were_absent(name: str, field: str, data: Any) -> None:
    endpoint = ENDPOINTS[name]
    alias = str(endpoint.request.model_fields[field].alias)
    schema = request_schema(endpoint.request)
    others = data.draw(valid({**schema, "properties": without(schema["properties"], alias), "required": []}))
    absent = parsed(endpoint, others)
    value = data.draw(valid(schema["properties"][alias]))
    for spelling, other in ((field, alias), (alias, field)):
        for nothing in NOT_GIVEN:
            assert parsed(endpoint, {**others, spelling: nothing}) == absent
            if field != alias:
                once = parsed(endpoint, {**others, spelling: value})
                assert parsed(endpoint, {**others, spelling: value, other: nothing}) == once


@pytest.mark.parametrize("part", PARTS)
def test_so_they_are_in_each_part_of_a_list_or_map_that_is_sent(part: type[BaseModel]) -> None:
    for name, field in part.model_fields.items():
        for spelling in (name, str(field.alias)):
            for nothing in NOT_GIVEN:
                assert problems(part, {spelling: nothing}) == problems(part, {}), spelling


@pytest.mark.parametrize("part", PARTS)
def test_what_is_no_field_of_such_a_part_is_refused_also_when_it_is_empty(part: type[BaseModel]) -> None:
    for nothing in NOT_GIVEN:
        assert (("unheardOf",), "extra_forbidden") in problems(part, {"unheardOf": nothing})


@pytest.mark.parametrize(("name", "field"), [pair for pair in FIELDS if required(*pair)])
def test_a_required_field_is_missing_then(name: str, field: str) -> None:
    for nothing in NOT_GIVEN:
        assert ((ENDPOINTS[name].request.model_fields[field].alias,), "missing") in parsed(
            ENDPOINTS[name], {field: nothing}
        )


@pytest.mark.parametrize("name", CALLABLES)
def test_an_unknown_field_is_refused_also_when_it_is_empty(name: str) -> None:
    for nothing in NOT_GIVEN:
        assert (("unheardOf",), "extra_forbidden") in parsed(ENDPOINTS[name], {"unheardOf": nothing})


def test_an_honest_request_with_everything_else_left_empty_reaches_its_handler(driver: Driver) -> None:
    """It may be refused for what is stored, but not as a request."""
    states = ("used", "completed", "used", "active")
    consultations = [driver.brought_to(status, f"buyer-{number}") for number, status in enumerate(states)]
    real, nothing = honest_requests(driver, consultations, CUSTOMER), cycle(NOT_GIVEN)
    for name in CALLABLES:
        request, fields = real[name][0], ENDPOINTS[name].request.model_fields
        left = {
            str(field.alias): next(nothing) for key, field in fields.items() if not {key, field.alias} & set(request)
        }
        uid = UIDS.get(USUAL_CALLER[name], USUAL_CALLER[name])
        answered = reason_of(partial(driver.call, name, {**request, **left}, uid, admin=uid == "admin"))
        assert answered != "INVALID_ARGUMENT", name


def test_a_purchase_without_a_type_and_a_room_is_the_usual_one(driver: Driver) -> None:
    left = {"ticketType": "", "amount": "", "currency": None, "chatRoomId": "", "sessionId": "", "metadata": ""}
    bought = driver.call("createPaymentIntent", {"imeconId": "imecon-1", **left}, "buyer")
    ticket = driver.db.document(f"tickets/{bought['ticket_id']}").get().to_dict() or {}
    assert ticket["type"] == "dm_consultation"
    assert (ticket["session_id"], ticket["metadata"]) == (None, {})


def test_a_map_keeps_its_empty_texts_and_no_nulls(driver: Driver) -> None:
    metadata = {"note": "", "screen": None, "from": "list"}
    bought = driver.call("createPaymentIntent", {"imeconId": "imecon-1", "metadata": metadata}, "buyer")
    ticket = driver.db.document(f"tickets/{bought['ticket_id']}").get().to_dict() or {}
    assert ticket["metadata"] == {"note": "", "from": "list"}


def test_blanks_are_a_text_like_any_other(driver: Driver) -> None:
    with refused("INVALID_ARGUMENT"):
        driver.purchase(chatRoomId=" ")


@pytest.mark.usefixtures("fresh")
class TestInlineErrors:
    """Read before the request is parsed as well, so that a request that cannot be parsed is answered as asked."""

    @pytest.mark.parametrize("nothing", NOT_GIVEN)
    @pytest.mark.parametrize("spelling", ["inlineErrors", "inline_errors"])
    def test_left_empty_they_are_off(self, http: HttpClient, spelling: str, nothing: Any) -> None:
        assert failure(http.call("endConsultation", {"chatRoomId": "u1.x", spelling: nothing}, "u1")).reason
        assert failure(http.call("endConsultation", {spelling: nothing}, "u1")).reason == "INVALID_ARGUMENT"

    @pytest.mark.parametrize("nothing", NOT_GIVEN)
    @pytest.mark.parametrize("spelling", ["inlineErrors", "inline_errors"])
    def test_asked_for_in_one_spelling_they_are_on(self, http: HttpClient, spelling: str, nothing: Any) -> None:
        both = {"inlineErrors": nothing, "inline_errors": nothing, spelling: True}
        answer = http.call("endConsultation", {"chatRoomId": "u1.x", **both}, "u1")
        assert inline_failure(answer).reason == "ROOM_NOT_FOUND"
        assert inline_failure(http.call("endConsultation", both, "u1")).reason == "INVALID_ARGUMENT"
