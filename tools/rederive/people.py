"""The people of a contract and its protected periods, from the facts alone; and the grounds of a statement once more.

Source: the articles on staff of a contract; its critical breaches and levels that ask for a protected period.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .calendar_time import month_bounds, months_on, read_instant
from .chain import Ledger
from .month_case import Incident, MonthCase
from .seen import Seen

CONFIRMED, WITHDRAWN = "confirmed", "withdrawn"
DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九十")} | {"两": 2}
UNITS = {"工作日": "working_day", "自然日": "day", "日": "day", "天": "day", "小时": "hour", "分钟": "minute"}
REPLACED_WITHIN = rf"(\d+|[一二两三四五六七八九十]+)[个]?({'|'.join(UNITS)})(?:之|以)?内"
MET, NOT_MET, UNKNOWN, OPEN = "met", "not_met", "unknown", "open"


@dataclass(frozen=True)
class Entry:
    """An entry of a logbook as it stood when the statement was made."""

    title: str
    at: datetime
    state: str
    said: Mapping[str, Any]


def entries_of(ledger: Ledger, kind: str, known: str) -> list[Entry]:
    """The entries of one kind that were not withdrawn."""
    first: dict[str, Mapping[str, Any]] = {}
    later: dict[str, list[Mapping[str, Any]]] = {}
    for one in ledger.facts:
        noun, _dot, event = str(one["kind"]).partition(".")
        if noun != kind or str(one["recorded_at"]) > known:
            continue
        if event == "opened":
            first[one["subject"]] = one["payload"]
        else:
            later.setdefault(one["subject"], []).append({**one["payload"], "event": event})
    found = []
    for name, payload in first.items():
        said, state = dict(payload["data"]), ""
        for step in sorted(later.get(name, ()), key=lambda one: int(one["no"])):
            said |= {**step["data"], step["event"]: step["at"]}
            state = step["state"]
        if state != WITHDRAWN:
            found.append(Entry(payload["title"], read_instant(payload["at"]), state, said))
    return found


def is_protected(case: MonthCase, seen: Seen, incident: Incident) -> bool | None:
    """Whether an incident touched a period that both parties confirmed; else not known, unless the register is all."""
    begun = seen.when(incident, "occurred") or incident.opened_at
    ended = seen.when(incident, "recovered") or incident.times.get("closed")
    for one in entries_of(case.ledger, "protected_period", case.known_text) if case.ledger else ():
        start, end = one.at, read_instant(one.said["until"])
        if one.state == CONFIRMED and begun < end and (begun >= start or ended is None or ended > start):
            return True
    return False if case.known_of("guarantee.calendar", incident.opened_at) == "register" else None


def is_outside(row: Mapping[str, Any], case: MonthCase, seen: Seen, incident: Incident) -> bool:
    """Whether a critical row asks for a protected period, and the incident surely touched none."""
    asked = (row.get("conditions") or {}).get("guarantee_period") and row.get("joined") != "or"
    return bool(asked) and is_protected(case, seen, incident) is False


def compute_grounds(case: MonthCase, given: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """How each ground of a statement stands, by its code, from the words that it cites and the facts; one whose words
    say no such limit, or several, is left out.
    """
    found = {}
    for one in given:
        words = re.sub(r"\s+", "", str((one.get("source") or {}).get("text") or ""))
        state = _state(case, str(one["code"]), words)
        if state is not None:
            found[str(one["code"])] = state
    return found


def _state(case: MonthCase, code: str, words: str) -> str | None:
    if code == "heads":
        return _heads(case, _number(words, r"连续({n})个月"))
    if code == "breaches":
        limit, beyond = (
            _number(words, r"(?:累计|合计|共)\D{0,6}?({n})(?:次|起|人次)"),
            "超过" in words and "以上" not in words,
        )
        return _cases(case, limit, beyond=beyond)
    if code == "key_staff":
        return _key_staff(case)
    if code == "replacement":
        return _replacement(case, words)
    if code == "change":
        left = [one for one in _entries(case, "staff_member") if one.state == "left" and "agree" not in one.said]
        return OPEN if any(read_instant(one.said["leave"]) < case.end_at for one in left) else NOT_MET
    return None


def _entries(case: MonthCase, kind: str) -> list[Entry]:
    return entries_of(case.ledger, kind, case.known_text) if case.ledger else []


def _number(words: str, pattern: str) -> int:
    found = re.search(pattern.replace("{n}", r"\d+|[一二两三四五六七八九十]+"), words)
    text = "0" if found is None else found[1]
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return DIGITS[text]
    return (DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0)


def _cases(case: MonthCase, limit: int, *, beyond: bool) -> str:
    past = [one for one in _entries(case, "staff_breach") if one.at < case.end_at]
    sure = sum(one.state == CONFIRMED for one in past)
    needed = limit + 1 if beyond else limit
    return MET if sure >= needed else UNKNOWN if len(past) >= needed else NOT_MET


def _key_staff(case: MonthCase) -> str:
    planned = {
        one["subject"]: one["payload"]
        for one in case.ledger.of_kind("shift.planned", case.known_text)
        if one["payload"]["post"] == "protection"
    } if case.ledger else {}  # fmt: skip
    taken = {one["subject"] for one in case.ledger.of_kind("shift.taken", case.known_text)} if case.ledger else set()
    unnamed = absent = False
    for one in _entries(case, "protected_period"):
        start, end = one.at, read_instant(one.said["until"])
        if one.state != CONFIRMED or end > case.end_at:
            continue
        there = {
            shift["person_name"]
            for name, shift in planned.items()
            if name in taken and read_instant(shift["start_at"]) < end and read_instant(shift["end_at"]) > start
        }
        named = set(one.said.get("key_staff") or ())
        unnamed = unnamed or not named
        absent = absent or bool(named - there)
    return OPEN if absent else UNKNOWN if unnamed else NOT_MET


def _replacement(case: MonthCase, words: str) -> str | None:
    """Whether anybody who was to be replaced within the month's end had to be by then, and was not in time."""
    sentences = [one for one in re.split("[。；;]", words) if re.search("更换.{0,24}?(?:人员|人选|经理|工程师)", one)]
    limits = {match for one in sentences for match in re.findall(REPLACED_WITHIN, one)[:1]}
    if len(limits) != 1:
        return None
    count, unit = limits.pop()
    within = {"count": _number(count, "({n})"), "unit": UNITS[unit]}
    for one in _entries(case, "staff_request"):
        if one.at >= case.end_at:
            continue
        try:
            due_at = case.calendar.late_from(one.at, within)
        except LookupError:
            continue
        done = read_instant(one.said["replace"]) if one.state == "replaced" else None
        if due_at <= case.end_at and (done is None or done >= due_at):
            return MET
    return NOT_MET


