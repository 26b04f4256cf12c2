"""Whether a measured value meets a service level; 以下 and 不超过 include the limit.

Source: 民法典 第1259条.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from yunqi.contract.terms import compare, number
from yunqi.kernel.units import is_exact_unit, to_minutes

LevelState = Literal["met", "breached", "unknown"]


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of a value: that it lies within [low, high]; both are equal where it is known exactly."""

    low: Fraction
    high: Fraction


def limit_of(level: Mapping[str, Any]) -> Fraction | None:
    """The threshold; times in minutes, shares as fractions. None where the contract leaves it open."""
    threshold, unit = number(level.get("threshold")), level.get("unit")
    if threshold is None or not is_exact_unit(unit):
        return threshold
    return to_minutes(threshold, str(unit))


def judge_level(level: Mapping[str, Any], measured: Measured | None) -> LevelState:
    """Met or breached where every value within the bounds is; else unknown, as without a measurement or a threshold."""
    limit = limit_of(level)
    if measured is None or limit is None:
        return "unknown"
    outcomes = {compare(level["operator"], value, limit) for value in (measured.low, measured.high)}
    if len(outcomes) > 1:
        return "unknown"
    return "met" if outcomes.pop() else "breached"


def applies_to(level: Mapping[str, Any], flags: Mapping[str, bool | None], down: bool | None) -> bool | None:
    """Whether the level's condition holds for a system and an incident; None where a flag is not known.

    `flags` holds `important` and `internet_facing`, and under its own code what else was found to hold or not
    (`level_3`, `serious_fault`, `working_hours` …); `down` says whether the object was down.
    """
    condition = level.get("condition")
    if condition is None:
        return True
    known = {
        "important_system": flags.get("important"),
        "internet_facing": flags.get("internet_facing"),
        "down": down,
        "not_down": None if down is None else not down,
        "not_important_system": _denied(flags.get("important")),
        "not_internet_facing": _denied(flags.get("internet_facing")),
    }
    return known[condition] if condition in known else flags.get(condition)


def _denied(flag: bool | None) -> bool | None:
    return None if flag is None else not flag


def judge(clause: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """A level and `{value}` or `{low, high}` -> its state."""
    low, high = number(facts.get("low", facts.get("value"))), number(facts.get("high", facts.get("value")))
    measured = None if low is None or high is None else Measured(low, high)
    return {"state": judge_level(clause, measured)}
