"""Reads the table of service levels, as service level agreements in annexes have it."""

from __future__ import annotations

from yunqi.contract.clauses import code_words as words
from yunqi.contract.clauses.register import register_rows
from yunqi.contract.clauses.service_level.schema import ServiceLevel
from yunqi.contract.documents import squeeze
from yunqi.contract.outline import Outline

_TITLES = {
    "no": r"序号|编号",
    "metric": r"服务级别指标|服务水平指标",
    "object": r"考核对象|适用对象",
    "operator": r"比较方式",
    "threshold": r"限值|承诺值",
    "unit": r"计量单位|单位",
    "statistic": r"统计口径",
    "condition": r"适用条件",
    "window": r"考核周期",
    "clock_start": r"起算时点",
}
_NEEDED = frozenset({"metric", "operator", "threshold"})


def read_levels(document: Outline) -> list[ServiceLevel]:
    """The levels in the order of the tables; a row without a limit is none."""
    found: list[ServiceLevel] = []
    for _no, row, source in register_rows(document, _TITLES, _NEEDED):
        metric, operator = words.METRICS.read(row["metric"]), words.OPERATORS.read(row["operator"])
        if metric is None or operator is None or words.is_nothing(row["threshold"]):
            continue
        share = words.read_share_cell(row["threshold"])
        found.append(
            ServiceLevel(
                metric=metric,
                operator=operator,
                threshold=share or squeeze(row["threshold"]),
                unit="share" if share else words.UNITS.read(row["unit"]) or "",
                statistic=words.STATISTICS.read(row["statistic"]),
                object=words.OBJECTS.read(row["object"]),
                condition=words.CONDITIONS.read(row["condition"]),
                window=words.WINDOWS.read(row["window"]),
                clock_start=words.CLOCK_STARTS.read(row["clock_start"]),
                source=source,
            )
        )
    return found
