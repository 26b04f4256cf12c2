"""Turns a statement into the words and figures that its documents show; pure, shared by all its documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from yunqi.contract.catalogue import load_catalogue
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import decimal_text
from yunqi.kernel.words import _
from yunqi.reports import figures, words
from yunqi.reports.names import Names, amount_choice
from yunqi.reports.statement_money import view_offset, view_penalty, view_reading
from yunqi.settlement.grounds import state_word
from yunqi.settlement.model import Candidate, IncidentLine, LevelResult, Statement, TraceNode

View = dict[str, Any]

_SUMMED_UP = 3
_FEE_BASES = frozenset({"contract", "system_share", "line"})

_LEVEL_ORDER = ("breached", "open", "unknown", "met", "not_due")
_CANDIDATE_ORDER = ("chosen", "frozen", "proposed", "needs_adjudication", "needs_reading", "not_gravest")


def read_statement(data: Mapping[str, Any]) -> Statement:
    """The statement in `data` (extra keys beside it are allowed); raises `Problem` report.data naming the field."""
    known = {key: data[key] for key in data if key in Statement.model_fields}
    try:
        return Statement.model_validate(known)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise Problem(
            "report.data",
            "结算数据的字段「{name}」缺失或无法识别：{reason}",
            field=field,
            name=field,
            reason=first["msg"],
            way_out="请用 yunqi month close 重新生成结算数据",
        ) from error


def view_statement(data: Mapping[str, Any]) -> View:
    """Everything the documents of a statement show, as text."""
    statement = read_statement(data)
    names = Names(statement)
    levels = [view_level(level, names) for level in sort_by_state(statement.levels, _LEVEL_ORDER)]
    ordered = sort_by_state(statement.candidates, _CANDIDATE_ORDER)
    candidates = [view_candidate(item, names) for item in ordered]
    view: View = {
        "contract": view_contract(statement.contract),
        "month": figures.month(statement.month),
        "month_span": figures.month_span(statement.month),
        "made_at": statement.known_at,
        "known_at": figures.local(statement.known_at),
        "provisional": statement.provisional,
        "provisional_text": provisional_text(statement),
        "sample": statement.sample,
        "sample_text": "样例数据：" + ("；".join(statement.sample_labels) or "未注明来源") if statement.sample else "",
        "levels": levels,
        "delivery": [_delivery(line.model_dump()) for line in statement.delivery],
        "delivery_total": figures.yuan(sum(line.total_fen or 0 for line in statement.delivery)),
        "incidents": [view_incident(incident, names) for incident in statement.incidents],
        "candidates": candidates,
        "penalty": view_penalty(statement),
        "grounds": [
            {
                "title": item.title,
                # Of a ground, met is what alarms.
                "code": "breached" if item.state == "met" else item.state,
                "state": state_word(item.state),
                "detail": item.detail or figures.NONE,
                "clause": figures.cite(item.source),
            }
            for item in statement.grounds
        ],
        "offset": [view_offset(item) for item in statement.offset],
        "instalments": [
            {
                "no": str(item.no),
                "amount": figures.yuan(item.amount_fen),
                "trigger": words.trigger_word(item.trigger),
                "due": figures.day(item.due_on),
                "code": item.state,
                "state": words.instalment_state_word(item.state),
                "notice": item.notice or figures.NONE,
                "clause": figures.cite(item.source),
            }
            for item in statement.instalments
        ],
        "open_points": [
            {
                "no": str(number),
                "code": point.code,
                "ask": point.kind,
                "kind": words.open_kind_word(point.kind),
                "question": names.show(point.question),
                "subjects": names.show_all(point.subjects),
                "choices": [names.show(view_alternative(choice)) for choice in point.choices],
                "items": [{**item, "amount": amount_choice(item)} for item in point.items],
                "clause": figures.cite(point.source),
            }
            for number, point in enumerate(statement.open_points, 1)
        ],
        "titles": statement.titles,
        "readings": [view_reading(reading) for reading in statement.readings],
        "trace": view_trace(statement),
    }
    view["summary"] = _summary(statement, names)
    return view


def sort_by_state(items: Sequence[Any], order: tuple[str, ...]) -> list[Any]:
    """The items with what matters first, otherwise in their order."""
    return sorted(items, key=lambda item: order.index(item.state))


def view_contract(contract: Mapping[str, Any]) -> View:
    """The contract's number, title and parties; parties may stand in `parties` or beside the number."""
    parties, term = _mapping(contract.get("parties")), _mapping(contract.get("term"))

    def party(role: str) -> str:
        value = parties.get(role) or contract.get(role) or figures.NONE
        return str(value.get("name") if isinstance(value, Mapping) else value)

    start, end = term.get("start_on") or contract.get("start_on"), term.get("end_on") or contract.get("end_on")
    total = contract.get("total_fen")
    return {
        "number": str(contract.get("number") or figures.NONE),
        "title": str(contract.get("title") or figures.NONE),
        "using_unit": party("using_unit"),
        "provider": party("provider"),
        "term": f"{figures.day(start)}至{figures.day(end)}" if start and end else figures.NONE,
        "total": f"{figures.yuan(total)} 元" if isinstance(total, int) else figures.NONE,
    }


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def provisional_text(statement: Statement) -> str:
    """Why the statement can't be signed yet, or nothing."""
    if not statement.provisional:
        return ""
    if not statement.open_points:
        return "暂定：尚有待定事项，双方确认前不得签署"
    return f"暂定：尚有 {len(statement.open_points)} 项待约定、待认定或待补证据，全部确定前不得签署"


