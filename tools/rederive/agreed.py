"""What the parties agreed and found, as known at one instant: readings from the registers, findings from the facts."""

from __future__ import annotations

from collections.abc import Mapping
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
