"""Documents that operators write by hand: what is taken, what is reported, and that nothing else of them is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from common.alerts import Alert
from common.configuration import Configuration, Whole
from common.documents import Doc


class Tea(Configuration):
    """A kind of document, for the test."""

    cups: Whole
    hot: bool = True


class Ref:
    """A reference that knows its path."""

    path = "teas/sencha"


def doc(data: dict[str, Any] | None) -> Doc:
    return Doc(Ref(), data, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("cups", [2, 2.0])
def test_a_whole_number_may_be_written_as_a_double(cups: object) -> None:
    tea = Tea.of(doc({"cups": cups, "more": "of the app's own"}))
    assert tea is not None
    assert (tea.cups, type(tea.cups)) == (2, int)
    assert Tea.problems({"cups": cups}) == []


@pytest.mark.parametrize("cups", [2.5, "2", True, None, [2], float("nan"), float("inf")])
def test_nothing_else_is_a_whole_number(cups: object) -> None:
    assert [field for field, _ in Tea.problems({"cups": cups})] == ["cups"]
    assert Tea.of(doc({"cups": cups})) is None


def test_null_means_absent() -> None:
    tea = Tea.of(doc({"cups": 1, "hot": None}))
    assert tea is not None
    assert tea.hot


def test_what_is_not_there_is_no_slip(capfd: pytest.CaptureFixture[str]) -> None:
    assert Tea.of(doc(None)) is None
    assert capfd.readouterr().err == ""


def test_a_slip_is_told_with_document_and_field_but_without_what_stands_there(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert Tea.of(doc({"cups": "pasted by mistake", "hot": "very much so"})) is None
    written = capfd.readouterr().err
    lines = [json.loads(line) for line in written.splitlines()]
    assert [(line["severity"], line["message"], line["document"], line["field"]) for line in lines] == [
        ("ERROR", Alert.CONFIGURATION_INVALID, "teas/sencha", "cups"),
        ("ERROR", Alert.CONFIGURATION_INVALID, "teas/sencha", "hot"),
    ]
    assert all(line["problem"] for line in lines)
    assert "pasted" not in written
    assert "very much" not in written


def test_everything_wrong_is_listed_with_the_id() -> None:
    class Plain(Tea):
        """With an id of a certain form."""

        id_type = int

    assert [field for field, _ in Plain.problems({"hot": 1}, "not an int")] == ["cups", "hot", "id"]
