"""The sheets of the statement workbook."""

from __future__ import annotations

from yunqi.reports.table import Block, Column, Sheet
from yunqi.reports.words import candidate_state_word

_SAMPLE = Column("样例", 5, "sample", "centre")


def sheets() -> tuple[Sheet, ...]:
    """The sheets in order."""
    chosen = ("state", candidate_state_word("chosen"))
    return (
        Sheet(
            "结算单",
            (
                Block("", "facts", (Column("项目", 24, "name"), Column("内容", 86, "text"))),
                Block("结论", "summary", (Column("序", 24, "no", "centre"), Column("内容", 86, "text"))),
                Block(
                    "违约金（元）", "penalty", (Column("项目", 24, "name"), Column("金额（元）", 86, "amount", "yuan"))
                ),
                Block("签署", "signatures", (Column("单位", 24, "name"), Column("签字、盖章、日期", 86, "text"))),
            ),
            pages_tall=1,
        ),
        Sheet(
            "价目交付",
            (
                Block(
                    "",
                    "delivery",
                    (
                        Column("序号", 5, "no", "number"),
                        Column("服务项", 38, "name"),
                        Column("单位", 6, "unit", "centre"),
                        Column("合同量", 10, "contracted", "number"),
                        Column("月均交付", 11, "average", "number"),
                        Column("峰值", 10, "peak", "number"),
                        Column("月末", 10, "at_end", "number"),
                        Column("临时扩容（月均）", 11, "burst_average", "number"),
                        Column("单价（元）", 10, "unit_price", "number"),
                        Column("合同合价（元）", 15, "total_fen", "yuan", total=True),
                        Column("说明", 14, "note"),
                    ),
                    empty="合同没有价目行",
                ),
            ),
        ),
        Sheet(
            "服务水平",
            (
                Block(
                    "",
                    "levels",
                    (
                        Column("服务水平", 22, "title"),
                        Column("对象", 10, "object"),
                        Column("比较", 12, "operator", "centre"),
                        Column("约定值", 9, "threshold", "number"),
                        Column("实测值", 12, "measured", "number"),
                        Column("单位", 7, "unit", "centre"),
                        Column("判定", 12, "state", "centre"),
                        Column("各种解释下的结果", 26, "alternatives"),
                        Column("相关事件", 15, "events"),
                        Column("依据", 10, "clause"),
                        Column("条款原文", 30, "quote"),
                        _SAMPLE,
                    ),
                    empty="合同没有约定服务水平",
                ),
            ),
        ),
        Sheet(
            "事件时钟",
            (
                Block(
                    "",
                    "clocks",
                    (
                        Column("事件", 15, "number"),
                        Column("事由", 20, "title"),
                        Column("信息系统", 13, "system"),
                        Column("时钟", 14, "name"),
                        Column("起算", 14, "start"),
                        Column("起算时间", 20, "started_at"),
                        Column("停止时间", 20, "stopped_at"),
                        Column("用时（分钟）", 9, "minutes", "number"),
                        Column("限时", 6, "limit", "number"),
                        Column("单位", 6, "unit", "centre"),
                        Column("判定", 12, "state", "centre"),
                        Column("说明", 12, "why"),
                        Column("依据", 10, "clause"),
                        _SAMPLE,
                    ),
                    empty="本月没有故障记录",
                ),
                Block(
                    "事件经过",
                    "events",
                    (
                        Column("事件", 15, "number"),
                        Column("经过", 20, "text"),
                        Column("中断（分钟）", 18, "outage", "number"),
                    ),
                    empty="本月没有故障记录",
                ),
            ),
        ),
        Sheet(
            "违约与违约金",
            (
                Block(
                    "",
                    "candidates",
                    (
                        Column("事件", 15, "event"),
                        Column("原因", 16, "root_cause"),
                        Column("类别", 9, "severity", "centre"),
                        Column("条款", 12, "clause"),
                        Column("情形", 30, "text"),
                        Column("系数", 7, "coefficient", "share"),
                        Column("违约金（元）", 15, "amount_fen", "yuan", total=True, total_when=chosen),
                        Column("处理", 15, "state"),
                        Column("尚缺", 14, "needs"),
                        Column("各种认定下的金额", 24, "alternatives"),
                        _SAMPLE,
                    ),
                    empty="本月没有违约情形",
                ),
                Block(
                    "解除合同的事由",
                    "grounds",
                    (
                        Column("事由", 30, "title"),
                        Column("情况", 60, "detail"),
                        Column("状态", 18, "state", "centre"),
                        Column("依据", 14, "clause"),
                    ),
                    empty="合同没有约定按人员计的解除事由",
                ),
                Block(
                    "抵扣次序",
                    "offset",
                    (
                        Column("从何处抵扣", 16, "from"),
                        Column("依据", 22, "note"),
                        Column("金额（元）", 17, "amount_fen", "yuan", total=True),
                    ),
                    empty="本月没有抵扣",
                ),
            ),
        ),
        Sheet(
            "分期付款",
            (
                Block(
                    "",
                    "instalments",
                    (
                        Column("期次", 6, "no", "number"),
                        Column("金额（元）", 18, "amount_fen", "yuan", total=True),
                        Column("付款条件", 26, "trigger"),
                        Column("付款期限", 18, "due"),
                        Column("状态", 20, "state", "centre"),
                        Column("工作日依据", 34, "notice"),
                        Column("依据", 14, "clause"),
                    ),
                    empty="合同没有约定分期付款",
                ),
            ),
        ),
        Sheet(
            "待约定事项",
            (
                Block(
                    "",
                    "open_points",
                    (
                        Column("序号", 6, "no", "number"),
                        Column("类别", 12, "kind", "centre"),
                        Column("事项", 50, "question"),
                        Column("涉及", 30, "subjects"),
                        Column("可选的约定或认定及其结果", 50, "choice"),
                        Column("依据", 16, "clause"),
                    ),
                    empty="没有待约定事项",
                ),
                Block(
                    "适用的约定解释",
                    "readings",
                    (
                        Column("序号", 6, "no", "number"),
                        Column("约定依据", 12, "agreement"),
                        Column("解释", 50, "text"),
                    ),
                    empty="没有适用的约定解释",
                ),
            ),
        ),
        Sheet(
            "溯源",
            (
                Block(
                    "",
                    "trace",
                    (
                        Column("数字", 36, "label", "label"),
                        Column("值", 24, "value"),
                        Column("算式", 26, "formula"),
                        Column("依据", 10, "clause"),
                        Column("条款原文", 30, "quote"),
                        Column("约定解释", 14, "reading"),
                        Column("事实编号", 26, "facts"),
                        _SAMPLE,
                    ),
                    empty="没有可溯源的数字",
                ),
            ),
        ),
    )
