"""The page and the actions for apps that sell licences and day passes name what there is: calls, fields, codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import main as deployed
from checkout.answers import Guidance
from checkout.return_page import checkoutPage
from checkout.states import Status
from common import params
from common.errors import all_reasons
from devkit.process import ROOT
from tests.support import dart
from tests.support.pages import codes, dart_files, section, table, text, without_code

PAGE = ROOT / "docs" / "checkout-for-apps.md"
JAPANESE = ROOT / "docs" / "checkout-for-apps.ja.md"
ACTIONS = dart_files(section(PAGE, "The actions"))
FUNCTIONS = ("createCheckoutSession", "confirmCheckout", "cancelCheckout", "getDevice", "restoreLicense")
each_action = pytest.mark.parametrize("file", ACTIONS.values(), ids=list(ACTIONS))


def code_of(*files: Path) -> str:
    return "\n".join(text(file) for file in files)


def answered(*functions: str) -> set[str]:
    """The fields of the functions' answers."""
    return {name for function in functions for name in getattr(deployed, function).__kippu__.response.model_fields}


def test_the_actions_make_every_call_of_a_device_with_what_it_accepts() -> None:
    called = dart.calls(code_of(*ACTIONS.values()))
    assert sorted(name for name, _ in called) == sorted(FUNCTIONS)
    for name, fields in called:
        dart.assert_accepted(name, fields)


@each_action
def test_an_action_reads_only_fields_that_are_answered(file: Path) -> None:
    read = set(re.findall(r"(?<!queryParameters)\['(\w+)'\]", text(file)))
    assert read <= answered(*FUNCTIONS) | {"error", "reason", "message"}


@each_action
def test_an_action_is_the_one_public_function_of_its_file_and_says_what_it_does(file: Path) -> None:
    public = re.findall(r"^(?:Future<\w+>|String) ([a-z]\w*)\(", text(file), flags=re.M)
    assert [re.sub(r"(?=[A-Z])", "_", name).lower() for name in public] == [file.stem]
    assert re.search(rf"^/// .*\n(///.*\n)*\S+ {public[0]}\(", text(file), flags=re.M)
    # FlutterFlow's custom code takes neither.
    assert not re.search(r"\bextension\b|\w+<T\b", text(file))


def test_a_page_is_opened_in_a_browser_of_the_system() -> None:
    modes = set(re.findall(r"LaunchMode\.(\w+)", code_of(*ACTIONS.values())))
    assert modes == {"inAppBrowserView"}


def test_there_is_a_text_for_each_guidance_and_for_no_other() -> None:
    assert re.findall(r"case '(\w+)':", text(ACTIONS["guidance_text"])) == list(Guidance)
    listed = {codes(code)[0]: status for code, status, _ in table(section(PAGE, "What to say"), "guidance")}
    assert list(listed) == list(Guidance)
    assert set(listed.values()) - {"any"} <= set(Status)


def test_both_pages_name_the_same() -> None:
    english, japanese = ({*codes(without_code(page))} for page in (PAGE, JAPANESE))
    assert japanese == english


def test_the_picture_names_functions_and_fields_that_exist() -> None:
    (picture,) = re.findall(r"```mermaid\n(.*?)```", text(PAGE), flags=re.DOTALL)
    said = re.findall(r"App->>Kippu: (\w+): (.*)", picture)
    assert [name for name, _ in said] == ["createCheckoutSession", "confirmCheckout", "getDevice"]
    for name, fields in said:
        assert set(fields.split(", ")) <= set(getattr(deployed, name).__kippu__.request.model_fields), name
    told = {field for fields in re.findall(r"Kippu-->>App: (.*)", picture) for field in fields.split(", ")}
    assert told <= answered(*FUNCTIONS)
    assert f"Kippu: {checkoutPage.__name__}: settles" in picture


def test_reasons_parameters_and_fields_that_the_page_names_exist() -> None:
    prose = codes(re.sub(r"```.*?```", "", text(PAGE), flags=re.DOTALL))
    capitals = {code for code in prose if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", code)}
    assert capitals <= {reason.name for reason in all_reasons()} | {name for name in vars(params) if name.isupper()}
    fields = {code for code in prose if re.fullmatch(r"[a-z]+(_[a-z]+)+", code)}
    sent = {name for each in FUNCTIONS for name in getattr(deployed, each).__kippu__.request.model_fields}
    assert fields <= answered(*FUNCTIONS) | sent | set(Guidance) | {"app_links", "url_launcher"}
