"""Events of cases as people read them: what, by whom, and what was said with it, names and values in words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from yunqi.cases.adjudication import YES_NO
from yunqi.cases.logbook.fields import CHOICES as LOGBOOK_CHOICES
from yunqi.cases.logbook.fields import LABELS as LOGBOOK
from yunqi.cases.register import FINDINGS
from yunqi.kernel.words import _
from yunqi.operations.table_words import head_word
from yunqi.web.pieces import Happening
from yunqi.wire.work_orders import TimelineEntry

LABELS: Mapping[str, str] = {
    **LOGBOOK,
    "answer": "结论",
    "channel": "报告渠道",
    "clause": "依据",
    "conclusion": "核查结论",
    "document": "凭据",
    "dossier": "材料摘要值",
    "due_on": "新的期限",
    "event_count": "事件次数",
    "evidence": "证据",
    "file": "文件",
    "file_name": "文件",
    "file_sm3": "文件摘要值（SM3）",
    "filing_number": "备案号",
    "finding": "认定",
    "measures": "措施与结果",
    "medium": "介质",
    "method": "方法",
    "name": "文件",
    "on": "日期",
    "place": "位置",
    "received_at": "收到时间",
    "root_cause": "根本原因",
    "sm3": "SM3 摘要值",
    "statement": "结算单",
    "steps": "各步日期",
}
COLOURS: Mapping[str, str] = {
    "responded": "blue",
    "recovered": "green",
    "closed": "green",
    "confirm": "green",
    "decide": "green",
    "contest": "red",
}
CHOICES: Mapping[str, Mapping[str, str]] = {**LOGBOOK_CHOICES, "answer": YES_NO, "finding": FINDINGS}
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[a-z]{3}-[0-9a-z]{26}")
_SHOWN = 16


def happening_of(one: TimelineEntry, unsaid: str = "") -> Happening:
    """An event of a case: who said it (`unsaid`: where nobody did), and what was said with it.

    A file is told by its name, a digest by how it begins.
    """
    by = " ".join(part for part in (one.organisation, one.person) if part) or unsaid or _("探测")
    said = [(name, _value_words(name, value)) for name, value in one.data.items() if not is_id(value)]
    note = _("；").join(_("{label}：{value}", label=_label(name), value=value) for name, value in said if value)
    return Happening(one.at, one.event_name, by, note, COLOURS.get(one.event, "grey"))


def is_id(text: str) -> bool:
    """Whether a text is one of our ids, which say nothing to people."""
    return bool(_ID.fullmatch(text))


def _label(name: str) -> str:
    return _(LABELS[name]) if name in LABELS else head_word(name)


def _value_words(name: str, value: str) -> str:
    if _DIGEST.fullmatch(value):
        return f"{value[:_SHOWN]}…"
    return _(CHOICES[name][value]) if value in CHOICES.get(name, {}) else value
