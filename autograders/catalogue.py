"""The catalogue of mistakes: a number that stays, and what to tell a student."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Entry:
    number: int
    name: str
    explanation: str
    hint: str


@cache
def catalogue() -> dict[int, Entry]:
    """All entries by number."""
    text = files("autograders").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return {entry["number"]: Entry(**entry) for entry in tomllib.loads(text)["mistake"]}
