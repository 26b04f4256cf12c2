"""The words in which a table of a contract states what the data holds as codes, and the way back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from yunqi.contract.clauses.base import Duration
from yunqi.contract.documents import squeeze
from yunqi.contract.numbers import DATE, DURATION, PERCENT, Amount, find_amounts, read_date, read_duration, read_share
from yunqi.kernel.money import decimal_text, render_daxie, render_yuan

NONE: Final = "—"
"""A cell of this mark: the contract agrees nothing here."""
BLANK: Final = "____"
"""A cell of this mark: still to be filled in."""
_NONE_MARKS = frozenset({"", "-", "--", "/", "无"})
_OTHER = re.compile(r"^其他\((.+)\)$")
_CODE = re.compile(r"^[A-Za-z0-9_.-]+$")
_DURATION = re.compile(rf"^{DURATION}$")
_UNITS = {
    "minute": "分钟",
    "hour": "小时",
    "day": "日",
    "working_day": "个工作日",
    "month": "个月",
    "year": "年",
}


class Words:
    """Codes and their words, both ways; a code without a word is said as 「其他（code）」."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = dict(words)
        self._codes = {squeeze(word): code for code, word in words.items()}

    def say(self, code: str | None) -> str:
        """The word of a code; the mark for nothing where there is none."""
        if code is None:
            return NONE
        return self._words.get(code) or (f"其他（{code}）" if _CODE.match(code) else code)

    def read(self, cell: str) -> str | None:
        """The code of a word; a word that is no code's is given back as it stands."""
        plain = squeeze(cell)
        if plain in _NONE_MARKS:
            return None
        other = _OTHER.match(plain)
        return other[1] if other is not None else self._codes.get(plain, plain)


METRICS: Final = Words(
    {
        "availability": "可用性",
        "data_availability": "数据可用性",
        "durability": "数据可靠性",
        "response": "响应时间",
        "location": "故障定位排除时间",
        "recovery": "恢复时间",
        "arrival": "到达现场时间",
        "handling": "故障处理时间",
        "scale_out": "扩容时间",
        "creation": "资源开通时间",
        "replacement": "更换时间",
        "rework": "返工时间",
        "rto": "恢复时间目标（RTO）",
        "rpo": "恢复点目标（RPO）",
        "mttr": "平均修复时间（MTTR）",
    }
)
OBJECTS: Final = Words(
    {
        "platform": "云平台",
        "service": "云服务",
        "system": "信息系统",
        "data": "数据",
        "instance": "云主机",
        "network": "网络",
        "fault": "故障",
    }
)
OPERATORS: Final = Words({">=": "不低于", ">": "高于", "<=": "不超过", "<": "低于", "=": "等于"})
STATISTICS: Final = Words({"each": "逐次", "average": "平均"})
CONDITIONS: Final = Words(
    {
        "important_system": "重要信息系统",
        "internet_facing": "面向互联网的系统",
        "down": "宕机",
        "not_down": "非宕机",
        "not_important_system": "重要信息系统以外的系统",
        "not_internet_facing": "面向互联网的系统以外的系统",
        "other_system": "其他系统",
        "level_3": "等保三级系统",
        "level_2": "等保二级系统",
        "guarantee_period": "重要保障期",
        "working_hours": "工作时间",
        "outside_working_hours": "非工作时间",
        "serious_fault": "重大故障",
        "major_fault": "较大故障",
        "general_fault": "一般故障",
        "grade_1_fault": "一级故障",
        "grade_2_fault": "二级故障",
        "grade_3_fault": "三级故障",
        "grade_4_fault": "四级故障",
        "remote": "远程处理",
    }
)
WINDOWS: Final = Words({"month": "月", "quarter": "季度", "year": "年", "term": "服务期"})
CLOCK_STARTS: Final = Words(
    {"occurrence": "故障发生时", "notice": "接到通知时", "response": "响应时", "approval": "审批通过时"}
)
UNITS: Final = Words({**_UNITS, "working_day": "工作日", "month": "月", "share": "百分比", "time": "次"})
PARTIES: Final = Words(
    {
        "using_unit": "甲方",
        "provider": "乙方",
        "both": "双方",
        "administration": "政务云管理单位",
        "supervisor": "云综合监管服务商",
        "integrator": "信息系统服务商",
    }
)
FREQUENCIES: Final = Words(
    {
        "daily": "每日",
        "weekly": "每周",
        "monthly": "每月",
        "quarterly": "每季度",
        "yearly": "每年",
        "periodic": "定期",
        "as_needed": "按实际发生",
    }
)
TRIGGERS: Final = Words(
    {
        "effective": "合同生效",
        "acceptance": "验收合格",
        "invoice": "收到发票",
        "assessment": "考核合格",
        "funds": "财政资金到位",
        "expiry": "服务期满",
        "date": "到达约定日期",
        "calendar": "按日历",
        "operation": "运行期间",
        "as_needed": "实际发生时",
    }
)
BREACH_KINDS: Final = Words(
    {"daily": "按日", "percentage": "按比例", "fixed": "定额", "per_case": "按次", "per_period": "按期"}
)
BASES: Final = Words(
    {
        "contract_total": "合同总价",
        "service_fee": "服务费",
        "overdue": "逾期款项",
        "affected_fee": "所涉服务费用",
        "paid_fee": "已付费用",
    }
)
FEE_WINDOWS: Final = Words({"day": "当日", "month": "当月", "quarter": "当季", "year": "当年"})
CAP_PERIODS: Final = Words({"case": "每次", "month": "每月", "quarter": "每季度", "year": "每年", "term": "合同期"})
COUNTED: Final = Words({"person_time": "人次"})
BEGUN: Final = Words({"yes": "不足一期按一期计", "no": "不足一期不计"})
DUTIES: Final = Words(
    {
        "bond_renewal": "未按期续开履约担保",
        "confidentiality": "违反保密义务",
        "interruption": "服务中断",
        "late_payment": "逾期付款",
        "rectification": "未按要求整改",
        "subcontracting": "擅自转包或分包",
        "tampering": "信息被篡改",
        "late_performance": "逾期履行",
        "breach": "其他违约",
    }
)
BREACH_TYPES: Final = Words(
    {"interruption": "服务中断", "tampering": "恶意篡改", "data_loss": "数据丢失", "intrusion": "入侵攻击"}
)


