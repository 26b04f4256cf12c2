"""What the review found in a contract, as a document to hand over (审查意见书) and as a workbook to work through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from yunqi.contract.draft.blocks import Column, Grid, PageBreak, Sheet, Text
from yunqi.contract.draft.word import render_sheet
from yunqi.contract.review.codes import load_codes
from yunqi.kernel.clock import render_local
from yunqi.kernel.money import render_yuan
from yunqi.reports import figures
from yunqi.reports.clean import clean_data
from yunqi.reports.workbook import Head, render_table

SEVERITIES = {"error": "错误", "warning": "提请注意", "note": "说明"}
SUBJECTS = {
    "breach": "违约责任与重大事件",
    "file": "文件本身",
    "levels": "服务水平与考核",
    "money": "价款、支付与保证金",
    "terms": "期限、角色与其他条款",
}
_UNITS = {"minute": "分钟", "hour": "小时", "day": "天", "working_day": "个工作日", "month": "个月", "year": "年"}
_ORDER = tuple(SEVERITIES)


def subject_of(code: str) -> str:
    """The subject that a finding belongs to."""
    entry = load_codes().get(code)
    subject = "" if entry is None else entry.subject
    return SUBJECTS.get(subject, subject)


def sort_findings(findings: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The gravest first, then by subject; within both as the review found them."""
    return sorted(findings, key=lambda one: (_ORDER.index(one["severity"]), subject_of(one["code"])))


def worth_words(finding: Mapping[str, Any]) -> str:
    """What a finding is worth: its words, its money, its time; "" for none."""
    worth = finding.get("worth")
    if not worth:
        return ""
    amounts = [render_yuan(worth[key]) + "元" for key in ("fen_low", "fen_high") if worth.get(key) is not None]
    times = [_duration(worth[key]) for key in ("duration", "duration_high") if worth.get(key) is not None]
    measured = " – ".join(dict.fromkeys([*amounts, *times]))
    return "：".join(part for part in (str(worth.get("words") or ""), measured) if part)


def _duration(given: Mapping[str, Any]) -> str:
    count = given.get("exact") or given["count"]
    shown = figures.quantity(str(count)) if Fraction(str(count)).denominator != 1 else str(count)
    return f"{shown}{_UNITS.get(given['unit'], given['unit'])}"


def render_opinion(data: Mapping[str, Any], *, made_at: datetime, by: str) -> bytes:
    """The document as .docx: the contract, the findings at a glance, each with both places, worth and proposed text."""
    given = clean_data(data)
    findings = sort_findings(given["findings"])
    parties = given["parties"]
    counts = {word: sum(one["severity"] == code for one in findings) for code, word in SEVERITIES.items()}
    sheet = Sheet(title="合同审查意见书", number=str(given.get("number") or given.get("title") or ""))
    sheet.blocks += [
        Text("合同审查意见书", "title"),
        Text(f"合同：{given.get('title') or '—'}", "cover"),
        Text(f"编号：{given.get('number') or '—'}", "cover"),
        Text(f"甲方：{parties.get('using_unit') or '—'}", "cover"),
        Text(f"乙方：{parties.get('provider') or '—'}", "cover"),
        Text(f"原文件：{given['file']['name']}，SM3 {given['file']['sm3']}", "cover"),
        Text(f"编制：{by}，{render_local(made_at)}", "cover"),
        Text("一、结论", "article"),
        Text("，".join(f"{word} {count} 条" for word, count in counts.items()) + "。"),
        Text(_conclude(findings)),
        Text("二、意见一览", "article"),
        _overview(findings) if findings else Text("没有审查意见。"),
        PageBreak(),
        Text("三、逐条意见", "article"),
    ]
    for number, one in enumerate(findings, 1):
        sheet.blocks += _tell(number, one)
    uncertain, unread = given.get("uncertain") or (), given.get("unread") or ()
    sheet.blocks += [
        Text("四、没有读准和没有读入的内容", "article"),
        Text(f"没有把握的数据 {len(uncertain)} 处，没有成为数据的句子 {len(unread)} 句，须对照原文核看。"),
        Text("五、说明", "article"),
        Text("本意见由合同数据按固定规则得出，供签约各方和法律顾问参考；建议条文须经双方协商并签订补充协议后生效。"),
        Text("审查人（签字）：____________　　　日期：____________", "sign"),
    ]
    return render_sheet(sheet)


def _conclude(findings: Sequence[Mapping[str, Any]]) -> str:
    if any(one["severity"] == "error" for one in findings):
        return "列为“错误”的意见涉及合同内部矛盾，改正之前不宜签署。"
    if findings:
        return "没有列为“错误”的意见；列为“提请注意”的事项宜在签署前约定清楚。"
    return "未发现矛盾或者空缺。"


def _overview(findings: Sequence[Mapping[str, Any]]) -> Grid:
    columns = (
        Column("序号", 3, "c"),
        Column("级别", 5, "c"),
        Column("类别", 8),
        Column("意见", 24),
        Column("所值", 12),
    )
    rows = tuple(
        (str(no), SEVERITIES[one["severity"]], subject_of(one["code"]), str(one["message"]), worth_words(one) or "—")
        for no, one in enumerate(findings, 1)
    )
    return Grid(columns, rows)


def _tell(number: int, one: Mapping[str, Any]) -> list[Text]:
    said = [Text(f"{number}. 〔{SEVERITIES[one['severity']]}〕{one['message']}", "subtitle")]
    said += [Text(f"原文（{each.get('article') or '正文'}）：{each['text']}") for each in one["sources"]]
    if one.get("matters"):
        said.append(Text(f"影响：{one['matters']}"))
    if worth := worth_words(one):
        said.append(Text(f"所值：{worth}"))
    for each in one.get("alternatives") or ():
        figure = render_yuan(each["fen"]) + "元" if each.get("fen") is not None else ""
        if each.get("duration"):
            figure = _duration(each["duration"])
        said.append(Text(f"读法：{each.get('words') or each['choice']}　{figure}".rstrip()))
    if one.get("proposal"):
        said.append(Text(f"建议条文：{one['proposal']}"))
    return said


def render_opinion_table(data: Mapping[str, Any], *, made_at: datetime, by: str) -> bytes:
    """The findings as a workbook, a row each."""
    heads = (
        Head("序号", "int"),
        Head("级别"),
        Head("类别"),
        Head("意见", "long"),
        Head("原文", "long"),
        Head("影响", "long"),
        Head("所值", "long"),
        Head("建议条文", "long"),
        Head("代码"),
    )
    rows = [
        (
            number,
            SEVERITIES[one["severity"]],
            subject_of(one["code"]),
            one["message"],
            "\n".join(f"{each.get('article') or '正文'}：{each['text']}" for each in one["sources"]),
            one.get("matters") or "",
            worth_words(one),
            one.get("proposal") or "",
            one["code"],
        )
        for number, one in enumerate(sort_findings(clean_data(data)["findings"]), 1)
    ]
    title = f"审查意见 {data.get('number') or ''}".strip()
    return render_table(title, heads, rows, made_at=made_at, by=by)
