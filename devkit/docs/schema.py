"""JSON Schemas of the callables, for docs/schemas/ and for the tables of docs/api.md."""

import json
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from common.callable import Endpoint
from common.messages import RequestModel

NULL = {"type": "null"}


class _Untitled(GenerateJsonSchema):
    """Without the titles pydantic makes up from names: they say nothing."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def schema_file(endpoint: Endpoint) -> str:
    """The file of one callable."""
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": endpoint.name,
        "description": "#/$defs/request is the call's data, #/$defs/response a successful answer. Every property of "
        "the request may also be sent in snake_case (imeconId as imecon_id), in one of the two spellings.",
        "$defs": {"request": request_schema(endpoint.request), "response": json_schema(endpoint.response)},
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def request_schema(model: type[RequestModel]) -> Any:
    """A request's schema with what also stands for something optional that is not given: null, and "" for a field."""
    schema = json_schema(model)
    for name, spec in schema["properties"].items():
        if name not in schema.get("required", ()):
            about = {key: spec.pop(key) for key in ("default", "description") if key in spec}
            given = [_with_null_entries(option) for option in spec.get("anyOf", [spec]) if option != NULL]
            schema["properties"][name] = {"anyOf": [*given, NULL, {"const": "", "type": "string"}], **about}
    return schema


def _with_null_entries(spec: dict[str, Any]) -> dict[str, Any]:
    if "patternProperties" not in spec:
        return spec
    entries = {pattern: {"anyOf": [value, NULL]} for pattern, value in spec["patternProperties"].items()}
    return {**spec, "patternProperties": entries}


def json_schema(model: type[BaseModel]) -> Any:
    """A model's schema in one piece: models inside it are written where they stand."""
    mode: Any = "validation" if issubclass(model, RequestModel) else "serialization"
    schema = model.model_json_schema(schema_generator=_Untitled, mode=mode)
    return _inlined(schema, schema.pop("$defs", {}))


def _inlined(value: Any, defs: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_inlined(item, defs) for item in value]
    if not isinstance(value, dict):
        return value
    own = {key: _inlined(item, defs) for key, item in value.items() if key != "$ref"}
    return {**_inlined(defs[value["$ref"].rpartition("/")[2]], defs), **own} if "$ref" in value else own
