"""Makes `layout.docx` of the documents of a fault, the templates: the same sections, each in an order of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.reports.word_template import (
    NOTE,
    PROVISIONAL,
    Add,
    Column,
    add_lines,
    add_rows,
    add_sections,
    add_table,
    begin_titled,
    finish_template,
)


def _lines(loop: str) -> Add:
    return lambda document: add_lines(document, loop)


def _text(*places: str) -> Add:
    def add(document: Any) -> None:
        for place in places:
            document.add_paragraph(place)

    return add


def _table(loop: str, nothing: str, *columns: Column) -> Add:
    return lambda document: add_rows(document, loop, columns, nothing)


def _caption(words: str) -> Add:
    """What a table is about: a table that stands first in its section needs none.

    A page may end between a heading and a second one below it, where LibreOffice prints a table.
    """

    def add(document: Any) -> None:
        document.add_heading(words, 2)

    return add


def _both(*parts: Add) -> Add:
    def add(document: Any) -> None:
        for part in parts:
            part(document)

    return add


_SYSTEMS = _table(
    "systems",
    "未指明信息系统。",
    ("信息系统或资源", 48, "l", "{{ r.name }}"),
    ("关系", 32, "l", "{{ r.why }}"),
    ("标记", 46, "l", "{{ r.flags }}"),
    ("同期中断", 30, "r", "{{ r.down }}"),
)
_TIMELINE = _table(
    "timeline",
    "尚无处置记录。",
    ("时间", 36, "l", "{{ r.at }}"),
    ("步骤", 22, "l", "{{ r.event }}"),
    ("经办人", 38, "l", "{{ r.by }}"),
    ("内容", 60, "l", "{{ r.note }}"),
)
_CLOCKS = _both(
    _table(
        "clocks",
        "合同没有为这类事件约定处置时限。",
        ("时限", 24, "l", "{{ r.name }}\n{{ r.limit }}"),
        ("起算", 31, "l", "{{ r.start }}"),
        ("截止／完成", 31, "l", "{{ r.end }}"),
        ("用时", 22, "r", "{{ r.minutes }}"),
        ("判定", 28, "c", "{{ r.alarm }}|{{ r.calm }}{{ r.note }}"),
        ("依据", 20, "l", "{{ r.clause }}"),
    ),
    _caption("通知与报告时限"),
    _table(
        "telling",
        "合同没有约定通知与报告的时限。",
        ("通知与报告", 34, "l", "{{ r.name }}"),
        ("时限", 22, "l", "{{ r.limit }}"),
        ("起算", 28, "l", "{{ r.start }}"),
        ("截止／送达", 28, "l", "{{ r.end }}"),
        ("判定", 26, "c", "{{ r.alarm }}|{{ r.calm }}{{ r.note }}"),
        ("依据", 18, "l", "{{ r.clause }}"),
    ),
)
_MEASURED = _both(
    _text("{{ outage }}"),
    _table(
        "measured",
        "{{ unmeasured }}",
        ("对象", 26, "l", "{{ r.object }}"),
        ("探测", 28, "l", "{{ r.watchers }}"),
        ("测得的中断", 58, "l", "{{ r.outages }}"),
        ("未知", 22, "r", "{{ r.unknown }}"),
        ("不计", 22, "r", "{{ r.excluded }}"),
    ),
)
_PAUSES = _table(
    "pauses",
    "没有不计入的时段。",
    ("时段", 46, "l", "{{ r.span }}"),
    ("对象", 24, "l", "{{ r.object }}"),
    ("依据条款", 28, "l", "{{ r.clause }}"),
    ("事由", 36, "l", "{{ r.reason }}"),
    ("批准人", 22, "l", "{{ r.by }}"),
)
_FINDINGS = _table(
    "findings",
    "{{ no_findings }}",
    ("认定", 24, "l", "{{ r.number }}"),
    ("事项", 48, "l", "{{ r.question }}"),
    ("结论", 22, "l", "{{ r.answer }}"),
    ("状态", 24, "l", "{{ r.state }}"),
    ("证据", 38, "l", "{{ r.evidence }}"),
)
_STAKES = _both(
    _table(
        "stakes",
        "{{ no_stakes }}",
        ("时限或情形", 40, "l", "{{ r.name }}"),
        ("状态", 40, "l", "{{ r.state }}"),
        ("测算的违约金", 48, "r", "{{ r.sum }}"),
        ("依据", 28, "l", "{{ r.clause }}"),
    ),
    _text("以上按云服务商承担责任测算；责任与影响由双方认定，金额以结算单为准。"),
)
_LIABILITY = _both(_FINDINGS, _caption("可能的违约金"), _STAKES)
_NOTES = _table(
    "notes",
    "尚无通报。",
    ("时间", 30, "l", "{{ r.at }}"),
    ("类别与经办人", 28, "l", "{{ r.stage }}\n{{ r.by }}"),
    ("内容", 58, "l", "{{ r.text }}"),
    ("送达", 40, "l", "{{ r.receipts }}"),
)
_CAUSE = _text(
    "根本原因：{{ cause }}",
    "处理与补救：{{ parts.remedy }}",
    "防止再次发生：{{ parts.prevention }}",
)
_REST = _lines("rest")

LAYOUTS: Mapping[str, tuple[tuple[str, Add], ...]] = {
    "fault_record": (
        ("来源与登记", _lines("origin")),
        ("影响范围", _SYSTEMS),
        ("处置经过", _TIMELINE),
        ("处置与报告时限", _CLOCKS),
        ("中断实测", _MEASURED),
        ("不计入的时段", _PAUSES),
        ("原因与处理", _both(_CAUSE, _text("{{ confirmed }}"))),
        ("认定与违约责任", _LIABILITY),
        ("进展通报", _NOTES),
        ("未知与待办", _REST),
    ),
    "fault_first": (
        (
            "已知情况",
            _both(
                _lines("origin"),
                _text("{{ parts.happened }}", "影响：{{ parts.impact }}", "已采取的措施：{{ parts.measures }}"),
            ),
        ),
        ("影响范围", _SYSTEMS),
        ("中断实测", _MEASURED),
        ("处置经过", _TIMELINE),
        ("处置与报告时限", _CLOCKS),
        ("可能的违约金", _STAKES),
        ("尚未查明与待办", _REST),
    ),
    "fault_final": (
        (
            "处理结论",
            _both(
                _CAUSE,
                _text("影响：{{ parts.impact }}", "{{ confirmed }}"),
            ),
        ),
        ("影响范围", _SYSTEMS),
        ("处置经过", _both(_lines("origin"), _TIMELINE)),
        ("处置与报告时限", _CLOCKS),
        ("中断实测", _MEASURED),
        ("不计入的时段", _PAUSES),
        ("认定与违约责任", _LIABILITY),
        ("进展通报", _NOTES),
        ("遗留事项", _REST),
    ),
    "downtime": (
        ("宕机概况", _both(_MEASURED, _caption("不计入的时段"), _PAUSES)),
        ("影响范围", _SYSTEMS),
        ("原因与恢复", _both(_CAUSE, _text("{{ confirmed }}"))),
        ("处置经过", _both(_lines("origin"), _TIMELINE)),
        ("处置与报告时限", _CLOCKS),
        ("认定与违约责任", _LIABILITY),
        ("未知与待办", _REST),
    ),
}


def make_layout(name: str) -> bytes:
    """The template of a document; the same bytes each time."""
    banners = (("first", "{{ first_text }}", PROVISIONAL), ("sample", "{{ sample_text }}", NOTE))
    document = begin_titled("{{ title }}　{{ contract.number }}　{{ number }}　", "", banners)
    add_table(document, "r in facts", (("项目", 34, "l", "{{ r.name }}"), ("内容", 122, "l", "{{ r.text }}")))
    add_sections(document, LAYOUTS[name])
    document.add_paragraph("编制单位：{{ contract.provider }}")
    return finish_template(document, "")
