"""Tables from text: which row is a header, and how the parts of a table from several pages become one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

from yunqi.contract.documents.model import Row, Table
from yunqi.contract.documents.plain import squeeze

Covered: TypeAlias = Mapping[tuple[int, int], tuple[int, int]]

_HEADER_WORDS = frozenset(
    [
        "序号",
        "编号",
        "项号",
        "行号",
        "分项名称",
        "名称",
        "服务项",
        "服务项目",
        "服务内容",
        "服务名称",
        "服务子类",
        "构成内容",
        "明细内容",
        "规格",
        "单价",
        "数量",
        "合价",
        "总价",
        "小计",
        "金额",
        "单位",
        "计量单位",
        "周期",
        "服务周期",
        "计费周期",
        "期数",
        "服务期",
        "备注",
        "说明",
        "系统名称",
        "信息系统名称",
        "信息系统",
        "服务类别",
        "服务目录",
        "项目",
        "项目内容",
        "阶段",
        "输出成果",
        "交付物",
        "交付成果",
        "成果",
        "类别",
        "范围",
        "影响",
        "影响时间",
        "持续时间",
        "事件级别",
        "级别",
        "次数",
        "问题描述",
        "违约情形",
        "情形",
        "系数",
        "违约金系数",
        "指标名称",
        "指标性质",
        "本年指标值",
        "指标值",
        "度量单位",
        "技术指标",
        "技术要求",
        "等保等级",
        "等级",
        "重要系统",
        "互联网",
        "事件类型",
        "类型",
        "影响范围",
        "影响程度",
        "认定条件",
        "条件",
        "提交要求",
        "提交时间",
        "频次",
        "描述",
        "单位名称",
        "服务大类",
        "服务小类",
        "服务分类",
        "标的名称",
        "计费数量",
        "行价",
        "项名",
        "总额",
        "保障类别",
        "保障项目",
        "保障内容",
        "违约行为",
        "计算系数",
        "重要信息系统",
        "面向互联网",
        "服务级别指标",
        "考核对象",
        "比较方式",
        "限值",
        "统计口径",
        "适用条件",
        "考核周期",
        "起算时点",
        "义务方",
        "义务内容",
        "义务性质",
        "触发情形",
        "履行期限",
        "履行频次",
        "履行凭证",
        "服务阶段",
        "提交方",
        "提交情形",
        "提交期限",
        "最迟提交",
        "提交频次",
        "证明材料",
        "期次",
        "付款条件",
        "付款期限",
        "最迟付款日",
        "付款比例",
        "付款金额",
        "金额大写",
        "付款前提",
        "违约方",
        "违约事由",
        "计收方式",
        "计收比例",
        "计收基数",
        "定额",
        "上限",
        "发生次数",
        "责任认定",
        "不另计价服务",
        "目录项",
        "技术参数",
        "安全保护等级",
        "指标",
        "指标项",
        "服务指标",
        "服务水平指标",
        "考核指标",
        "绩效指标",
        "性能指标",
        "技术要求项",
        "指标要求",
        "服务标准",
        "服务要求",
        "承诺值",
        "目标值",
        "考核标准",
        "考核要求",
        "考核内容",
        "考核项目",
        "考核项",
        "统计周期",
        "计算周期",
        "考核频次",
        "考核方式",
        "考核方法",
        "计算方式",
        "计算方法",
        "统计方式",
        "性质",
        "目标",
        "要求",
        "标准",
        "故障级别",
        "故障等级",
        "故障类型",
        "事件等级",
        "响应时间",
        "响应时限",
        "到场时间",
        "到场时限",
        "到达现场时间",
        "恢复时间",
        "恢复时限",
        "修复时间",
        "解决时间",
        "解决时限",
        "定位时间",
        "处理时限",
        "处理时间",
        "扣分标准",
        "扣分",
        "扣分情形",
        "扣分项",
        "扣分规则",
        "分值",
        "得分",
        "考核得分",
        "评分",
        "评分标准",
        "支付比例",
        "服务费支付比例",
        "扣减比例",
        "扣款比例",
        "扣罚比例",
        "违约金比例",
        "赔付比例",
        "违约金",
        "违约责任",
        "处罚标准",
        "扣款标准",
        "扣款金额",
        "月度可用性",
        "当月可用性",
        "可用性",
        "可用率",
        "惩罚系数",
        "处罚系数",
        "认定标准",
        "影响人数",
        "后果",
        "处理方式",
        "考核得分区间",
        "分数段",
        "得分区间",
        "等次",
        "考核等次",
        "考核结果",
        "违约情况",
        "违约事项",
        "违约等级",
    ]
)
_HEADER_END = re.compile(
    r"[一-龥]{0,6}(?:序号|编号|名称|单价|数量|合价|总价|金额|比例|周期|频次|等级|类别|系数|月数|比重|得分|扣分(?:情形|标准)?|考核(?:内容|项目)|可用[性率])"
)
_UNIT_NOTE = re.compile(r"\([^()]*\)|/.*$")
_RULE = re.compile(r"^[-:=\s]+$")


def is_header_word(cell: str) -> bool:
    """Whether a cell holds a word of table headers, a unit in brackets aside.

    >>> is_header_word("单价(元)"), is_header_word("北京")
    (True, False)
    """
    words = _UNIT_NOTE.sub("", squeeze(cell))
    return words in _HEADER_WORDS or _HEADER_END.fullmatch(words) is not None


def is_header(cells: tuple[str, ...]) -> bool:
    """Whether most filled cells of a row hold header words, and at least two do."""
    filled = [cell for cell in cells if cell.strip()]
    known = sum(is_header_word(cell) for cell in filled)
    return known >= 2 and known * 2 > len(filled)


def is_rule(cells: tuple[str, ...]) -> bool:
    """Whether the row only draws a line under the header, as markdown does."""
    return bool(cells) and all(_RULE.match(cell) or not cell.strip() for cell in cells) and any("-" in c for c in cells)


def build_table(rows: Sequence[Row], covered: Covered = MappingProxyType({})) -> list[Table]:
    """Tables from raw rows in order: a repeated header goes, a different header begins the next table.

    `covered` names merged cells by the rows' indexes.
    """
    groups: list[list[int]] = []
    header: tuple[str, ...] | None = None
    for index, row in enumerate(rows):
        if is_rule(row.cells) or not any(cell.strip() for cell in row.cells):
            continue
        if is_header(row.cells):
            form = tuple(squeeze(cell) for cell in row.cells if cell.strip())
            if form == header:
                continue
            second_line = groups and len(groups[-1]) == 1 and not row.cells[0].strip()
            if not second_line:
                groups.append([])
                header = form
            groups[-1].append(index)
        elif groups:
            groups[-1].append(index)
        else:
            groups.append([index])
    return [_make_table(group, rows, covered) for group in groups]


def _make_table(group: list[int], rows: Sequence[Row], covered: Covered) -> Table:
    width = max(len(rows[index].cells) for index in group)
    place = {index: at for at, index in enumerate(group)}
    return Table(
        tuple(replace(rows[i], cells=rows[i].cells + ("",) * (width - len(rows[i].cells))) for i in group),
        {
            (place[row], column): (place[top], left)
            for (row, column), (top, left) in covered.items()
            if row in place and top in place
        },
    )
