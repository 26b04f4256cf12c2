"""Contract bodies that describe critical events (A and B) in prose, worded before there was a reader of prose.

The truth stands in the margin, taken off before the text is read: `⟦A interruption; people >= 50000; joined or; at
第三条 1⟧` is an event; `⟦count B 2 year; remedy B terminate⟧` says how many have which consequence; a question mark
stands for what can't be understood and must be an open finding. Fault levels, classes of rooms, quotes of standards and
mere penalties stand there on purpose and are no events.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from tests.kits.obligations import Score

from yunqi.contract import read_contract

SETS = Path(__file__).parent
_NOTE = re.compile(r"⟦([^⟧]*)⟧")
_OPEN = "critical.not_read"


@dataclass
class Event:
    """An event of the truth: level and kind, its facts as words, and the article in which it stands."""

    name: str
    facts: set[str]
    article: str = ""


@dataclass
class Noted:
    """A text without its notes; the events that they say, the facts of each level, and the levels that stay open."""

    text: str
    events: list[Event] = field(default_factory=list)
    levels: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)


def load_first_figures() -> dict[str, dict[str, float]]:
    """By set: what was measured the first time."""
    found: dict[str, dict[str, float]] = yaml.safe_load((SETS / "figures.yaml").read_text("utf-8"))
    return found


def load_set(name: str) -> dict[str, Noted]:
    """The bodies of one set, by the name of the text."""
    return {path.stem: read_noted(path.read_text("utf-8")) for path in sorted((SETS / name).glob("*.txt"))}


def read_noted(noted: str) -> Noted:
    """A text without the notes in its margin, and what they say."""
    found = Noted(_NOTE.sub("", noted))
    for note in _NOTE.findall(noted):
        parts = [part.strip() for part in note.split(";")]
        if parts[0].startswith(("count", "remedy")):
            _put_levels(parts, found)
            continue
        article = next((part.removeprefix("at ") for part in parts if part.startswith("at ")), "")
        if parts[0].endswith("?"):
            found.open.add(parts[0][0])
            continue
        facts = {part for part in parts[1:] if not part.startswith(("at ", "joined and"))}
        found.events.append(Event(parts[0], facts, article))
    return found


def _put_levels(parts: list[str], found: Noted) -> None:
    counted = [part.split()[1] for part in parts if part.startswith("count")]
    for part in parts:
        words = part.split()
        if words[-1] == "?":
            found.open.add(words[1])
            words = words[:-1]
        if words[0] == "count":
            found.levels.add(" ".join(words))
            continue
        levels, said = ([words[1]], words[2:]) if words[1] in {"A", "B"} else (counted, words[1:])
        found.levels |= {f"remedy {level} {one}" for level in levels for one in said}


def measure_set(name: str) -> Score:
    """What is read in the bodies of one set: events found, missed and invented; as its times, the facts."""
    whole = Score()
    for title, noted in load_set(name).items():
        whole.add(_measure(title, noted, read_contract(noted.text.encode(), f"{title}.txt").model_dump(mode="json")))
    return whole


def _measure(title: str, noted: Noted, contract: dict[str, Any]) -> Score:
    score = Score()
    rows = list(contract["penalties"]["critical"])
    got = [Event(f"{one['level']} {one['type']}", set(_facts_of(one)), one["source"]["article"]) for one in rows]
    for event in noted.events:
        alike = [one for one in got if one.name == event.name]
        best = max(alike, key=lambda one: len(one.facts & event.facts), default=None)
        if best is None:
            score.missed.append(f"{title}: {event.name}")
            score.times_missed += [f"{title}: {event.name} {fact}" for fact in sorted(event.facts)]
            continue
        got.remove(best)
        score.found += 1
        _compare(f"{title}: {event.name}", event.facts, best.facts, score)
        if event.article and not best.article.startswith(event.article):
            score.misplaced.append(f"{title}: {event.name} in {best.article}, not in {event.article}")
    for one in got:
        score.extra.append(f"{title}: {one.name}")
        score.times_invented += [f"{title}: {one.name} {fact}" for fact in sorted(one.facts)]
    levels = {fact for row in rows for fact in _levels_of(row)}
    _compare(
        f"{title}:", {one for one in noted.levels if one.split()[1] in {row["level"] for row in rows}}, levels, score
    )
    opened = " ".join(one["message"] for one in contract["findings"] if one["code"] == _OPEN)
    unsaid = sorted(level for level in noted.open if f"{level} 级" not in opened)
    score.found += len(noted.open) - len(unsaid)
    score.missed += [f"{title}: {level} stays open" for level in unsaid]
    return score


def _compare(name: str, truth: set[str], got: set[str], score: Score) -> None:
    score.times += len(truth & got)
    score.times_missed += [f"{name} {fact}" for fact in sorted(truth - got)]
    score.times_invented += [f"{name} {fact}" for fact in sorted(got - truth)]


def _facts_of(row: dict[str, Any]) -> Iterator[str]:
    conditions = row["conditions"]
    lasts = row["duration"] or conditions.get("lasts")
    if lasts:
        yield f"duration {lasts['operator']} {lasts['count']} {lasts['unit']}"
    if "people" in conditions:
        yield f"people {conditions['people']['operator']} {conditions['people']['value']}"
    if "loss_fen" in conditions:
        yield f"loss {conditions['loss_fen']['operator']} {conditions['loss_fen']['value'] // 100}"
    if "systems" in conditions:
        yield f"count_systems {conditions['systems']['operator']} {conditions['systems']['value']}"
    if "systems_share" in conditions:
        share = conditions["systems_share"]
        most = f" to {_percent(share['max'])}" if "max" in share else ""
        yield f"systems {share['operator']} {_percent(share['value'])}{most}"
    if "not_handled_within" in conditions:
        handled = conditions["not_handled_within"]
        yield f"handled {handled['count']} {handled['unit']}"
    if row["joined"] == "or":
        yield "joined or"


def _percent(share: str) -> str:
    return f"{float(share) * 100:g}%"


def _levels_of(row: dict[str, Any]) -> Iterator[str]:
    count = row["count"]
    if count:
        yield f"count {row['level']} {count['count']}" + (f" {count['window']}" if count["window"] else "")
    for remedy in row["remedy"]:
        yield f"remedy {row['level']} {remedy}"
