"""Evidence that another monitoring system wrote: CSV files of probe results, outages, incidents and usage.

A file is taken whole or not at all. Every bad row is reported with its line, field, value and way out. What a file says
keeps the label of where it came from.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime, tzinfo
from fractions import Fraction
from pathlib import Path

from yunqi.kernel.clock import BEIJING, require_utc
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import parse_decimal
from yunqi.kernel.words import _
from yunqi.probes.foreign_rows import RowError, decode_text, load_foreign, refuse_rows
from yunqi.store.evidence_import import (
    ForeignEvidence,
    ForeignIncident,
    ForeignOutage,
    ForeignResult,
    ForeignRow,
    ForeignUsage,
)

LINE_DIGITS = 6

HEADERS: Mapping[str, tuple[str, ...]] = {
    "object": ("对象", "监测对象"),
    "probe": ("探测方式",),
    "start": ("开始时间",),
    "end": ("结束时间", "恢复时间"),
    "verdict": ("判定", "状态"),
    "detail": ("说明", "备注"),
    "cause": ("原因",),
    "number": ("编号", "事件编号"),
    "title": ("标题", "事件名称"),
    "system": ("信息系统",),
    "occurred": ("发生时间",),
    "reported": ("报告时间",),
    "responded": ("响应时间",),
    "arrived": ("到场时间",),
    "located": ("定位时间",),
    "recovered": ("解决时间",),
    "closed": ("关闭时间",),
    "line": ("价目行", "价目行号"),
    "quantity": ("数量", "用量"),
}
"""Each column in English, and the Chinese headers that mean it."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "results": ("object", "start", "end", "verdict"),
    "outages": ("object", "start", "end"),
    "incidents": ("number", "title", "object", "occurred"),
    "usages": ("line", "quantity", "start", "end"),
}
STEPS = ("reported", "responded", "arrived", "located", "recovered", "closed")
OPTIONAL: Mapping[str, tuple[str, ...]] = {
    "results": ("probe", "detail"),
    "outages": ("cause",),
    "incidents": ("system", *STEPS, "cause"),
    "usages": (),
}
KINDS: Mapping[str, str] = {"results": "探测结果", "outages": "中断", "incidents": "事件", "usages": "用量"}
"""The kinds of file, as people call them."""
VERDICTS = {
    "up": "up",
    "down": "down",
    "unknown": "unknown",
    "正常": "up",
    "中断": "down",
    "故障": "down",
    "未知": "unknown",
}


