"""A month with force majeure: what it excuses is left out while proof may still come, and falls away without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from yunqi.kernel.clock import render_local
from yunqi.kernel.words import _
from yunqi.settlement.amended import bound_by_texts, compute_by_texts
from yunqi.settlement.excused import covers, excuse
from yunqi.settlement.inputs import Inputs, Suspension
from yunqi.settlement.model import OpenPoint, Statement, TraceNode
from yunqi.settlement.readings import render_question
from yunqi.settlement.sides import leave_between, leave_open, say_reach

LATE_PROOF = "force_majeure.late_proof"
"""The reading of what proof that came late, or not at all, does to the relief, where the contract does not say."""
PROOF = "evidence.proof:"
"""What is still to come: proof within its time, or the other party's answer to it; by number."""
RELIEF, NONE = "relief", "none"
Standing = Literal["stands", "waits", "open", "falls"]
MANY = "evidence.proofs"
"""More of them are undecided than can be worked out in every way together."""
_MOST = 5


def judge_suspension(one: Suspension, known_at: datetime) -> Standing:
    """Whether a suspension excuses as known at an instant: it `stands`; `waits` for proof or for the answer to it;
    is `open`, where proof lacks and the contract does not say what follows; or `falls` away.

    Source: 民法典 第590条 (proof within a reasonable time); the contract's article on force majeure.
    """
    due_at = one.proof_due_at
    if due_at is None or (one.proved_at is not None and one.proved_at < due_at):
        return "stands"
    in_time = one.unanswered_at is not None and one.unanswered_at < due_at
    if in_time or (one.proved_at is None and known_at < due_at):
        return "waits"
    return "falls" if one.needs_proof else "open"


def compute_statement(inputs: Inputs) -> Statement:
    """The month's statement.

    Where a reading, a finding or evidence lacks, the statement is provisional and shows what each answer would cost:
    so does a month within which an agreement begins that changes its outcome, and one with force majeure whose proof
    is still to come. With more of that than can be worked out in every way, each is shown alone, and it is said whether
    both bounds are reached or are outer ones, which no way to answer goes beyond.

    Raises `Problem` month.not_over before the month's end (as known), month.outside_term, and reading.code or
    reading.value for a reading that answers nothing.
    """
    known = {one.code: one.value for one in inputs.readings}
    found = [(one, judge_suspension(one, inputs.known_at)) for one in inputs.suspensions]
    answers = {LATE_PROOF: known[LATE_PROOF]} if LATE_PROOF in known else {}
    asked: dict[str, Suspension] = {}
    for one, standing in found:
        code = _code_of(one, standing)
        if code is not None and code not in answers:
            asked.setdefault(code, one)
    if len(asked) > _MOST:
        return _play_some(inputs, found, asked, answers)
    return _play(inputs, found, asked, answers)


def _play_some(
    inputs: Inputs, found: list[tuple[Suspension, Standing]], asked: Mapping[str, Suspension], answers: dict[str, str]
) -> Statement:
    """The statement with all relief granted, and of each point what it changes alone.

    Not every way to answer them together is worked out, and neither relief nor its lack always costs less: the bounds
    are those of all that any way may make at once (`possible`), and an open point of its own says what they are.
    """
    all_granted = answers | dict.fromkeys(asked, RELIEF)
    none_granted = answers | dict.fromkeys(asked, NONE)
    shown, refused = (_play(inputs, found, asked, one) for one in (all_granted, none_granted))
    points: list[OpenPoint] = []
    made = [shown, refused]
    for code, one in asked.items():
        alone = _play(inputs, found, asked, all_granted | {code: NONE})
        open_ = _ask(code, {RELIEF: shown, NONE: alone}, one)
        points += open_.open_points[:1] if open_ is not shown else ()
        made += [alone, _play(inputs, found, asked, none_granted | {code: RELIEF})]
    undecided = [one for one, standing in found if _code_of(one, standing) in asked]
    excused = [one for one, standing in found if one not in undecided and _is_excused(one, standing, answers)]
    bounds = bound_by_texts(excuse(inputs, excused), undecided)
    many = OpenPoint.model_construct(
        code=MANY,
        question=render_question(MANY) + say_reach(bounds, made),
        kind="evidence",
        subjects=tuple(one.number for one in asked.values()),
        choices=(),
        source=None,
    )
    return leave_between(inputs, shown, bounds, (many, *points))


def _code_of(one: Suspension, standing: Standing) -> str | None:
    return {"waits": f"{PROOF}{one.number}", "open": LATE_PROOF}.get(standing)


def _play(
    inputs: Inputs, found: list[tuple[Suspension, Standing]], asked: Mapping[str, Suspension], answers: dict[str, str]
) -> Statement:
    code = next((code for code in asked if code not in answers), None)
    if code is None:
        excused = [one for one, standing in found if _is_excused(one, standing, answers)]
        return _with_traces(compute_by_texts(excuse(inputs, excused)), inputs, excused)
    sides = {choice: _play(inputs, found, asked, {**answers, code: choice}) for choice in (RELIEF, NONE)}
    return _ask(code, sides, asked[code])


def _ask(code: str, sides: Mapping[str, Statement], one: Suspension) -> Statement:
    kind: Literal["reading", "evidence"] = "reading" if code == LATE_PROOF else "evidence"
    return leave_open(code, kind, sides, shown=RELIEF, subject=one.number, source=one.source)


def _is_excused(one: Suspension, standing: Standing, answers: Mapping[str, str]) -> bool:
    if standing == "waits":
        return answers[f"{PROOF}{one.number}"] == RELIEF
    return standing == "stands" or (standing == "open" and answers[LATE_PROOF] == RELIEF)


def _with_traces(made: Statement, inputs: Inputs, excused: Sequence[Suspension]) -> Statement:
    """The statement with what was excused and why, under its penalty: nothing is left out in silence."""
    nodes = dict(made.trace)
    for one in excused:
        if one.span.intersect(inputs.month.span) is None:
            continue
        numbers = [each.number for each in inputs.incidents if covers(inputs, one, each)]
        nodes[f"suspension.{one.id}"] = TraceNode(
            id=f"suspension.{one.id}",
            label=_("不可抗力 {number}", number=one.number),
            value=_(
                "{start} 至 {end} 不计入", start=render_local(one.span.start_at), end=render_local(one.span.end_at)
            ),
            formula=_("期间发生的事件不计：{numbers}", numbers="、".join(numbers)) if numbers else "",
            source=None if one.source is None else dict(one.source),
            facts=one.facts,
        )
    added = tuple(name for name in nodes if name not in made.trace)
    if added:
        penalty = nodes["penalty"]
        nodes["penalty"] = penalty.model_copy(update={"children": (*penalty.children, *added)})
    return made.model_copy(update={"trace": nodes}) if added else made