def view_level(level: LevelResult, names: Names) -> View:
    """One service level: the rule with its operator, what was measured, the verdict and where it stands."""
    operator = words.operator_word(level.operator, duration=figures.is_duration(level.unit))
    return {
        "metric": words.metric_word(level.metric),
        "title": level.title,
        "object": words.object_word(level.object),
        "rule": f"{operator}{figures.level_value(level.metric, level.unit, level.threshold)}",
        "measured": figures.level_value(level.metric, level.unit, level.measured),
        "code": level.state,
        "state": words.level_state_word(level.state),
        "alternatives": view_outcomes(level),
        "events": names.show_all(level.events),
        "node": level.node,
        "clause": figures.cite(level.source),
        "quote": figures.quote(level.source),
        "sample": level.sample,
    }


def view_outcomes(level: LevelResult) -> list[str]:
    """What a level comes to under each choice of an open point; choices with one outcome stand on one line."""
    # A label names the window first, then the object; windows with the same objects are said together.
    outcomes: dict[str, dict[str, list[str]]] = {}
    for item in level.alternatives:
        shown = figures.level_value(level.metric, level.unit, item.get("measured"))
        outcome = f"实测 {shown}，{words.level_state_word(item.get('state', ''))}"
        window, _comma, subject = str(item.get("label") or item.get("choice") or "").partition("、")
        outcomes.setdefault(outcome, {}).setdefault(window, []).append(subject)
    lines = []
    for outcome, windows in outcomes.items():
        together: dict[str, list[str]] = {}
        for window, subjects in windows.items():
            together.setdefault("、".join(subject for subject in subjects if subject), []).append(window)
        named = ["、".join(same) + (f"（{subjects}）" if subjects else "") for subjects, same in together.items()]
        lines.append(f"{'；'.join(named)}：{outcome}")
    return lines


def view_amounts(candidate: Candidate) -> list[str]:
    """What a candidate would cost if it held, under each choice."""
    if len(candidate.alternatives) == 1 and candidate.alternatives[0].get("choice") in _FEE_BASES:
        amount = amount_choice(candidate.alternatives[0])
        return [f"如成立：{amount}"] if amount else []
    return [view_alternative(item) for item in candidate.alternatives]


def view_alternative(item: Mapping[str, Any]) -> str:
    """One choice of an open point on a line: what is chosen, then what it comes to."""
    head = str(item.get("label") or item.get("choice") or "")
    amount = amount_choice(item)
    return f"{head}：{amount}" if amount else head