def read_foreign(source: Path | bytes, *, kind: str | None = None, zone: tzinfo | None = BEIJING) -> ForeignEvidence:
    """What a CSV file says. `kind` (results, outages, incidents) is told by its columns when not given.

    A time without a zone is read in `zone`; with None such a time is refused. UTF-8 (with or without a mark) and
    GB 18030 are read. Raises `Problem` evidence.too_large, .encoding, .columns, .empty, .unreadable and .rows, which
    lists the bad rows.
    """
    text = decode_text(load_foreign(source))
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(lines, None)
        names = [_column_of(one) for one in header or ()]
        found = kind or _kind_of(names, header or [])
        _require_columns(found, names, header or [])
        rows = [(lines.line_num, row) for row in lines if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise Problem(
            "evidence.unreadable",
            "第 {line} 行不是有效的 CSV：{reason}",
            field="file",
            line=lines.line_num,
            reason=error,
            way_out="请用表格软件另存为 CSV（逗号分隔）后重试",
        ) from error
    if not rows:
        raise Problem("evidence.empty", "文件中没有数据行", field="file", way_out="请核对导出的时间范围")
    reader = _Reader(found, names, zone)
    taken = [one for line, row in rows if (one := reader.read(line, row)) is not None]
    if reader.errors:
        raise refuse_rows(reader.errors, len(rows))
    return ForeignEvidence(
        results=tuple(one for one in taken if isinstance(one, ForeignResult)),
        outages=tuple(one for one in taken if isinstance(one, ForeignOutage)),
        incidents=tuple(one for one in taken if isinstance(one, ForeignIncident)),
        usages=tuple(one for one in taken if isinstance(one, ForeignUsage)),
    )


class _Reader:
    """Reads rows of one kind, collecting every error before anything is refused."""

    def __init__(self, kind: str, names: list[str | None], zone: tzinfo | None) -> None:
        self.errors: list[RowError] = []
        self._kind = kind
        self._names = names
        self._zone = zone
        self._line = 0
        self._row: dict[str, str] = {}
        self._seen: dict[tuple[str, ...], int] = {}

    def read(self, line: int, cells: list[str]) -> ForeignRow | None:
        """The row's meaning, or None when it has an error."""
        before = len(self.errors)
        self._line = line
        if len(cells) > len(self._names):
            self._refuse(
                "row",
                str(len(cells)),
                _("该行有 {count} 列，表头只有 {given} 列", count=len(cells), given=len(self._names)),
            )
            return None
        self._row = {
            name: cell.strip()
            for name, cell in zip(self._names, cells, strict=False)
            if name is not None and cell.strip()
        }
        for name in REQUIRED[self._kind]:
            if name not in self._row:
                self._refuse(name, "", _("不能为空"))
        made: ForeignRow | None = {
            "results": self._result,
            "outages": self._outage,
            "incidents": self._incident,
            "usages": self._usage,
        }[self._kind]()
        return made if len(self.errors) == before else None

    def _result(self) -> ForeignResult | None:
        start, end = self._time("start"), self._time("end")
        verdict = VERDICTS.get(self._row.get("verdict", "").lower())
        if verdict is None and "verdict" in self._row:
            self._refuse("verdict", self._row["verdict"], _("应为 up、down、unknown 或 正常、中断、未知"))
        self._order("end", start, end)
        probe = self._row.get("probe", "foreign")
        subject = self._text("object", 120)
        self._once("start", subject, probe, self._row.get("start", ""))
        if start is None or end is None or verdict is None:
            return None
        return ForeignResult(
            subject, self._limit("probe", probe, 20), start, end, verdict, self._row.get("detail", "")[:200]
        )

    def _outage(self) -> ForeignOutage | None:
        start, end = self._time("start"), self._time("end")
        self._order("end", start, end)
        subject = self._text("object", 120)
        self._once("start", subject, self._row.get("start", ""))
        if start is None or end is None:
            return None
        return ForeignOutage(subject, start, end, self._row.get("cause", "")[:200])

    def _incident(self) -> ForeignIncident | None:
        occurred = self._time("occurred")
        steps = [(step, at) for step in STEPS if step in self._row and (at := self._time(step)) is not None]
        for step, at in steps:
            if occurred is not None and at < occurred:
                self._refuse(step, self._row[step], _("早于发生时间 {at}", at=self._row["occurred"]))
        number = self._text("number", 60)
        self._once("number", number)
        if occurred is None:
            return None
        return ForeignIncident(
            number=number,
            title=self._text("title", 300),
            object=self._text("object", 120),
            system=self._row.get("system"),
            occurred_at=occurred,
            steps=tuple(sorted(steps, key=lambda one: one[1])),
            cause=self._row.get("cause", "")[:200],
        )

    def _usage(self) -> ForeignUsage | None:
        start, end = self._time("start"), self._time("end")
        self._order("end", start, end)
        line, text = self._row.get("line", ""), self._row.get("quantity", "")
        known = line.isascii() and line.isdigit() and len(line) <= LINE_DIGITS
        if line and not known:
            self._refuse("line", line, _("应为价目表中的序号"))
        try:
            quantity = parse_decimal(text.replace(",", "")) if text else Fraction(0)
        except ValueError:
            self._refuse("quantity", text, _("应为不小于零的数字"))
            return None
        if quantity < 0:
            self._refuse("quantity", text, _("应为不小于零的数字"))
        self._once("start", line, self._row.get("start", ""))
        if start is None or end is None or not known:
            return None
        return ForeignUsage(int(line), quantity, start, end)

    def _time(self, name: str) -> datetime | None:
        value = self._row.get(name)
        if value is None:
            return None
        try:
            at = datetime.fromisoformat(value.replace("/", "-"))
            require_utc(at if at.tzinfo else at.replace(tzinfo=BEIJING))
        except (ValueError, OverflowError):  # year 1 in Beijing is no year in UTC
            self._refuse(name, value, _("时间无法识别，请按 2026-03-01 08:00:00 或 2026-03-01T08:00:00+08:00 填写"))
            return None
        if at.tzinfo is None:
            if self._zone is None:
                self._refuse(name, value, _("时间没有写明时区，请补上时区，或说明文件使用北京时间"))
                return None
            at = at.replace(tzinfo=self._zone)
        return require_utc(at)

    def _order(self, name: str, start: datetime | None, end: datetime | None) -> None:
        if start is not None and end is not None and end <= start:
            self._refuse(name, self._row[name], _("不晚于开始时间 {start}", start=self._row["start"]))

    def _once(self, field: str, *place: str) -> None:
        if place in self._seen:
            self._refuse(field, place[-1], _("与第 {line} 行重复", line=self._seen[place]))
        else:
            self._seen[place] = self._line

    def _text(self, name: str, limit: int) -> str:
        return self._limit(name, self._row.get(name, ""), limit)

    def _limit(self, name: str, value: str, limit: int) -> str:
        if len(value) > limit:
            self._refuse(name, value[:20] + "…", _("超过 {limit} 个字", limit=limit))
        if not value.isprintable():
            self._refuse(name, ascii(value)[:40], _("含有不可见字符"))
        return value

    def _refuse(self, field: str, value: str, reason: str) -> None:
        self.errors.append(RowError(self._line, field, value[:60], reason))


def render_csv_columns() -> str:
    """The columns of each kind of file, as a Markdown table for docs/reference/evidence-csv.md."""
    lines = ["| kind | columns that must be there | columns that may be there |", "|---|---|---|"]
    for kind, required in REQUIRED.items():
        cells = [", ".join(f"`{name}` {HEADERS[name][0]}" for name in names) for names in (required, OPTIONAL[kind])]
        lines.append(f"| {kind} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines) + "\n"


def _columns_words() -> str:
    return "；".join(
        f"{_(KINDS[kind])}（{'、'.join(HEADERS[name][0] for name in required)}）" for kind, required in REQUIRED.items()
    )


def _column_of(header: str) -> str | None:
    name = header.strip().lower()
    return next((column for column, words in HEADERS.items() if name == column or name in words), None)


def _kind_of(names: list[str | None], header: list[str]) -> str:
    present = set(names)
    if "verdict" in present:
        return "results"
    if "occurred" in present or "number" in present:
        return "incidents"
    if "quantity" in present or "line" in present:
        return "usages"
    if {"start", "end"} & present:
        return "outages"
    raise Problem(
        "evidence.columns",
        "表头「{value}」不是探测结果、中断、事件或用量中的任何一种",
        field="header",
        value="、".join(header)[:120],
        kinds=_columns_words(),
        way_out="每种文件必有的列：{kinds}",
    )


def _require_columns(kind: str, names: list[str | None], header: list[str]) -> None:
    missing = [name for name in REQUIRED[kind] if name not in names]
    twice = sorted({name for name in names if name is not None and names.count(name) > 1})
    if missing or twice:
        named = [f"{HEADERS[name][0]}({name})" for name in missing or twice]
        raise Problem(
            "evidence.columns",
            "表头「{value}」缺少列 {columns}" if missing else "表头「{value}」中重复的列：{columns}",
            field="header",
            value="、".join(header)[:120],
            columns="、".join(named),
            kinds=_columns_words(),
            way_out="每种文件必有的列：{kinds}",
        )