def is_nothing(cell: str) -> bool:
    """Whether a cell holds nothing, or a mark for nothing."""
    return squeeze(cell) in _NONE_MARKS


def read_text(cell: str) -> str | None:
    """A cell's words; None for a mark for nothing."""
    return None if is_nothing(cell) else cell.strip()


def say_duration(duration: Mapping[str, Any] | None) -> str:
    """A duration in words.

    >>> say_duration({"count": 5, "unit": "working_day"})
    '5个工作日'
    """
    if not duration:
        return NONE
    return f"{duration['count']}{_UNITS.get(duration['unit'], duration['unit'])}"


def read_duration_cell(cell: str) -> Duration | None:
    """The duration that a cell holds alone; None for anything else."""
    match = _DURATION.match(re.sub(r"(?:以|之)?内$", "", squeeze(cell)))
    found = read_duration(match["count"], match["unit"]) if match is not None else None
    return Duration(count=found[0], unit=found[1]) if found is not None else None


def say_share(share: str | None) -> str:
    """A share as a percentage.

    >>> say_share("0.9999"), say_share("0.0005")
    ('99.99%', '0.05%')
    """
    return NONE if share is None else f"{decimal_text(Decimal(share).scaleb(2))}%"


def read_share_cell(cell: str) -> str | None:
    """The share that a cell holds alone; None for anything else."""
    plain = squeeze(cell)
    return read_share(plain) if re.fullmatch(PERCENT, plain) else None


def say_money(fen: int) -> str:
    """An amount as contracts write it: capital numerals, and digits beside them.

    >>> say_money(10000)
    '人民币（大写）壹佰元整（¥100.00元）'
    """
    return f"人民币（大写）{render_daxie(fen)}（¥{render_yuan(fen)}元）"


def read_money_cell(cell: str) -> int | None:
    """The amount in fen of a cell; None where none stands, or 大写 and digits differ."""
    found = find_money_cell(cell)
    return found.fen if found is not None else None


def find_money_cell(cell: str) -> Amount | None:
    """The amount of a cell as it stands, with both readings where 大写 and digits differ; None where none stands."""
    plain = squeeze(cell)
    return next(iter(find_amounts(plain if "元" in plain else f"{plain}元")), None)


def say_date(on: str | date | None) -> str:
    """A date as contracts write it, from ISO text.

    >>> say_date("2026-07-01")
    '2026年7月1日'
    """
    if not on:
        return NONE
    day = on if isinstance(on, date) else date.fromisoformat(on)
    return f"{day.year}年{day.month}月{day.day}日"


def read_date_cell(cell: str) -> date | None:
    """The date that a cell holds alone; None for anything else."""
    plain = squeeze(cell)
    return read_date(plain) if re.fullmatch(DATE, plain) else None