def _heads(case: MonthCase, needed: int) -> str:
    last = date.fromisoformat(f"{case.name}-01")
    months = [f"{months_on(last, -less):%Y-%m}" for less in range(needed)]
    sheets = {
        one.said["month"]: set(one.said.get("present") or ())
        for one in _entries(case, "attendance")
        if one.state == CONFIRMED
    }
    by_role: dict[str, list[bool | None]] = {}
    together: list[bool | None] = []
    roles = {one.said["role"] for one in _entries(case, "staff_promise") if one.state == CONFIRMED}
    ever: set[str] = set()
    for month in months:
        promised = _promised(case, month)
        ever |= set(promised)
        for role in roles:
            short = _short(case, {role: promised[role]}, sheets.get(month), month) if role in promised else False
            by_role.setdefault(role, []).append(short)
        together.append(_short(case, promised, sheets.get(month), month) if promised else False)
    if not ever:
        return UNKNOWN
    counted = [_joined(by_role[role]) for role in ever]
    each = MET if MET in counted else UNKNOWN if UNKNOWN in counted else NOT_MET
    total, agreed = _joined(together), case.known.get("staff.count")
    if agreed in {"role", "total"}:
        return each if agreed == "role" else total
    return each if each == total else OPEN


def _promised(case: MonthCase, month: str) -> dict[str, int]:
    """What was promised of each role at the first instant of a month."""
    start = month_bounds(month)[0]
    standing = [one for one in _entries(case, "staff_promise") if one.state == CONFIRMED and one.at <= start]
    return {one.said["role"]: int(one.said["count"]) for one in sorted(standing, key=lambda one: one.at)}


def _short(case: MonthCase, promised: Mapping[str, int], came: set[str] | None, month: str) -> bool | None:
    if came is None:
        return None
    start, end = month_bounds(month)
    here = [
        one
        for one in _entries(case, "staff_member")
        if one.at < end and (one.state != "left" or read_instant(one.said["leave"]) > start)
    ]
    counted = len(came & {one.title for one in here if one.said["role"] in promised})
    strangers = len(came - {one.title for one in here})
    wanted = sum(promised.values())
    return False if counted >= wanted else True if counted + strangers < wanted else None


def _joined(months: list[bool | None]) -> str:
    return MET if all(months) else NOT_MET if False in months else UNKNOWN
