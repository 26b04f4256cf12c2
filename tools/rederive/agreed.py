"""What the parties agreed and found, as known at one instant: readings from the registers, findings from the facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .chain import Ledger

Register = Mapping[str, Any]


def holds_at(row: Register, at: str, known: str) -> bool:
    """Whether a register's row holds at an instant, as known at another."""
    over = row["valid_until"] is not None and row["valid_until"] <= at
    return bool(row["valid_from"] <= at and not over and row["recorded_at"] <= known)


def agreed_answers(registers: Register, at: str, known: str) -> dict[str, str]:
    """What the parties agreed that open points mean; the last word on each."""
    said: dict[str, Register] = {}
    for one in sorted(registers["readings"], key=lambda row: (row["recorded_at"], row["id"])):
        if holds_at(one, at, known):
            said[one["code"]] = one
    return {code: str(one["value"]) for code, one in said.items() if one["value"] is not None}


def changed_answers(registers: Register, start: str, end: str, known: str) -> dict[str, list[tuple[str, str | None]]]:
    """The points about which not the same was agreed from `start` to `end`: the last instant of each part, and what
    held in it (None: nothing).
    """
    edges = {start}
    for one in registers["readings"]:
        if one["recorded_at"] <= known:
            edges |= {at for at in (one["valid_from"], one["valid_until"]) if at is not None and start < at < end}
    parts: dict[str, list[tuple[str, str | None]]] = {}
    starts = sorted(edges)
    codes = {str(one["code"]) for one in registers["readings"]}
    for at, until in zip(starts, [*starts[1:], end], strict=True):
        said = agreed_answers(registers, at, known)
        for code in codes:
            parts.setdefault(code, []).append((until, said.get(code)))
    return {code: mine for code, mine in parts.items() if len({value for _until, value in mine}) > 1}


def found_answers(ledger: Ledger, known: str) -> dict[str, str]:
    """The findings that both parties confirmed or the administration decided, from their facts: `question@event`."""
    final = [one for state, one in findings_at(ledger, known) if state in {"confirmed", "decided"}]
    # A finding may be of several events; what was found of one of them by itself stands.
    together = {f"{one['question']}@{event}": str(one["answer"]) for one in final for event in one.get("events") or ()}
    return together | {f"{one['question']}@{one['event']}": str(one["answer"]) for one in final if "events" not in one}


def frozen_lines(ledger: Ledger, known: str) -> frozenset[str]:
    """The lines of penalties, as `month#line`, about which a dispute is open."""
    return frozenset(
        str(one["event"])
        for state, one in findings_at(ledger, known)
        if one.get("question") == "disputed" and state in {"proposed", "half_confirmed", "contested"}
    )


def findings_at(ledger: Ledger, known: str) -> list[tuple[str, dict[str, Any]]]:
    """Each finding with how it stood at an instant."""
    cases: dict[str, dict[str, Any]] = {}
    states: dict[str, str] = {}
    for one in ledger.facts:
        kind, _dot, _event = str(one["kind"]).partition(".")
        if kind != "adjudication" or one["recorded_at"] > known:
            continue
        cases.setdefault(one["subject"], {}).update(one["payload"].get("data") or {})
        states[one["subject"]] = one["payload"].get("state") or "proposed"
    return [(states[name], data) for name, data in cases.items()]


@dataclass(frozen=True)
class SystemFlags:
    """An information system with its flags and its share of the price, as far as they are registered."""

    id: str
    important: bool | None
    internet_facing: bool | None
    fee_share: Fraction | None


def systems_at(registers: Register, data: Register, at: str, known: str) -> list[SystemFlags]:
    """The systems that the contract names (all, where it names none) with their flags."""
    flags: dict[str, dict[str, str]] = {}
    for one in sorted(registers["flags"], key=lambda row: (row["recorded_at"], row["id"])):
        if holds_at(one, at, known):
            flags.setdefault(one["system"], {})[one["name"]] = one["value"]
    named = {one["name"] for one in data.get("systems") or ()}
    yes_no = {"yes": True, "no": False}
    found = []
    for system in registers["systems"]:
        if named and system["name"] not in named:
            continue
        mine = {name: value for name, value in flags.get(system["id"], {}).items() if value is not None}
        share = mine.get("fee_share")
        found.append(
            SystemFlags(
                system["id"],
                yes_no.get(mine.get("important", "")),
                yes_no.get(mine.get("internet_facing", "")),
                None if share is None else Fraction(share),
            )
        )
    return found
