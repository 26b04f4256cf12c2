"""Held-out contract bodies: worded by a second person who had not seen the patterns that find obligations. The truth
stands in the margin of the text itself, taken off before it is read.

A note `⟦@第六条 2; incident.respond 20 minute, 30 minute; training; report.stage?⟧` says of the lines before it: in
this article stand these kinds, with these figures; a kind with `?` is a matter of taste and counts neither way. What
has no note owes nothing that the catalogue knows: rights, definitions, negations, quotes of law and penalties stand
there on purpose, and so do duties that the other party owes (who owes a kind is fixed by the catalogue).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from tests.kits.obligations import Score, measure

from yunqi.contract import read_contract
from yunqi.contract.obligations import FoundObligation, find_obligations
from yunqi.kernel.errors import Problem

SETS = Path(__file__).parent / "heldout"
_NOTE = re.compile(r"⟦@(?P<article>[^;⟧]+)(?P<kinds>[^⟧]*)⟧")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass
class Noted:
    """A text as a contract's file would have it, its truth in the form of `measure`, and the matters of taste."""

    text: str
    truth: dict[str, Any] = field(default_factory=dict)
    either: set[str] = field(default_factory=set)


def load_first_figures() -> dict[str, dict[str, float]]:
    """By set: what was measured before the patterns had seen it."""
    found: dict[str, dict[str, float]] = yaml.safe_load((SETS / "figures.yaml").read_text("utf-8"))
    return found


def load_set(name: str) -> dict[str, Noted]:
    """The bodies of one set, by the name of the text."""
    return {path.stem: read_noted(path.read_text("utf-8")) for path in sorted((SETS / name).glob("*.txt"))}


def read_noted(noted: str) -> Noted:
    """A text without the notes in its margin, and what they say: kind → article and figures."""
    found = Noted(_NOTE.sub("", noted))
    for note in _NOTE.finditer(noted):
        for words in filter(None, (part.strip() for part in note["kinds"].split(";"))):
            code, _, figures = words.partition(" ")
            if code.endswith("?"):
                found.either.add(code.removesuffix("?"))
                continue
            said = found.truth.setdefault(code, {"article": note["article"], "limits": []})
            for figure in filter(None, (one.strip() for one in figures.split(","))):
                _put(said, figure)
    return found


def _put(said: dict[str, Any], figure: str) -> None:
    if figure.endswith(" times"):
        said["times"] = int(figure.removesuffix(" times"))
    elif _DAY.fullmatch(figure):
        said["by_on"] = figure
    else:
        said["limits"].append(figure)


def _read(text: str, file_name: str) -> tuple[FoundObligation, ...]:
    """What is found in a text; nothing where it is refused, so that all that it says is missed."""
    try:
        return find_obligations(read_contract(text.encode(), file_name).model_dump(mode="json"))
    except Problem:
        return ()


def measure_set(name: str) -> Score:
    """What is found in the bodies of one set against their truth."""
    whole = Score()
    for title, noted in load_set(name).items():
        found = _read(noted.text, f"{title}.txt")
        of_taste = noted.either - noted.truth.keys()
        whole.add(measure(title, noted.truth, [one for one in found if one.kind.code not in of_taste]))
    return whole
