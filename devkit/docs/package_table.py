"""The table of the packages that the items need, from the Dart package's pubspec.yaml."""

import re

from devkit.docs.markdown import table
from devkit.docs.words import Language, words
from devkit.errors import DevkitError
from devkit.kit.items import PACKAGE

_HEADS = {"en": ("package", "version", "for"), "ja": ("パッケージ", "バージョン", "用途")}
_DEPENDENCIES = re.compile(r"^dependencies:\n((?: .*\n)+)", flags=re.M)
_DEPENDENCY = re.compile(r"^  (\w+): \"?([^\"\n]+)\"?$", flags=re.M)


def packages(language: Language) -> str:
    """One row a package of pub.dev, with what it is for."""
    found = _DEPENDENCIES.search((PACKAGE / "pubspec.yaml").read_text(encoding="utf-8"))
    named = _DEPENDENCY.findall(found[1] if found else "")
    if not named:
        raise DevkitError("pubspec.yaml names no packages")
    used_for = words("kit")["packages"]
    if unknown := {name for name, _ in named} ^ set(used_for):
        raise DevkitError(f"pubspec.yaml and devkit/docs/words/kit.toml differ in {sorted(unknown)}")
    return table(_HEADS[language], [(f"`{name}`", f"`{version}`", used_for[name][language]) for name, version in named])