def _delivery(line: Mapping[str, Any]) -> View:
    bundle = line["bundle_no"]
    shown = {key: figures.quantity(line[key]) for key in ("contracted", "burst_average")}
    shown |= metered_quantities(line, figures.quantity)
    return shown | {
        "no": str(line["no"]),
        "name": line["name"],
        "unit": line_unit(line["unit"], line["item"]),
        "unit_price": figures.quantity(line["unit_price"]),
        "total": figures.yuan(line["total_fen"]) if bundle is None else f"含于第 {bundle} 行",
    }


def metered_quantities(line: Mapping[str, Any], show: Callable[[str], str] = str) -> dict[str, str]:
    """What was delivered on average, at most and at the month's end; said in words where nothing was metered then.

    >>> metered_quantities({"average": None, "peak": "8", "at_end": "4"})
    {'average': '未计量', 'peak': '8', 'at_end': '4'}
    """
    keys = ("average", "peak", "at_end")
    return {key: _("未计量") if line[key] is None else show(line[key]) for key in keys}


def line_unit(unit: str | None, item: str | None) -> str:
    """A price line's unit; where the contract has no such column, the one that the item is counted in.

    >>> line_unit(None, "compute.vcpu"), line_unit("套", "compute.vcpu"), line_unit(None, None)
    ('核', '套', '—')
    """
    if unit:
        return unit
    catalogue = load_catalogue()
    return catalogue.item(item).unit if item is not None and item in catalogue else figures.NONE


def view_incident(incident: IncidentLine, names: Names) -> View:
    """One incident with its clocks and events."""
    return {
        "number": incident.number,
        "title": incident.title,
        "system": incident.system or figures.NONE,
        "opened_at": figures.local(incident.opened_at),
        "outage": figures.minutes(incident.outage_minutes),
        "sample": incident.sample,
        "clocks": [view_clock(clock, names) for clock in incident.clocks],
        "events": [figures.event(event) for event in incident.events],
    }


def view_clock(clock: Mapping[str, Any], names: Names) -> View:
    """One clock: from what and when it started, how long it ran, its limit and the verdict."""
    start_event = str(clock.get("start_event") or "")
    state = str(clock.get("state") or "")
    condition = words.condition_word(str(clock.get("condition") or ""))
    others = [
        f"自{words.event_word(str(item.get('choice') or ''))}起：{figures.minutes(item.get('minutes'))}，"
        f"{words.clock_state_word(str(item.get('state') or ''))}"
        for item in clock.get("alternatives") or ()
    ]
    why = str(clock.get("why") or "")
    reason = [words.event_word(why) if words.event_word(why) != why else names.question(why)] if why else []
    clause = clock.get("clause") or clock.get("source")
    return {
        "name": words.metric_word(str(clock.get("name") or "")) + (f"（{condition}）" if condition else ""),
        "start": words.event_word(start_event) if start_event else figures.NONE,
        "started_at": figures.local(clock.get("started_at")),
        "stopped_at": figures.local(clock.get("stopped_at")),
        "minutes": figures.minutes(None if clock.get("minutes") is None else str(clock["minutes"])),
        "limit": figures.limit(clock.get("limit")),
        "code": state,
        "state": words.clock_state_word(state),
        "why": "\n".join([*reason, *others]),
        "clause": figures.cite(clause) if isinstance(clause, Mapping) else str(clause or figures.NONE),
    }


def view_candidate(candidate: Candidate, names: Names) -> View:
    """One breach candidate with its clause, coefficient, amount and what it still needs."""
    return {
        "id": candidate.id,
        "event": names.show(candidate.event),
        "root_cause": names.show(candidate.root_cause),
        "severity": words.severity_word(candidate.severity),
        "clause": names.show(candidate.clause),
        "text": candidate.text,
        "coefficient": figures.NONE if candidate.coefficient is None else _coefficient(candidate.coefficient),
        "amount": figures.yuan(candidate.amount_fen),
        "code": candidate.state,
        "state": _state(candidate),
        "needs": names.needs(candidate.needs),
        "alternatives": view_amounts(candidate),
        "node": candidate.node,
        "sample": candidate.sample,
    }


