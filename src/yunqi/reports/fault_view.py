"""The words and figures of the documents of a fault: its record, its two reports, the report of a downtime."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from yunqi.cases.adjudication import MACHINE as FINDINGS
from yunqi.cases.adjudication import NUMERIC
from yunqi.cases.incident import KINDS, MACHINE, TYPES
from yunqi.kernel.errors import Problem
from yunqi.reports import figures
from yunqi.reports.fault_rest import open_points
from yunqi.reports.fault_words import (
    BY,
    CHANNELS,
    NO_PRICE,
    ORIGINS,
    PARTS,
    SAID,
    STAGES,
    TELLING_WHY,
    clock_name,
    clock_why,
    question_word,
    watcher_word,
)
from yunqi.reports.words import clock_state_word, event_word, metric_word, object_word, operator_word
from yunqi.settlement.readings import choice_label

Row = dict[str, Any]
_NEEDED = ("contract", "incident", "origin", "timeline", "clocks", "measured", "outage", "made_at")
_WITHHELD = "不向信息系统服务商显示。"
_ALARMS = frozenset({"breached", "open"})


def view_fault(data: Mapping[str, Any], title: str, *, first: bool = False) -> Row:
    """All rows of a document of a fault. Raises `Problem` report.data for data that is no incident.

    `first`: a document that is handed in before all is known.
    """
    for field in _NEEDED:
        if field not in data:
            raise Problem(
                "report.data",
                "故障数据缺少「{field_name}」",
                field=field,
                field_name=field,
                way_out="请使用 yunqi incident report-file 取得的文档",
            )
    incident, parts = data["incident"], dict(data.get("parts") or {})
    rest = open_points(data)
    clocks = [_clock(one) for one in data["clocks"]]
    known = data.get("root_cause") or parts.get("root_cause")
    return {
        "title": title,
        "header_mark": "初步报告" if first else "",
        "number": str(incident["number"]),
        "contract": {**data["contract"]},
        "made_at": data["made_at"],
        "facts": _facts(data),
        "first": first,
        "first_text": f"初步报告：所载为截至 {figures.local(data['made_at'])} 已知的情况，尚未查明的事项见文末。",
        "sample": bool(data.get("sample")),
        "sample_text": "样例数据：本文所据证据含样例，不得作为结算依据。",
        "origin": _origin(data["origin"]),
        "systems": [_system(one) for one in data.get("systems") or ()] or [_nothing(("name", "why", "flags", "down"))],
        "outage": _outage(data["outage"], data["measured"]),
        "measured": [_measured(one) for one in data["measured"]],
        "unmeasured": "" if data["measured"] else "没有探测数据：中断的起止依人员登记，未经探测证实。",
        "pauses": [_pause(one) for one in data.get("pauses") or ()],
        "timeline": [_event(one) for one in data["timeline"]],
        "clocks": clocks,
        "telling": [_telling(one) for one in data.get("telling") or ()],
        "cause": str(known or "尚未查明。"),
        "parts": {name: str(parts.get(name) or "尚未说明。") for name in PARTS},
        "confirmed": _confirmed(data),
        "findings": [_finding(one) for one in data.get("findings") or ()],
        "stakes": list(_stakes(data)),
        "no_findings": f"认定{_WITHHELD}" if data.get("withheld") else "尚无认定。",
        "no_stakes": f"违约金的测算{_WITHHELD}" if data.get("withheld") else "没有未守住的时限。",
        "notes": [_note(one) for one in data.get("notes") or ()],
        "rest": rest or ["无。"],
    }


def _nothing(names: tuple[str, ...]) -> Row:
    return dict.fromkeys(names, figures.NONE)


def _facts(data: Mapping[str, Any]) -> list[Row]:
    incident, contract = data["incident"], data["contract"]
    object_name = object_word(str(incident["object"] or "")) or figures.NONE
    pairs = (
        ("合同名称", contract["title"]),
        ("合同编号", contract["number"]),
        ("使用单位（甲方）", contract["using_unit"]),
        ("云服务商（乙方）", contract["provider"]),
        ("事件", f"{incident['number']}　{incident['title']}"),
        ("类别", f"{KINDS.get(incident['kind'], incident['kind'])}　{TYPES.get(incident['type'], incident['type'])}"),
        ("对象", object_name),
        ("发生时间", figures.local(incident["occurred_at"])),
        ("恢复时间", figures.local(incident["recovered_at"]) if incident["recovered_at"] else "尚未恢复"),
        ("状态", MACHINE.label(str(incident["state"]))),
        ("数据截至", f"{figures.local(data['made_at'])}（北京时间）"),
    )
    return [{"name": name, "text": str(text)} for name, text in pairs]


def _origin(origin: Mapping[str, Any]) -> list[str]:
    by = " ".join(part for part in (origin["organisation"], origin["person"]) if part)
    source = f"由人员报告：{by}" if by else ORIGINS.get(_origin_of(origin), "未记录")
    recorded = f"；登记时间 {figures.local(origin['recorded_at'])}" if origin["recorded_at"] else ""
    lines = [f"来源：{source}{recorded}。"]
    if origin["reported_at"]:
        channel = origin["channel"] or "未记录"
        lines.append(f"使用单位报告：{figures.local(origin['reported_at'])}，渠道：{channel}。")
    else:
        lines.append("使用单位报告：尚无登记。")
    return lines


def _origin_of(one: Mapping[str, Any]) -> str:
    return str(one["origin"]).partition(":")[0]


def _flag(value: bool | None, words: str) -> str:
    return f"是否{words}未标记" if value is None else words if value else f"非{words}"


def _system(one: Mapping[str, Any]) -> Row:
    name = "　".join(part for part in (str(one["name"]), object_word(str(one["object"]))) if part) or "未归属信息系统"
    grade = [f"等保{one['grade']}级"] if one["grade"] else []
    flags = [_flag(one["important"], "重要系统"), _flag(one["internet_facing"], "面向互联网"), *grade]
    down = one["down_minutes"]
    return {
        "name": name,
        "why": "本事件所指" if one["why"] == "named" else "同期探测到中断",
        "flags": "、".join(flags),
        "down": figures.NONE if down is None else figures.minutes(str(down)),
    }


def _outage(outage: Mapping[str, Any] | None, measured: object) -> str:
    if outage is None:
        return "未测得中断，也未登记为服务中断。"
    start, length = figures.local(outage["start_at"]), figures.minutes(str(outage["minutes"]))
    how = "探测" if measured else "登记"
    if not outage["end_at"]:
        return f"自 {start} 起中断（依{how}），至数据截至时仍在持续，已 {length}。"
    return f"自 {start} 至 {figures.local(outage['end_at'])} 中断 {length}（依{how}）。"


def _measured(one: Mapping[str, Any]) -> Row:
    def edge(at: str, certain: object) -> str:
        return figures.local(at) + ("" if certain else "（不确定）")

    outages = [
        f"{edge(each['start_at'], each['start_certain'])} 至 {edge(each['end_at'], each['end_certain'])}"
        f"　{figures.minutes(str(each['minutes']))}{'（样例）' if each['sample'] else ''}"
        for each in one["outages"]
    ]
    return {
        "object": object_word(str(one["object"])),
        "watchers": "\n".join(watcher_word(*each) for each in one["watchers"]),
        "outages": "\n".join(outages) or "未见中断",
        **{name: figures.minutes(str(one[f"{name}_minutes"])) for name in ("down", "unknown", "excluded")},
    }


def _pause(one: Mapping[str, Any]) -> Row:
    return {
        "span": f"{figures.local(one['start_at'])} 至 {figures.local(one['end_at'])}",
        "object": "全部对象" if one["object"] == "*" else object_word(str(one["object"])),
        "clause": str(one["clause"]),
        "reason": str(one["reason"]),
        "by": str(one["approved_by"]),
    }


def _event(one: Mapping[str, Any]) -> Row:
    late = "" if one["recorded_at"][:16] == one["at"][:16] else f"\n登记于 {figures.local(one['recorded_at'])}"
    said = [f"{SAID.get(name, name)}：{value}" for name, value in one["data"].items()]
    word = MACHINE.label(str(one["event"]))
    return {
        "at": figures.local(one["at"]) + late,
        "event": word,
        "by": str(one["by"] or BY.get(_origin_of(one), "未署名")),
        "note": "\n".join(said) or figures.NONE,
    }


def _state(code: str) -> Row:
    word = clock_state_word(code)
    return {"alarm": word if code in _ALARMS else "", "calm": "" if code in _ALARMS else word}


def _clock(one: Mapping[str, Any]) -> Row:
    limit = "合同未写明" if one["limit_minutes"] is None else figures.minutes(str(one["limit_minutes"]))
    others = [
        f"自{event_word(str(each['start']))}起：{figures.minutes(each['minutes'])}，{clock_state_word(each['state'])}"
        for each in one["alternatives"]
    ]
    why = [part for part in (clock_why(str(one["why"])), *others) if part]
    return {
        "name": clock_name(one),
        "limit": f"{operator_word(str(one['operator']), duration=True)} {limit}",
        "start": f"{event_word(str(one['start'] or '')) or figures.NONE}\n{figures.local(one['started_at'])}",
        "end": f"{figures.local(one['due_at'])}\n{figures.local(one['stopped_at'])}",
        "minutes": figures.minutes(one["minutes"]),
        **_state(str(one["state"])),
        "note": "".join(f"\n{part}" for part in why),
        "clause": figures.cite(one["source"]),
    }


def _telling(one: Mapping[str, Any]) -> Row:
    ways = "、".join(CHANNELS.get(each, each) for each in one["channels"])
    limit = figures.limit(one["within"]) if one["within"] else str(one["soon"] or "合同未写明")
    lacking = "、".join(CHANNELS.get(each, each) for each in one["lacking"])
    why = TELLING_WHY.get(str(one["why"]), str(one["why"])) if one["why"] and one["state"] != "met" else ""
    note = [part for part in (f"尚缺：{lacking}" if lacking else "", why) if part]
    return {
        "name": STAGES.get(one["stage"], str(one["stage"])) + (f"（{ways}）" if ways else ""),
        "limit": limit,
        "start": figures.local(one["started_at"]),
        "end": f"{figures.local(one['due_at'])}\n{figures.local(one['met_at'])}",
        **_state(str(one["state"])),
        "note": "".join(f"\n{part}" for part in note),
        "clause": figures.cite(one["source"]),
    }


def _confirmed(data: Mapping[str, Any]) -> str:
    at = data["incident"]["closed_at"]
    if not at:
        return "使用单位尚未确认故障排除。"
    by = next((str(one["by"]) for one in reversed(data["timeline"]) if one["event"] == "closed"), "")
    return f"使用单位于 {figures.local(at)} 确认故障排除{f'（{by}）' if by else ''}。"


def _finding(one: Mapping[str, Any]) -> Row:
    question = str(one["question"])
    return {
        "number": str(one["number"]),
        "question": question_word(question),
        "answer": str(one["answer"]) if question in NUMERIC else choice_label(question, str(one["answer"])),
        "state": FINDINGS.label(str(one["state"])),
        "evidence": str(one["evidence"]),
    }


def stake_words(stake: Mapping[str, Any]) -> str:
    """What a breach would cost: a sum, a range, or why there is no figure; never 0 for what is not known.

    >>> stake_words({"low_fen": 100, "high_fen": 250, "why": ""}), stake_words({"low_fen": 0, "high_fen": 0, "why": ""})
    ('1.00 至 2.50 元', '不产生违约金')
    """
    low, high = stake["low_fen"], stake["high_fen"]
    if high is None:
        return NO_PRICE.get(str(stake["why"]), "无法计算")
    if high == 0:
        return "不产生违约金"
    if low in (None, high):
        return f"{figures.yuan(high)} 元"
    return f"{figures.yuan(low)} 至 {figures.yuan(high)} 元"


def _stakes(data: Mapping[str, Any]) -> Iterator[Row]:
    for one in data["clocks"]:
        if one["stake"] is not None:
            yield {
                "name": clock_name(one),
                "state": clock_state_word(str(one["state"])),
                "sum": stake_words(one["stake"]),
                "clause": figures.cite(one["stake"]["source"]),
            }
    for one in data.get("edges") or ():
        name = str(one["measures"])
        words = f"{name[-1]} 级重大违约事件" if name.startswith("critical.") else metric_word(name)
        yield {
            "name": words,
            "state": f"中断累计达到 {figures.minutes(str(one['limit_minutes']))} 时",
            "sum": stake_words(one["stake"]),
            "clause": figures.cite(one["stake"]["source"]),
        }


def _note(one: Mapping[str, Any]) -> Row:
    receipts = [
        f"{CHANNELS.get(each['channel'], each['channel'])} {each['to']}："
        + (f"{figures.local(each['at'])} 送达" if each["at"] else "未送达")
        for each in one["receipts"]
    ]
    return {
        "at": figures.local(one["at"]),
        "stage": STAGES.get(one["stage"], str(one["stage"])),
        "by": str(one["by"] or "系统"),
        "text": str(one["text"]),
        "receipts": "\n".join(receipts) or "未发出",
    }
