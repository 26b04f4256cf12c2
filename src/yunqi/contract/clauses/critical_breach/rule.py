"""Whether an event is a critical breach of level A or B, as far as figures can tell; the rest is adjudicated.

Source: the table of critical breaches (附件1); 以上 includes the number (民法典 第1259条).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from yunqi.contract.conditions import ALWAYS, NEVER, NO, YES, Condition, all_of, codes_of, needs, resolve
from yunqi.contract.terms import compare, duration_minutes, number

LOCAL_CODES = ("critical.", "responsible")
RESPONSIBLE = "responsible"


def row_code(row: Mapping[str, Any]) -> str:
    """The question that settles a row's impact: `critical.B.interruption`."""
    return f"critical.{row.get('level')}.{row.get('type')}"


def match_critical(row: Mapping[str, Any], facts: Mapping[str, Any]) -> tuple[Condition, dict[str, tuple[str, ...]]]:
    """When the event is one of this row, and the answers that each code may have.

    `facts`: `type`, `minutes` (how long, None: not known), `important` (flag or None), `people`, `loss_fen`
    (adjudicated or None). The
    provider's main responsibility is always a finding.
    """
    if row.get("type") != facts.get("type"):
        return NEVER, {}
    limit, minutes = duration_minutes(row.get("duration")), number(facts.get("minutes"))
    if limit is not None and minutes is not None and not compare(_operator(row.get("duration")), minutes, limit):
        return NEVER, {}
    impact = _impact(row, facts)
    if limit is not None and minutes is None:
        impact = needs(row_code(row), YES)
    condition = all_of(needs(RESPONSIBLE, YES), impact)
    return condition, dict.fromkeys(codes_of(condition), (YES, NO))


def _operator(duration: Mapping[str, Any] | None) -> str:
    return str((duration or {}).get("operator") or ">=")


def _impact(row: Mapping[str, Any], facts: Mapping[str, Any]) -> Condition:
    # Figures that are known may settle the row; whatever is not known or not a figure is one question to the parties.
    conditions = row.get("conditions") or {}
    known: list[bool | None] = []
    for name, fact in (("people", "people"), ("loss_fen", "loss_fen")):
        limit, value = _limit(conditions, name), number(facts.get(fact))
        if limit is not None:
            known.append(None if value is None else compare(limit[0], value, limit[1]))
    if row.get("joined") == "or":
        # How long it lasted may be one of the alternatives; no figure says which part of the systems was down.
        lasts, minutes = conditions.get("lasts"), number(facts.get("minutes"))
        least = duration_minutes(lasts)
        if least is not None:
            known.append(None if minutes is None else compare(_operator(lasts), minutes, least))
        known += [None for name in ("systems_share", "systems") if name in conditions]
        # What no figure can settle stays a question: whether an interruption is one of the platform, of an important
        # system.
        known += [
            False if facts.get("important") is False else None for _ in (0,) if conditions.get("important_system")
        ]
        known += [None for _ in (0,) if conditions.get("system_interrupted") and not conditions.get("important_system")]
        if any(known):
            return ALWAYS
        if known and all(answer is False for answer in known):
            return NEVER
    if row.get("joined") == "and" and any(answer is False for answer in known):
        return NEVER
    return needs(row_code(row), YES)


def _limit(conditions: Mapping[str, Any], name: str) -> tuple[str, Fraction] | None:
    found = conditions.get(name, conditions.get(f"{name}_min"))
    if isinstance(found, Mapping):
        value = number(found.get("value", found.get("min")))
        return None if value is None else (str(found.get("operator") or found.get("min_operator") or ">="), value)
    value = number(found) if isinstance(found, int | str) and not isinstance(found, bool) else None
    return None if value is None else (">=", value)


def count_needed(rows: Sequence[Mapping[str, Any]], level: str) -> tuple[int, str | None] | None:
    """How many events of a level make the breach, and within which window (None: the contract does not say); None
    without a count.
    """
    for row in rows:
        count = row.get("count") or {}
        needed = number(count.get("count")) if isinstance(count, Mapping) else number(count)
        if row.get("level") == level and needed is not None:
            return int(needed), count.get("window") if isinstance(count, Mapping) else None
    return None


def judge(clause: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """`{row}` or `{rows, level}` with an event, or `{confirmed, possible}` counts -> whether it applies."""
    if "confirmed" in facts:
        needed = count_needed(clause["rows"], facts["level"])
        if needed is None:
            return {"state": "no_count"}
        confirmed, possible = int(facts["confirmed"]), int(facts.get("possible", 0))
        state = "applies" if confirmed >= needed[0] else "may_apply" if confirmed + possible >= needed[0] else "not"
        return {"state": state, "needed": needed[0]}
    condition, _ = match_critical(clause["row"], facts)
    left = resolve(condition, {str(code): str(answer) for code, answer in (facts.get("answers") or {}).items()})
    state = "applies" if left == ALWAYS else "not" if left == NEVER else "needs_adjudication"
    return {"state": state, "needs": list(codes_of(left))}
