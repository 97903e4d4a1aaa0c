"""How a field of a request or an answer is typed, read and written in Dart."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union

from pydantic import AwareDatetime, BaseModel
from pydantic.alias_generators import to_camel

_SIMPLE = {bool: "bool", int: "int", str: "String", datetime: "DateTime", AwareDatetime: "DateTime"}


@dataclass(frozen=True)
class Field:
    """A field of a class: its name on the wire, and what it holds."""

    wire: str
    hint: Any
    required: bool

    @property
    def name(self) -> str:
        """Its name in Dart."""
        return to_camel(self.wire)

    @property
    def kind(self) -> Any:
        """What it holds when it holds something."""
        return _bare(self.hint)[0]

    @property
    def may_be_null(self) -> bool:
        """So may every time of an answer: a text that is none must not throw."""
        return not self.required or _bare(self.hint)[1] or self.kind is datetime

    @property
    def about(self) -> str:
        """What its type does not say: the texts it may be, or what is in a map."""
        kind, arguments = self.kind, typing.get_args(self.kind)
        if typing.get_origin(kind) is dict:
            return f"A map of {_type(arguments[1])}."
        options = [member.value for member in kind] if _is(kind, Enum) else arguments
        texts = [value for value in options if isinstance(value, str)]
        return f"One of {', '.join(texts)}." if len(texts) > 1 else ""

    @property
    def type(self) -> str:
        """Its type in Dart. A map is `dynamic`, which is FlutterFlow's JSON, and takes null by itself."""
        found = _type(self.hint)
        return f"{found}?" if self.may_be_null and found != "dynamic" else found

    @property
    def read(self) -> str:
        """How it is read from the map `data`. Whatever is there, it does not throw."""
        return _read(f"data['{self.wire}']", self.hint)

    @property
    def written(self) -> str:
        """How it is written into a map."""
        given = f"{self.name}!" if self.type.endswith("?") else self.name
        written = _written(given, self.hint)
        return self.name if written == given else written

    @property
    def is_given(self) -> str:
        """The condition for sending it; nothing where it always is."""
        if self.required:
            return ""
        return f"{self.name} != null" + (f" && {self.name} != ''" if self.type == "String?" else "")


def request_fields(model: type[BaseModel]) -> list[Field]:
    """A request's fields, or those of a part of one."""
    return [Field(field.alias or name, model_hints(model)[name], field.is_required()) for name, field in _of(model)]


def answer_fields(model: type[BaseModel]) -> list[Field]:
    """An answer's fields, or those of a part of one: one of each name, where two spellings of it are answered."""
    hints = model_hints(model)
    found = [Field(field.alias or name, hints[name], required=True) for name, field in _of(model)]
    return list({field.name: field for field in reversed(found)}.values())[::-1]


def model_hints(model: type[BaseModel]) -> dict[str, Any]:
    """The annotations of a model's fields."""
    return {name: field.annotation for name, field in model.model_fields.items()}


def parts(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The models inside a model, at any depth."""
    for hint in model_hints(model).values():
        for part in _models_of(hint):
            yield part
            yield from parts(part)


def _of(model: type[BaseModel]) -> Any:
    return model.model_fields.items()


def _models_of(hint: Any) -> Iterator[type[BaseModel]]:
    if _is(hint, BaseModel):
        yield hint
    for argument in typing.get_args(hint):
        yield from _models_of(argument)


def _is(kind: Any, base: type) -> bool:
    return isinstance(kind, type) and issubclass(kind, base)


def _bare(hint: Any) -> tuple[Any, bool]:
    """A hint without `Annotated` and without `None`, and whether it may be `None`."""
    if typing.get_origin(hint) is Annotated:
        return _bare(typing.get_args(hint)[0])
    if typing.get_origin(hint) not in (Union, UnionType):
        return hint, False
    (only,) = (option for option in typing.get_args(hint) if option is not NoneType)
    return _bare(only)[0], True


def _type(hint: Any) -> str:
    kind = _bare(hint)[0]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is list:
        return f"List<{_type(arguments[0])}>"
    if origin is Literal:
        return _SIMPLE[type(arguments[0])]
    if _is(kind, BaseModel):
        return str(kind.__name__)
    if origin is dict:
        return "dynamic"
    return "String" if _is(kind, Enum) else _SIMPLE[kind]


def _read(value: str, hint: Any) -> str:
    kind, may_be_null = _bare(hint)
    match _type(hint):
        case "String":
            return (
                f"{value} == null || {value} == '' ? null : '${{{value}}}'" if may_be_null else f"'${{{value} ?? ''}}'"
            )
        case "int":
            # Through the text: no number throws, 5000.0 is 5000, and the web's numbers look the same.
            return f"int.tryParse('${{{value}}}'.split('.').first)" + ("" if may_be_null else " ?? 0")
        case "bool":
            return f"{value} is bool ? {value} : null" if may_be_null else f"{value} == true"
        case "DateTime":
            return f"DateTime.tryParse('${{{value}}}')"
        case "dynamic":
            return _read_map(value, kind)
        case found if found.startswith("List<"):
            item = _read("item", typing.get_args(kind)[0])
            if may_be_null:
                return f"{value} is List ? [for (final item in {value}) {item}] : null"
            return f"[for (final item in {value} is List ? {value} : const []) {item}]"
        case model:
            return f"{value} is Map ? {model}.fromJson({value}) : null" if may_be_null else f"{model}.fromJson({value})"


def _read_map(value: str, kind: Any) -> str:
    entry = _read("entry.value", typing.get_args(kind)[1])
    entries = f"{{for (final entry in {value}.entries) '${{entry.key}}': {entry}}}"
    return f"{value} is Map ? {entries} : const {{}}"


def wrapped(expression: str, indent: int) -> str:
    """An expression over some lines: the parts of a choice, and what a list or map is made of."""
    if expression[0] in "[{":
        return _wrapped_elements(expression, indent)
    condition, _, choice = expression.partition(" ? ")
    given, _, otherwise = choice.rpartition(" : ")
    line = "\n" + " " * (indent + 4)
    given = _wrapped_elements(given, indent + 6) if given[0] == "{" else given
    return f"{condition}{line}? {given}{line}: {otherwise}"


def _wrapped_elements(collection: str, indent: int) -> str:
    loop, _, element = collection[1:-1].partition(") ")
    line = "\n" + " " * indent
    return f"{collection[0]}{line}  {loop}){line}    {element},{line}{collection[-1]}"


def _written(value: str, hint: Any) -> str:
    kind = _bare(hint)[0]
    if kind is AwareDatetime:
        return f"{value}.toUtc().toIso8601String()"
    if typing.get_origin(kind) is dict and _is(part := typing.get_args(kind)[1], BaseModel):
        item = f"entry.value is {part.__name__} ? entry.value.toJson() : entry.value"
        return f"{{for (final entry in {value}.entries) entry.key: {item}}}"
    if typing.get_origin(kind) is list and (item := _written("item", typing.get_args(kind)[0])) != "item":
        return f"[for (final item in {value}) {item}]"
    return f"{value}.toJson()" if _is(kind, BaseModel) else value