def _state(candidate: Candidate) -> str:
    word = words.candidate_state_word(candidate.state)
    if not candidate.cut_fen:
        return word
    return _("{state}；累计达到上限，已削减 {amount} 元", state=word, amount=figures.yuan(candidate.cut_fen))


def _coefficient(text: str) -> str:
    exact = figures.parse_exact(text)
    return text if exact is None else f"{decimal_text(exact * 100)}%"


def view_trace(statement: Statement) -> list[View]:
    """Every node of the trace in reading order with its depth; a node met again is only referred to."""
    trace, names = statement.trace, Names(statement)
    levels = {level.node: view_level(level, names) for level in statement.levels}
    children = {child for node in trace.values() for child in node.children}
    rows: list[View] = []
    seen: set[str] = set()
    waiting = [(name, 0) for name in reversed(trace) if name not in children]
    while waiting or len(seen) < len(trace):
        # A ring without a root would otherwise never be shown.
        name, depth = waiting.pop() if waiting else (next(key for key in trace if key not in seen), 0)
        node = trace.get(name)
        if node is None or name in seen:
            label, value = (names.show(node.label), "见上") if node else ("（缺失的节点）", name)
            rows.append(_EMPTY_ROW | {"id": name, "depth": depth, "label": label, "value": value})
        else:
            rows.append(_trace_row(node, names, levels.get(name)) | {"id": name, "depth": depth})
            waiting.extend((child, depth + 1) for child in reversed(node.children))
        seen.add(name)
    return rows


_EMPTY_ROW: View = {"formula": "", "clause": "", "quote": "", "reading": "", "facts": "", "sample": False}


def _trace_row(node: TraceNode, names: Names, level: View | None) -> View:
    row: View = {
        "label": names.show(node.label),
        "value": names.show(figures.percent(node.value) if node.id.startswith("object.") else node.value),
        "formula": names.show(node.formula),
        "clause": figures.cite(node.source) if node.source else "",
        "quote": figures.quote(node.source),
        "reading": names.reading(node.reading) if node.reading else "",
        "facts": "、".join(node.facts),
        "sample": node.sample,
    }
    if level is not None:
        # The same figures as in the table of levels, in its words.
        outcome = "；".join(level["alternatives"]) or level["measured"]
        row |= {"value": outcome, "formula": f"约定{level['rule']}；{level['state']}"}
    return row


def _summary(statement: Statement, names: Names) -> list[str]:
    count = {state: sum(level.state == state for level in statement.levels) for state in _LEVEL_ORDER}
    lines = [
        f"服务水平共 {len(statement.levels)} 项：达到 {count['met']} 项，未达到 {count['breached']} 项"
        + (f"，待约定 {count['open']} 项" if count["open"] else "")
        + (f"，数据不足 {count['unknown']} 项" if count["unknown"] else "")
        + (f"，未到期 {count['not_due']} 项" if count["not_due"] else "")
        + "。"
    ]
    lines += [
        f"未达到：{level.title}，约定{view['rule']}，实测 {view['measured']}（{view['clause']}）。"
        for level in statement.levels
        if level.state == "breached"
        for view in (view_level(level, names),)
    ]
    late = sum(clock.get("state") == "breached" for incident in statement.incidents for clock in incident.clocks)
    lines.append(
        f"故障 {len(statement.incidents)} 起，超时 {late} 项。" if statement.incidents else "本月没有故障记录。"
    )
    lines.append(f"违约金：{view_penalty(statement)['text']}。")
    if statement.open_points:
        first = [names.show(point.question).rstrip("？?。；") for point in statement.open_points[:_SUMMED_UP]]
        more = f"；等 {len(statement.open_points)} 项" if len(statement.open_points) > len(first) else ""
        lines.append(f"待定：{'；'.join(first)}{more}。")
    lines += [
        f"付款：第 {item.no} 期 {figures.yuan(item.amount_fen)} 元{words.instalment_state_word(item.state)}"
        f"，付款期限 {figures.day(item.due_on)}。"
        for item in statement.instalments
        if item.state in {"due", "overdue"}
    ]
    return lines
