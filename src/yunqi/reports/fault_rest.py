"""What of a fault is not known or not done yet, for the end of its documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from yunqi.cases.adjudication import MACHINE as FINDINGS
from yunqi.reports import figures
from yunqi.reports.fault_words import STAGES, clock_name, clock_why, question_word
from yunqi.reports.words import clock_state_word, object_word

_PENDING = frozenset({"proposed", "half_confirmed", "contested"})


def open_points(data: Mapping[str, Any]) -> list[str]:
    """What is not known or not done yet, in the order of an incident's course."""
    return [*_open_of_case(data), *_open_of_clocks(data), *_open_of_evidence(data), *_open_of_findings(data)]


def _open_of_case(data: Mapping[str, Any]) -> Iterator[str]:
    incident, parts = data["incident"], data.get("parts") or {}
    if incident["state"] == "withdrawn":
        yield "事件已撤销，不计时，也不计入结算。"
        return
    if not incident["recovered_at"]:
        yield "服务尚未恢复。"
    if not data.get("root_cause") and not parts.get("root_cause"):
        yield "根本原因尚未查明。"
    if not parts.get("impact"):
        yield "影响（受影响的业务与人数）尚未说明。"
    if incident["state"] != "closed":
        yield "使用单位尚未确认故障排除。"
    if not data["origin"]["reported_at"]:
        yield "尚无使用单位的报告登记，自其报告起算的时限无从起算。"


def _open_of_clocks(data: Mapping[str, Any]) -> Iterator[str]:
    if data["incident"]["state"] == "withdrawn":
        return
    for one in data["clocks"]:
        if one["state"] == "running":
            yield f"「{clock_name(one)}」仍在计时，截止 {figures.local(one['due_at'])}。"
        elif one["state"] == "open":
            yield f"「{clock_name(one)}」不能判定：{clock_why(str(one['why'])).rstrip('？?。')}。"
        elif one["state"] == "breached" and one["stopped_at"] is None:
            yield f"「{clock_name(one)}」已超时，仍未完成。"
    for one in data.get("telling") or ():
        if one["met_at"] is None and one["state"] in {"running", "breached", "open"}:
            yield f"「{STAGES.get(one['stage'], one['stage'])}」尚未送达，{clock_state_word(str(one['state']))}。"


def _open_of_evidence(data: Mapping[str, Any]) -> Iterator[str]:
    if not data["measured"]:
        yield "没有探测数据，中断的起止未经探测证实。"
    for one in data["measured"]:
        name = object_word(str(one["object"]))
        if Fraction(one["unknown_minutes"]):
            yield f"「{name}」有 {figures.minutes(str(one['unknown_minutes']))} 没有探测结果，是否中断不明。"
        if any(not each["start_certain"] or not each["end_certain"] for each in one["outages"]):
            yield f"「{name}」的中断起止紧邻没有探测结果的时段，边界不确定。"


def _open_of_findings(data: Mapping[str, Any]) -> Iterator[str]:
    findings = [one for one in data.get("findings") or () if one["state"] != "withdrawn"]
    if not findings and not data.get("withheld"):
        yield "责任与影响等级尚未认定，违约金为测算。"
    for one in findings:
        if one["state"] in _PENDING:
            yield f"认定 {one['number']}（{question_word(str(one['question']))}）{FINDINGS.label(str(one['state']))}。"
