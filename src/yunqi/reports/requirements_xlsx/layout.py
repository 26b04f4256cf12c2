"""The sheets of the workbook of requirements."""

from __future__ import annotations

from yunqi.reports.table import Block, Column, Sheet

_USE = (
    Column("平均用量", 12, "average", "number"),
    Column("峰值", 10, "peak", "number"),
)


def sheets() -> tuple[Sheet, ...]:
    """The sheets in order."""
    return (
        Sheet(
            "说明",
            (
                Block("", "facts", (Column("项目", 24, "name"), Column("内容", 86, "text"))),
                Block(
                    "合同承诺而未单独计价的服务（下一年度请列为单项或删除）",
                    "unpriced",
                    (Column("序号", 24, "no", "centre"), Column("服务", 86, "name")),
                    empty="没有",
                ),
            ),
            pages_tall=1,
        ),
        Sheet(
            "需求清单",
            (
                Block(
                    "",
                    "lines",
                    (
                        Column("序号", 5, "no", "number"),
                        Column("服务项", 34, "name"),
                        Column("单位", 6, "unit", "centre"),
                        Column("合同数量", 10, "contracted", "number"),
                        *_USE,
                        Column("第95百分位", 11, "percentile", "number"),
                        Column("次数", 7, "once", "number"),
                        Column("闲置率", 9, "idle", "share"),
                        Column("建议数量", 10, "proposed", "number"),
                        Column("参考单价（元）", 11, "yuan", "number"),
                        Column("计价", 6, "price_text", "centre"),
                        Column("预算（元）", 15, "budget_fen", "yuan", total=True),
                        Column("说明", 26, "rule_text"),
                    ),
                    empty="合同没有价目行",
                ),
            ),
        ),
        Sheet(
            "分系统用量",
            (
                Block(
                    "",
                    "systems",
                    (
                        Column("信息系统", 30, "system"),
                        Column("序号", 6, "no", "number"),
                        Column("服务项", 40, "name"),
                        Column("单位", 8, "unit", "centre"),
                        *_USE,
                        Column("第95百分位", 12, "percentile", "number"),
                    ),
                    empty="期间没有记录到用量",
                ),
            ),
        ),
        Sheet(
            "逐月用量",
            (
                Block(
                    "",
                    "months",
                    (
                        Column("序号", 6, "no", "number"),
                        Column("服务项", 40, "name"),
                        Column("单位", 8, "unit", "centre"),
                        Column("月份", 10, "month", "centre"),
                        *_USE,
                    ),
                    empty="期间没有记录到用量",
                ),
            ),
        ),
        Sheet(
            "服务级别要求",
            (
                Block(
                    "",
                    "levels",
                    (
                        Column("序号", 6, "no", "number"),
                        Column("指标", 22, "metric"),
                        Column("对象", 14, "object"),
                        Column("要求", 22, "limit"),
                        Column("说明", 44, "more"),
                    ),
                    empty="现合同没有约定服务级别",
                ),
            ),
        ),
    )
