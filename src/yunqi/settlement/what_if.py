"""What a month would come to if something were otherwise: the same computation over changed inputs. Pure.

An assumption is one line of text, `kind:subject=value`; nothing of it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import NoReturn

from yunqi.cases.adjudication import OPEN_QUESTIONS, QUESTIONS
from yunqi.cases.incident import IncidentFacts
from yunqi.kernel.clock import parse_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import parse_decimal, parse_yuan
from yunqi.kernel.period import Span, day_start
from yunqi.metering import Exclusion, Observation, Verdict
from yunqi.settlement.inputs import (
    EVERY_OBJECT,
    Adjudication,
    Inputs,
    LateDuty,
    ObjectEvidence,
    Occurrence,
    Payment,
    Reading,
)
from yunqi.settlement.readings import check_reading

ASSUMED = "what-if"
"""The id of what is only assumed, where a fact would have its own."""
_LINE = re.compile(r"(?P<kind>[a-z]+):(?P<subject>[^=]+?)(?:=(?P<value>.+))?", re.DOTALL)
_FINDING = re.compile(
    rf"(?P<event>.+?)\.(?P<question>{'|'.join(QUESTIONS)}|(?:{'|'.join(re.escape(one) for one in OPEN_QUESTIONS)}).+)"
)
_EVENTS = ("reported", "responded", "arrived", "located", "recovered")
NEVER, IN_TIME = "never", "in_time"
"""Of a duty: it is not done, or was done before it was late."""
_FLAGS = {"yes": True, "no": False}

KINDS: Mapping[str, str] = {
    "reading": "reading:fee_base=contract",
    "finding": "finding:INC-2026-0001.responsible=no",
    "time": "time:INC-2026-0001.recovered=2026-02-03 10:15",
    "cause": "cause:INC-2026-0001=交换机",
    "without": "without:INC-2026-0001",
    "down": "down:platform=2026-02-03 10:00/2026-02-03 12:00",
    "excluded": "excluded:*=2026-02-03 10:00/2026-02-03 12:00",
    "occurrence": "occurrence:complaint_count=3@2026-02-03 10:00",
    "paid": "paid:1=1000.00@2026-02-03",
    "trigger": "trigger:acceptance=2026-02-03",
    "late": "late:deliverable:1:2026-01=2026-02-09（或 never、in_time）",
    "flag": "flag:系统名称.important=yes",
    "share": "share:系统名称=0.25",
}
"""Every kind of assumption, with an example."""


def assume(inputs: Inputs, lines: Iterable[str], duties: Iterable[LateDuty] = ()) -> Inputs:
    """The inputs as if each line held, one after the other. `duties`: those with a day that lines may say something of
    though nobody was late with them.

    Raises `Problem` what_if.line, what_if.unknown, what_if.value and reading.code, reading.value.
    """
    named = {(one.key, one.choice) for one in inputs.late}
    others = tuple(one for one in duties if (one.key, one.choice) not in named)
    inputs = replace(inputs, late=(*inputs.late, *others))
    for line in lines:
        found = _LINE.fullmatch(line.strip())
        work = _WORK.get(found["kind"]) if found else None
        if found is None or work is None or (found["value"] is None) is not (found["kind"] == "without"):
            raise Problem(
                "what_if.line",
                "假设「{value}」无法识别",
                field="assume",
                value=line[:80],
                examples="；".join(KINDS.values()),
                way_out="应写作 种类:对象=值，例如：{examples}",
            )
        inputs = work(inputs, found["subject"].strip(), (found["value"] or "").strip())
    return replace(inputs, late=tuple(one for one in inputs.late if one.due_at <= (one.done_at or inputs.known_at)))


def _reading(inputs: Inputs, subject: str, value: str) -> Inputs:
    check_reading(subject, value)
    others = tuple(one for one in inputs.readings if one.code != subject)
    return replace(inputs, readings=(*others, Reading(subject, value, "", ASSUMED)))


def _finding(inputs: Inputs, subject: str, value: str) -> Inputs:
    said = _FINDING.fullmatch(subject)
    if said is None:
        _refuse("finding", subject)
    question = said["question"]
    incident = next((one for one in inputs.incidents if said["event"] in {one.id, one.number}), None)
    event = incident.id if incident else said["event"]
    others = tuple(one for one in inputs.adjudications if (one.event, one.question) != (event, question))
    return replace(inputs, adjudications=(*others, Adjudication(event, question, value, ASSUMED)))


def _time(inputs: Inputs, subject: str, value: str) -> Inputs:
    name, _dot, event = subject.rpartition(".")
    at = _instant("time", value)
    if event not in _EVENTS:
        _unknown(event, _EVENTS)
    return _change(inputs, name, lambda one: replace(one, times={**one.times, event: at}))


def _cause(inputs: Inputs, subject: str, value: str) -> Inputs:
    return _change(inputs, subject, lambda one: replace(one, root_cause=value))


def _without(inputs: Inputs, subject: str, _value: str) -> Inputs:
    incident = _incident(inputs, subject)
    return replace(inputs, incidents=tuple(one for one in inputs.incidents if one is not incident))


def _down(inputs: Inputs, subject: str, value: str) -> Inputs:
    down = Observation(_span("down", value), Verdict.DOWN)
    objects, found = list[ObjectEvidence](), False
    for one in inputs.objects:
        hit = subject in {one.object, one.name}
        objects.append(replace(one, observations=(*one.observations, down)) if hit else one)
        found = found or hit
    if not found:
        _unknown(subject, [one.name for one in inputs.objects])
    return replace(inputs, objects=tuple(objects))


def _excluded(inputs: Inputs, subject: str, value: str) -> Inputs:
    names = {one.name: one.object for one in inputs.objects}
    name = subject if subject == EVERY_OBJECT or subject in names.values() else names.get(subject)
    if name is None:
        _unknown(subject, [EVERY_OBJECT, *names])
    hole = Exclusion(ASSUMED, _span("excluded", value), ASSUMED, ASSUMED)
    return replace(inputs, exclusions=(*inputs.exclusions, (name, hole)))


def _occurrence(inputs: Inputs, subject: str, value: str) -> Inputs:
    figure, _at, when = value.partition("@")
    other = subject.removeprefix("other:") if subject.startswith("other:") else None
    index = int(other) - 1 if other is not None and other.isascii() and other.isdigit() else None
    measured = None if not figure.strip() else _number("occurrence", figure)
    number = sum(one.id.startswith(ASSUMED) for one in inputs.occurrences) + 1
    event = Occurrence(f"{ASSUMED}-{number}", subject, _instant("occurrence", when), measured, "", other_clause=index)
    return replace(inputs, occurrences=(*inputs.occurrences, event))


def _paid(inputs: Inputs, subject: str, value: str) -> Inputs:
    amount, _at, on = value.partition("@")
    if not (subject.isascii() and subject.isdigit()):
        _refuse("paid", subject)
    payment = Payment(int(subject), _day("paid", on), parse_yuan(amount), ASSUMED)
    return replace(inputs, payments=(*inputs.payments, payment))


def _trigger(inputs: Inputs, subject: str, value: str) -> Inputs:
    return replace(inputs, dates={**inputs.dates, subject: _day("trigger", value)})


def _late(inputs: Inputs, subject: str, value: str) -> Inputs:
    mine = [one for one in inputs.late if subject in {one.key, one.title}]
    if not mine:
        _unknown(subject, [one.key for one in inputs.late])
    if value == IN_TIME:
        return replace(inputs, late=tuple(one for one in inputs.late if one not in mine))
    done_at = None if value == NEVER else day_start(_day("late", value))
    pressed = {one.pressed_at for one in mine if one.pressed_at and (done_at is None or one.pressed_at <= done_at)}
    changed = [
        replace(one, done_at=done_at, pressed_at=one.pressed_at if one.pressed_at in pressed else None) for one in mine
    ]
    return replace(inputs, late=(*(one for one in inputs.late if one not in mine), *changed))


def _flag(inputs: Inputs, subject: str, value: str) -> Inputs:
    name, _dot, flag = subject.rpartition(".")
    if flag not in {"important", "internet_facing"} or value not in _FLAGS:
        _refuse("flag", f"{subject}={value}")
    return _system(inputs, name, **{flag: _FLAGS[value]})


def _share(inputs: Inputs, subject: str, value: str) -> Inputs:
    return _system(inputs, subject, fee_share=_number("share", value))


_WORK: Mapping[str, Callable[[Inputs, str, str], Inputs]] = {
    "reading": _reading,
    "finding": _finding,
    "time": _time,
    "cause": _cause,
    "without": _without,
    "down": _down,
    "excluded": _excluded,
    "occurrence": _occurrence,
    "paid": _paid,
    "trigger": _trigger,
    "late": _late,
    "flag": _flag,
    "share": _share,
}


def _incident(inputs: Inputs, name: str) -> IncidentFacts:
    found = next((one for one in inputs.incidents if name in {one.id, one.number}), None)
    if found is None:
        _unknown(name, [one.number for one in inputs.incidents])
    return found


def _change(inputs: Inputs, name: str, work: Callable[[IncidentFacts], IncidentFacts]) -> Inputs:
    incident = _incident(inputs, name)
    return replace(inputs, incidents=tuple(work(one) if one is incident else one for one in inputs.incidents))


def _system(inputs: Inputs, name: str, **change: object) -> Inputs:
    if not any(name in {one.id, one.name} for one in inputs.systems):
        _unknown(name, [one.name for one in inputs.systems])
    systems = (replace(one, **change) if name in {one.id, one.name} else one for one in inputs.systems)  # type: ignore[arg-type]
    return replace(inputs, systems=tuple(systems))


def _instant(kind: str, text: str) -> datetime:
    try:
        return parse_local(text.strip())
    except ValueError:
        _refuse(kind, text)


def _span(kind: str, text: str) -> Span:
    start, slash, end = text.partition("/")
    span = (_instant(kind, start), _instant(kind, end)) if slash else None
    if span is None or span[0] >= span[1]:
        _refuse(kind, text)
    return Span(*span)


def _day(kind: str, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        _refuse(kind, text)


def _number(kind: str, text: str) -> Fraction:
    try:
        return parse_decimal(text.strip())
    except ValueError:
        _refuse(kind, text)


def _refuse(kind: str, value: str) -> NoReturn:
    raise Problem(
        "what_if.value",
        "假设中的「{value}」不可用",
        field="assume",
        value=value[:80],
        example=KINDS[kind],
        way_out="请参照：{example}",
    )


def _unknown(value: str, known: Iterable[str]) -> NoReturn:
    raise Problem(
        "what_if.unknown",
        "本月的数据中没有「{value}」",
        field="assume",
        value=value[:80],
        known="、".join(list(known)[:10]) or "—",
        way_out="可用的有：{known}",
    )
