"""What FlutterFlow has to be told of an item, and what its outcomes mean, for the pages of both languages."""

import re
from typing import Any

from devkit.docs.markdown import table
from devkit.docs.signatures import Argument, Signature, signature
from devkit.docs.words import Language, words
from devkit.errors import DevkitError
from devkit.kit.items import Item, items

_HEADS = {
    "en": {
        "arguments": ("argument", "type", "may be empty", "meaning"),
        "outcomes": ("outcome", "then"),
        "returns": "Returns {type}",
        "nothing": "Returns nothing",
        "yes": "yes",
        "no": "no",
        "action": "Action, given `{given}`",
        "needs": "Needs {names}.",
        "kind": {
            "actions": "**Custom action.** ",
            "widgets": "**Custom widget.** ",
            "functions": "**Custom function.** ",
        },
    },
    "ja": {
        "arguments": ("引数", "型", "空でもよい", "意味"),
        "outcomes": ("outcome", "画面の動き"),
        "returns": "戻り値: {type}",
        "nothing": "戻り値なし",
        "yes": "はい",
        "no": "いいえ",
        "action": "Action(`{given}` を渡す)",
        "needs": "必要なアイテム: {names}",
        "kind": {
            "actions": "**カスタムアクション**: ",
            "widgets": "**カスタムウィジェット**: ",
            "functions": "**カスタム関数**: ",
        },
    },
}


def item_table(item: Item, language: Language) -> str:
    """What the item is and does, its arguments, what it returns, its outcomes, and which items it needs."""
    own = words("kit")["items"].get(item.name)
    if not own:
        raise DevkitError(f"{item.name} has no words in devkit/docs/words/kit.toml")
    says: Any = _HEADS[language]
    declared = signature(item)
    rows = [_row(item, each, says, language) for each in declared.arguments]
    outcomes = [(f"`{name}`", text[language]) for name, text in own.get("outcomes", {}).items()]
    parts = [
        says["kind"][item.kind] + own[language],
        table(says["arguments"], rows) if rows else "",
        "" if item.kind == "widgets" else _returns(declared, own, says, language),
        table(says["outcomes"], outcomes) if outcomes else "",
        _needs(item, says),
    ]
    return "\n\n".join(part for part in parts if part)


def _needs(item: Item, says: Any) -> str:
    """Which items its code calls, with their places on the page: whoever pastes it pastes these as well."""
    code = re.sub(r"//.*", "", item.snippet)
    names = [each.name for each in items() if each.name != item.name]
    called = [name for name in names if re.search(rf"\b{name}\(", code)]
    return says["needs"].format(names=", ".join(f"[{name}](#{name.lower()})" for name in called)) if called else ""


def _row(item: Item, argument: Argument, says: Any, language: Language) -> tuple[str, ...]:
    given = words("kit")
    meaning = given["items"][item.name].get("arguments", {}).get(argument.name) or given["arguments"].get(argument.name)
    if not meaning:
        raise DevkitError(f"{argument.name} of {item.name} has no words in devkit/docs/words/kit.toml")
    kind = says["action"].format(given=argument.given) if argument.given else argument.type
    return f"`{argument.name}`", kind, says["yes" if argument.nullable else "no"], meaning[language]


def _returns(declared: Signature, own: Any, says: Any, language: Language) -> str:
    what = says["returns"].format(type=declared.returns) if declared.returns else says["nothing"]
    more = own.get("returns", {}).get(language, "")
    if not more:
        return f"{what}{'。' if language == 'ja' else '.'}"
    return f"{what}。{more}" if language == "ja" else f"{what}: {more}"
