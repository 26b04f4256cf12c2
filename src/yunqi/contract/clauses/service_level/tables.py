"""Tables of service levels and of key figures, whatever their columns are called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from yunqi.contract.clauses.base import Source, row_source
from yunqi.contract.clauses.service_level.schema import KeyFigure, ServiceLevel
from yunqi.contract.clauses.service_level.shares import find_shares
from yunqi.contract.clauses.service_level.times import find_times
from yunqi.contract.clauses.service_level.vocabulary import WINDOWS, find_clock_start, find_condition, first_of
from yunqi.contract.clauses.table import Columns
from yunqi.contract.documents import squeeze
from yunqi.contract.numbers import NUMBER, PERCENT
from yunqi.contract.outline import Outline, PlacedTable

_NAME_TITLES = (
    r"(?:服务|考核|绩效|关键|技术|性能|SLA|三级|二级)*指标(?:名称|项|项目|内容)?|服务水平指标|服务级别指标|考核(?:内容|项目?)"
    r"|服务(?:项目|内容|项|要求项)|项目|保障项目"
)
_COLUMNS = {
    "no": r"序号|编号",
    "name": _NAME_TITLES,
    "nature": r"指标性质|性质|比较|比较方式",
    "value": r"(?:本年|年度)?(?:指标|目标|承诺|标准|考核|要求|服务)值"
    r"|(?:指标|服务|技术|质量|考核)?(?:要求|标准|承诺)|目标|限值|服务(?:级别|水平|等级)|指标(?=要求)",
    "unit": r"度量单位|计量单位|单位",
    "window": r"(?:考核|统计|计算|测量|评估)(?:周期|频次|期间|口径)|周期|频次",
    "method": r"(?:考核|计算|统计|测量|评价)(?:方式|方法|办法)|起算(?:时点|方式)?|备注|说明",
}
_LOOKALIKE = re.compile(r"^\d*[OoIlSZB]\d+[OoIlSZB\d]*$|^\d+[OoIlSZB][OoIlSZB\d]*$")
_KEY_FIGURES = re.compile(r"绩效|KPI|关键绩效")
_OPERATORS = {"≥": ">=", ">=": ">=", "≤": "<=", "<=": "<=", "=": "=", ">": ">", "<": "<"}
_WORDS = (
    (r"≥|>=|不低于|不少于|不小于|至少|大于等于|达到", ">="),
    (r"≤|<=|不超过|不高于|不大于|不多于|小于等于", "<="),
    (r">|大于|高于|超过", ">"),
    (r"<|小于|低于|少于", "<"),
    (r"=|等于", "="),
)
_VALUE = re.compile(rf"(?P<value>{PERCENT}|{NUMBER})(?P<unit>[^\d,;。()]{{0,6}})(?P<more>以上|以内)?")
_TIME_COLUMN = re.compile(r"(?:响应|到场|到达(?:现场)?|恢复|修复|解决|定位|处理|处置)(?:时间|时限|时长)")
_LABEL = re.compile(r".{0,6}(?:级别|等级|类别|类型|分级|故障|事件|优先级|系统)(?:名称|级别|等级|类型|分类)?|级别|等级")


def read_tables(document: Outline) -> tuple[list[ServiceLevel], list[KeyFigure]]:
    """The levels and the key figures of every table that states them, in the order of the document."""
    levels: list[ServiceLevel] = []
    figures: list[KeyFigure] = []
    for placed in document.tables:
        matrix = list(_read_matrix(placed))
        if matrix:
            levels.extend(matrix)
            continue
        columns = Columns.find(placed.table, _COLUMNS)
        if columns is None or not {"name", "value"} <= set(columns.known):
            continue
        if "nature" in columns or _KEY_FIGURES.search(placed.part_title + placed.heading + placed.lead):
            figures.extend(_read_figures(placed, columns))
            continue
        rows = list(_read_rows(placed, columns))
        if any(isinstance(row, ServiceLevel) for row in rows):
            levels.extend(row for row in rows if isinstance(row, ServiceLevel))
            figures.extend(row for row in rows if isinstance(row, KeyFigure))
        elif re.search("指标", columns.title("name")):
            figures.extend(_read_figures(placed, columns))
    return levels, figures


def _read_rows(placed: PlacedTable, columns: Columns) -> Iterator[ServiceLevel | KeyFigure]:
    before = ""
    count = 0
    for index, row in columns.body(placed.table):
        name, value = squeeze(row["name"]) or before, squeeze(row["value"])
        before = name
        if not name or not value:
            continue
        count += 1
        source = row_source(placed, index, row.get("no", "").strip() or str(count))
        more = squeeze(row.get("method", ""))
        window = first_of(WINDOWS, squeeze(row.get("window", "")) or more)
        found = list(read_cell(name, value + squeeze(row.get("unit", "")) if value[-1:].isdigit() else value))
        for level in found:
            level["window"] = level["window"] or (window if level["unit"] == "share" else None)
            level["clock_start"] = level.get("clock_start") or (
                find_clock_start(more + "起,", str(level["metric"])) if level["unit"] != "share" else None
            )
            yield ServiceLevel(**level, source=source)
        if not found:
            figure = _figure(count, row["name"].strip() or name, row["value"], row.get("unit", ""), "", source)
            if figure.operator is not None:
                yield figure


def read_cell(name: str, value: str) -> Iterator[dict[str, Any]]:
    """The limits that a cell states for what another cell names, both comparable.

    >>> [(one["metric"], one["operator"], one["threshold"]) for one in read_cell("故障响应时间", "≤15分钟")]
    [('response', '<=', '15')]
    """
    words = (
        f"{name}{value}" if not re.match(r"[一-龥]", value) or re.match("不|小|大|高|低", value) else f"{name}:{value}"
    )
    found = [level for _, level in find_shares(words)]
    if not found:
        found = [level for _, level in find_times(f"故障,{words}" if "时" in name else words)]
        for level in found:
            if level["condition"] is None:
                level["condition"] = find_condition(name)
    yield from found


def _read_matrix(placed: PlacedTable) -> Iterator[ServiceLevel]:
    """A table that names one kind of fault a row and one time a column."""
    header = [squeeze(cell) for cell in placed.table.rows[0].cells] if placed.table.rows else []
    timed = {at: title for at, title in enumerate(header) if _TIME_COLUMN.search(title)}
    label = next((at for at, title in enumerate(header) if at not in timed and _LABEL.fullmatch(title)), None)
    if len(timed) <= 1 or label is None:
        return
    for index, row in enumerate(placed.table.rows[1:], start=1):
        words = squeeze(row.cells[label])
        if not words:
            continue
        for at, title in timed.items():
            cell = squeeze(row.cells[at])
            name = re.sub(r"\([^()]*\)", "", title)
            unit = re.search(r"\(([^()]*)\)", title)
            if re.fullmatch(r"\d+(?:\.\d+)?", cell) and unit is not None:
                cell += unit[1]
            limit = cell if re.match(r"不|≤|<|小于|最长", cell) else f"不超过{cell}"
            for _, level in find_times(f"故障,{name}{limit}"):
                level["condition"] = find_condition(words) or words
                level["object"] = "system" if "系统" in words else level["object"]
                yield ServiceLevel(**level, source=row_source(placed, index, str(index)))
                break


def _read_figures(placed: PlacedTable, columns: Columns) -> Iterator[KeyFigure]:
    count = 0
    for index, row in columns.body(placed.table):
        name, number = row["name"], row.get("no", "")
        if not name:
            continue
        count += 1
        no = int(number) if re.fullmatch(r"\d{1,6}", number) else count
        yield _figure(
            no, name, row["value"], row.get("unit", ""), row.get("nature", ""), row_source(placed, index, number)
        )


def _figure(no: int, name: str, value: str, unit: str, nature: str, source: Source) -> KeyFigure:
    words = "" if re.fullmatch(r"-+|—+|/", value) else value.strip()
    measure = "" if re.fullmatch(r"-+|—+|/", unit) else unit.strip()
    operator = _OPERATORS.get(squeeze(nature))
    plain = squeeze(words)
    match = _VALUE.search(plain)
    if operator is None and match is not None and not nature.strip():
        head = plain[: match.start()]
        operator = next((code for pattern, code in _WORDS if re.fullmatch(f"(?:应|须)?(?:{pattern})", head)), None)
        if operator is None and match["more"] and not head:
            operator = ">=" if match["more"] == "以上" else "<="
        if operator is not None and match.end() == len(plain):
            words, rest = match["value"], match["unit"]
            if words.endswith("%"):
                words, rest = words[:-1], "%"
            measure = measure or rest
    if _LOOKALIKE.search(squeeze(words)):  # a letter that looks like a digit: no figure, see `extract`
        words = ""
    return KeyFigure(no=no, name=name, operator=operator, value=words or None, unit=measure or None, source=source)
