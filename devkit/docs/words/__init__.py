"""The sentences of generated tables, each in English and Japanese, one TOML file for a kind of table."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal

Language = Literal["en", "ja"]


@cache
def words(name: str) -> Any:
    """The words of `<name>.toml`: tables whose leaves are `{en, ja}`."""
    with (Path(__file__).parent / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)
