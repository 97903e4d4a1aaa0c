"""Documents that operators write by hand: a model for each kind, and the one way to read them.

Whoever meets a slip is refused, and nothing is written; the operator gets a line of severity ERROR that names the
document and the field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError, model_validator

from common import log
from common.alerts import Alert
from common.documents import Doc

Problem = tuple[str, str]
"""A field, and what is wrong with it, for people."""


def _whole(value: Any) -> Any:
    """An integer that some clients write as a double. 5000.7 is none."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]
"""A whole number, as an integer or as a double. No text and no boolean counts as one."""


class Configuration(BaseModel):
    """Base of the models. What a model does not name is left to the app; null means absent."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    id_type: ClassVar[Any] = str
    """What its id must be, for somebody to be able to name it in a call."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, data: Any) -> Any:
        return {name: value for name, value in data.items() if value is not None}

    @classmethod
    def of(cls, doc: Doc) -> Self | None:
        """The document, typed. ``None`` if it is not there, or if it cannot be used, which is reported."""
        if doc.data is None:
            return None
        try:
            return cls.model_validate(doc.data)
        except ValidationError as error:
            for field, problem in _listed(error):
                invalid(doc.ref.path, field, problem)
        return None

    @classmethod
    def problems(cls, data: Mapping[str, Any], id_: str | None = None) -> list[Problem]:
        """What is wrong with a document of these fields, and of this id if it is given. Empty when it is good."""
        checks = [partial(cls.model_validate, data)]
        if id_ is not None:
            checks.append(partial(TypeAdapter(cls.id_type).validate_python, id_))
        return [problem for check in checks for problem in _problems_of(check)]


def invalid(path: str, field: str, problem: str) -> None:
    """Tell the operator of a slip in a document."""
    log.error(Alert.CONFIGURATION_INVALID, document=path, field=field, problem=problem)


def _problems_of(check: Callable[[], object]) -> list[Problem]:
    try:
        check()
    except ValidationError as error:
        return _listed(error)
    return []


def _listed(error: ValidationError) -> list[Problem]:
    # The values are left out: whatever was pasted into a field stays out of the logs.
    listed = error.errors(include_url=False, include_context=False, include_input=False)
    return [(".".join(map(str, each["loc"])) or "id", each["msg"]) for each in listed]
