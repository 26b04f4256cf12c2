"""Places and values of contract data as a person reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from yunqi.contract.changes.paths import find_place, parse_path
from yunqi.contract.changes.values import kind_of
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_share, render_yuan
from yunqi.kernel.words import _
from yunqi.operations.table_words import code_word

PARTS = {
    "acceptance": "验收",
    "baseline_services": "无价服务",
    "bond": "履约保证金",
    "burst": "临时扩容",
    "confidentiality": "保密",
    "deliverables": "交付物",
    "disputes": "争议解决",
    "documents": "文件顺序",
    "exit": "退出",
    "force_majeure": "不可抗力",
    "instalments": "分期款",
    "kpis": "绩效指标",
    "notices": "通知",
    "amendment_rules": "变更",
    "number": "合同编号",
    "obligations": "义务",
    "parties": "当事人",
    "penalties": "违约责任",
    "penalties.coefficients": "违约系数",
    "penalties.critical": "重大违约",
    "penalties.formula": "违约金公式",
    "penalties.formulas": "违约金公式",
    "penalties.offset": "抵扣顺序",
    "penalties.other": "其他违约金",
    "price_lines": "价目表",
    "project_number": "项目编号",
    "service_levels": "服务水平",
    "signed_on": "签订日期",
    "systems": "信息系统",
    "table_total_fen": "价目表总价",
    "tax": "税",
    "term": "服务期",
    "title": "合同名称",
    "total_fen": "合同总金额",
    "unpriced_services": "未列价的服务",
}
NAMES = {
    "amount_fen": "金额",
    "band": "区间",
    "terminates": "解除条件",
    "bands": "区间",
    "base": "基数",
    "bundle": "含于哪一行",
    "by_on": "付款日期",
    "cap": "上限",
    "clock_start": "起算点",
    "coefficient": "系数",
    "condition": "条件",
    "conditions": "条件",
    "count": "次数",
    "deadline": "期限",
    "divisor": "除数",
    "due": "提交期限",
    "duration": "时长",
    "duty": "义务",
    "end_on": "届满日",
    "forms": "形式",
    "frequency": "频次",
    "from": "起始依据",
    "grade": "等级",
    "group": "分组",
    "important": "重要系统",
    "internet_facing": "面向互联网",
    "item": "目录代码",
    "kind": "种类",
    "level": "级别",
    "max": "上限",
    "measures": "衡量的指标",
    "metric": "指标",
    "min": "下限",
    "months": "月数",
    "name": "名称",
    "net_fen": "不含税金额",
    "no": "序号",
    "object": "对象",
    "of": "计算基数",
    "operator": "比较符",
    "parameters": "参数",
    "party": "义务方",
    "periods": "计费周期",
    "provider": "乙方",
    "quantity": "数量",
    "rate": "比例",
    "remedy": "后果",
    "share": "比例",
    "start_on": "起始日",
    "statistic": "统计方式",
    "table": "所属的表",
    "tax_fen": "税额",
    "text": "原文",
    "threshold": "约定值",
    "total_fen": "合价",
    "triggers": "付款条件",
    "type": "类型",
    "unit": "单位",
    "unit_price": "单价",
    "until_on": "有效期至",
    "using_unit": "甲方",
    "value": "约定值",
    "window": "计算周期",
    "within": "付款期限",
}
DURATION_UNITS = {
    "minute": "{count} 分钟",
    "hour": "{count} 小时",
    "day": "{count} 天",
    "working_day": "{count} 个工作日",
    "month": "{count} 个月",
    "year": "{count} 年",
    "run": "{count} 次",
    "term": "整个服务期",
}


def part_word(key: str) -> str:
    """What a part of a contract is called: `price_lines`, `penalties.other`.

    >>> part_word("price_lines"), part_word("of_another")
    ('价目表', 'of_another')
    """
    return _(PARTS[key]) if key in PARTS else key


def label_of(path: str, data: Mapping[str, Any] | None = None) -> str:
    """The words for a path; an item of a list is named by its number in the text where `data` tells it.

    >>> label_of("price_lines[3].quantity")
    '价目表第 4 项 · 数量'
    """
    try:
        steps = list(parse_path(path))
    except Problem:
        return path
    head = str(steps.pop(0))
    if head == "penalties" and steps and isinstance(steps[0], str):
        head = f"{head}.{steps.pop(0)}"
    words = part_word(head)
    if steps and isinstance(steps[0], int):
        index = int(steps.pop(0))
        number = _number_of(head, index, data)
        words = _("{part}第 {no} 项", part=words, no=index + 1 if number is None else number)
    names = [_(NAMES[step]) if step in NAMES else str(step) for step in steps if isinstance(step, str)]
    return " · ".join([words, *names])


def value_words(path: str, value: Any) -> str:
    """A value at a path as a person reads it: yuan, percent, durations; "—" for null.

    >>> value_words("total_fen", 123450), value_words("bond.share", "0.05"), value_words("term.end_on", None)
    ('1,234.50 元', '5.00%', '—')
    """
    if value is None or value in ("", []):
        return "—"
    try:
        kind = kind_of(find_place(path))
    except Problem:
        kind = "form"
    if kind == "fen" and isinstance(value, int):
        return _("{amount} 元", amount=render_yuan(value))
    if kind == "share" and isinstance(value, str):
        return render_share(Fraction(value))
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Mapping):
        return duration_words(value) or form_words(path, value)
    if isinstance(value, list):
        return _("、").join(value_words(f"{path}[{index}]", one) for index, one in enumerate(value))
    return code_word(path.rpartition(".")[2], value) if isinstance(value, str) else str(value)


def duration_words(value: Mapping[str, Any]) -> str:
    """A duration in words; "" for what is none."""
    if not {"count", "unit"} <= set(value) or value["unit"] not in DURATION_UNITS:
        return ""
    return _(DURATION_UNITS[value["unit"]], count=value["count"])


def form_words(path: str, value: Mapping[str, Any]) -> str:
    """A form in words: its fields that state something, without their sources."""
    told = []
    for name, one in value.items():
        if name not in {"source", "sources", "remedy_source"} and one not in (None, "", [], {}):
            words = _(NAMES[name]) if name in NAMES else name
            told.append(f"{words} {value_words(f'{path}.{name}', one)}")
    return _("；").join(told) or json.dumps(value, ensure_ascii=False)


def _number_of(head: str, index: int, data: Mapping[str, Any] | None) -> Any:
    found: Any = data
    for key in head.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    if isinstance(found, list) and index < len(found) and isinstance(found[index], Mapping):
        return found[index].get("no")
    return None
