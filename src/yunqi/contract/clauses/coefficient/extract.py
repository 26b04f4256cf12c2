"""Reads the tables of coefficients: what each row measures, and between which limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from yunqi.contract.clauses.base import Extraction, Uncertain, row_source, source_of
from yunqi.contract.clauses.coefficient.lines import read_lines
from yunqi.contract.clauses.coefficient.schema import Band, Coefficient, Formula, Requirement
from yunqi.contract.clauses.table import Columns
from yunqi.contract.documents import squeeze
from yunqi.contract.numbers import DURATION, NUMBER, PERCENT, read_duration, read_number, read_share
from yunqi.contract.outline import Outline, PlacedTable
from yunqi.kernel.money import decimal_text

AFTER = ("critical_breach", "price_line")

_COLUMNS = {
    "no": r"序号|编号",
    "text": r"问题描述|违约情形|情形|描述|违约行为|问题",
    "coefficient": r".*系数",
}
_MEASURES = (
    ("unattended", r"无人值守|值守缺岗|无人在岗|脱岗|空岗"),
    ("response_average", r"平均响应时间|响应平均(?:时间|用时)|平均响应用时"),
    (
        "recovery_average",
        r"平均(?:故障)?恢复时间|平均(?:故障)?修复时间|故障恢复平均(?:时间|用时)|平均(?:故障)?恢复用时",
    ),
    ("mutual_backup", r"互备|互为备份"),
    ("rectification_ignored", r"整改通知"),
    ("assessment_failures", r"月度考核|考核.{0,20}未(?:能)?通过"),
    ("scale_out_late", r"扩容"),
    ("complaint_count", r"投诉"),
    ("outage_count_or_total", r"连续宕机.{0,12}(?:或|,).{0,4}累计|宕机.{0,12}次.{0,12}累计"),
    ("outage_single", r"宕机"),
    ("tampered", r"被篡改|网页篡改"),
    ("data_lost", r"数据丢失|丢失数据"),
    ("intruded", r"被入侵|遭入侵|非法侵入"),
    ("availability", r"可用(?:性|率)"),
)
_SEVERITY = re.compile(
    r"(?P<negated>未(?:造成|产生|构成|形成)|没有造成|尚未造成)?(?:造成|产生|构成|形成|出现)?(?P<word>重大(?:损失|影响|事故))"
)
_ABOVE = r"(?:超过大于|大于等于|大于|超过|高于|不低于|不少于|达到|满)"
_BELOW = r"(?:小于等于|小于|不超过|不足|低于|少于|不大于|不满)"
_INTERVAL = re.compile(
    rf"(?P<above>{_ABOVE}){DURATION}(?P<more>\(含\)|及?以上)?(?:(?:且|,|并|、)*(?P<below>{_BELOW})(?P<count2>{NUMBER})(?P<unit2>分钟|小时|个?工作日|天|日)(?P<less>\(含\))?)?"
)
_OVER = re.compile(rf"{DURATION}(?P<more>及?以上)")
_TIMES = re.compile(rf"(?P<over>超过)?(?P<count>{NUMBER})次(?P<more>\(含\)|及?以上)?")
_SHARE_BAND = re.compile(
    rf"(?P<data>数据)?可用(?:性|率)[^,;。\d]{{0,10}}?(?P<below>低于|达不到|未达到|小于|不足)(?P<limit>{PERCENT})"
)
_MINUTES_AN_HOUR = 60
_FORMULA = re.compile(r"^(?:罚款金额)?\(?(?:违约金)?\)?=.+")


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """Coefficients of all tables in order, and the formulas."""
    result = Extraction()
    rows: list[Coefficient] = []
    tables: list[PlacedTable] = []
    for placed in document.tables:
        columns = Columns.find(placed.table, _COLUMNS)
        if columns is not None and {"text", "coefficient"} <= set(columns.known):
            tables.append(placed)
            rows.extend(_read_rows(placed, columns, result, len(rows)))
    for line in read_lines(document):
        entry = Coefficient(
            table=_name_table(line.title),
            no=line.no,
            text=line.text,
            coefficient=_read_coefficient(line.coefficient),
            source=line.source,
        )
        _read_text(entry)
        _tell_open(entry, len(rows), result)
        rows.append(entry)
    formulas = _find_formulas(document)
    main = next((formula for formula in formulas if formula.divisor is not None), None)
    result.values["penalties.coefficients"] = rows
    result.values["penalties.formula"] = main or (formulas[0] if formulas else None)
    result.values["penalties.formulas"] = formulas
    return result


def _table_name(placed: PlacedTable) -> str | None:
    return _name_table(placed.part_title, placed.lead, placed.heading)


def _name_table(*titles: str) -> str | None:
    for words in titles:
        if "严重" in words:
            return "severe"
        if "一般" in words or "轻微" in words:
            return "minor"
    return None


def _tell_open(entry: Coefficient, place: int, result: Extraction) -> None:
    """What of a row could not be read is open. A row that goes on below is told of by its first line."""
    path = f"penalties.coefficients[{place}]"
    if entry.coefficient is None:
        result.uncertain.append(Uncertain(path=f"{path}.coefficient", candidates=[], source=entry.source))
    if entry.table is None:
        result.uncertain.append(Uncertain(path=f"{path}.table", candidates=["severe", "minor"], source=entry.source))
    if entry.measures is None:
        result.uncertain.append(Uncertain(path=f"{path}.measures", candidates=[], source=entry.source))


def _read_rows(placed: PlacedTable, columns: Columns, result: Extraction, before: int) -> list[Coefficient]:
    table = _table_name(placed)
    found: list[Coefficient] = []
    for index, row in columns.body(placed.table):
        text, number = row["text"], row.get("no", "")
        plain = squeeze(text)
        if not plain:
            continue
        if not row["coefficient"] and not number and found:
            found[-1].text += text
            found[-1].source.text += " " + text
            _read_text(found[-1])
            continue
        no = int(number) if re.fullmatch(r"\d{1,6}", number) else len(found) + 1
        source = row_source(placed, index, str(no))
        entry = Coefficient(
            table=table,
            no=no,
            text=text,
            coefficient=_read_coefficient(row["coefficient"]),
            source=source,
        )
        _read_text(entry)
        _tell_open(entry, before + len(found), result)
        found.append(entry)
    return found


def _read_coefficient(words: str) -> str | None:
    """The multiple; None where the cell holds no number, or one with a letter that looks like a digit."""
    plain = squeeze(words)
    if re.fullmatch(PERCENT, plain):
        return read_share(plain)
    if re.fullmatch(rf"{NUMBER}倍?", plain):
        return decimal_text(read_number(plain.rstrip("倍")))
    return None


def _read_text(entry: Coefficient) -> None:
    plain = squeeze(entry.text)
    entry.measures = next((name for name, pattern in _MEASURES if re.search(pattern, plain)), None)
    severity = _SEVERITY.search(plain)
    entry.requires = (
        Requirement(word=severity["word"], negated=bool(severity["negated"])) if severity is not None else None
    )
    entry.bands = read_bands(plain, entry.measures or "")
    own = [band for band in entry.bands if band.metric == entry.measures]
    entry.band = own[0] if own else entry.bands[0] if entry.bands else None
    entry.joined = None
    if len(entry.bands) > 1:
        joins = [word for word, mark in (("or", "或"), ("and", "且")) if mark in _INTERVAL.sub("", plain)]
        entry.joined = "_".join(joins) or "and"  # or_and: the last band holds together with any of the others


def read_bands(plain: str, measures: str) -> list[Band]:
    """The intervals in a row's comparable text.

    Source: 民法典 第1259条 (以上 includes the number, 超过 and 大于 do not).

    >>> [b.model_dump(exclude={"metric"}) for b in read_bands("平均响应时间大于15分钟且小于30分钟", "response_average")]
    [{'min': '15', 'min_operator': '>', 'max': '30', 'max_operator': '<', 'unit': 'minute'}]
    """
    bands: list[Band] = []
    for match in _SHARE_BAND.finditer(plain):
        metric = "data_availability" if match["data"] else "availability"
        bands.append(Band(metric=metric, max=read_share(match["limit"]), max_operator="<", unit="share"))
    if measures in {"response_average", "recovery_average", "unattended"}:
        match_ = _INTERVAL.search(plain) or _OVER.search(plain)
        if match_ is not None:
            bands.append(_interval(match_, measures))
    elif measures == "scale_out_late":
        match_ = re.search(rf"{DURATION}(?:以|之)?内", plain)
        duration = read_duration(match_["count"], match_["unit"]) if match_ is not None else None
        if duration is not None:
            bands.append(Band(metric=measures, min=str(duration[0]), min_operator=">", unit=duration[1]))
    elif measures in {"outage_single", "outage_count_or_total"}:
        times = _TIMES.search(plain)
        if times is not None:
            bands.append(_count_band(times, "outage_count"))
        over = _OVER.search(plain) or re.search(rf"(?:超过|大于)(?P<x>){DURATION}(?P<more>)", plain)
        duration = read_duration(over["count"], over["unit"]) if over is not None else None
        if over is not None and duration is not None:
            metric = "outage_total" if measures == "outage_count_or_total" else "outage_single"
            bands.append(
                Band(metric=metric, min=str(duration[0]), min_operator=">=" if over["more"] else ">", unit=duration[1])
            )
    if measures in {"complaint_count", "assessment_failures"}:
        times = _TIMES.search(plain)
        if times is not None:
            bands.append(_count_band(times, measures))
    return bands


def _count_band(match: re.Match[str], metric: str) -> Band:
    operator = ">" if match["over"] and not match["more"] else ">="
    return Band(metric=metric, min=decimal_text(read_number(match["count"])), min_operator=operator, unit="time")


def _interval(match: re.Match[str], metric: str) -> Band:
    groups = match.groupdict()
    duration = read_duration(groups["count"], groups["unit"])
    unit = duration[1] if duration is not None else "minute"
    above = groups.get("above") or ""
    inclusive = bool(groups.get("more")) or above in {"不低于", "不少于", "大于等于", "达到", "满"}
    band = Band(
        metric=metric,
        min=decimal_text(read_number(groups["count"])),
        min_operator=">=" if inclusive else ">",
        unit=unit,
    )
    if groups.get("below"):
        second = read_duration(groups["count2"], groups["unit2"])
        value = read_number(groups["count2"])
        if second is not None and second[1] != unit and {second[1], unit} == {"minute", "hour"}:
            if second[1] == "hour":
                value *= _MINUTES_AN_HOUR
            else:  # the lower end is in hours, the upper one in minutes
                band.min, band.unit = decimal_text(read_number(groups["count"]) * _MINUTES_AN_HOUR), "minute"
        band.max = decimal_text(value)
        band.max_operator = "<=" if groups.get("less") or groups["below"] in {"小于等于", "不超过", "不大于"} else "<"
    return band


def _find_formulas(document: Outline) -> list[Formula]:
    formulas: list[Formula] = []
    for clause in document.clauses:
        match = _FORMULA.match(clause.text)
        if match is None or not re.search("违约金|罚款", clause.text[:12]):
            continue
        right = clause.text.split("=", 1)[1]
        title = clause.part_title + clause.text
        table = (
            "critical"
            if "重大" in title
            else "severe"
            if "严重" in title
            else "minor"
            if re.search("一般|轻微", title)
            else None
        )
        share = re.search(PERCENT, right)
        formulas.append(
            Formula(
                table=table,
                text=re.sub(r"\([^()]*参见.*$", "", clause.text),
                base="contract"
                if re.search(r"合同(?:总)?(?:全额|金额|价|总价|额)", right)
                else "system_fee"
                if "系统" in right
                else None,
                divisor="service_months" if re.search(r"/.{0,6}月", right) else None,
                coefficient=read_share(share[0]) if share is not None else None,
                source=source_of(clause),
            )
        )
    return formulas
