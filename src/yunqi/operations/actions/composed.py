"""Which documents Yunqi makes itself: one row each in `COMPOSITIONS`, and its title in `TITLES`.

To add one, add both, and its function.

A line of the calendar finds its row by the report's name in the contract and by what the row needs.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from yunqi.kernel.period import Month
from yunqi.operations.actions.base import Desk
from yunqi.store.cases import Case
from yunqi.store.contracts import Contract

Needs = Literal["month", "period", "incident", "contract"]
"""What a document is of: a calendar month (cut to the term), another period such as a week, an incident, or only the
contract (a plan, a summary)."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a document is to be made of. `kind` is its name in the register; `period` its first and last day."""

    contract: Contract
    kind: str
    period: tuple[date, date] | None = None
    incident: Case | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A document: its file's name, its bytes, and the statement that it shows, if it shows one."""

    name: str
    content: bytes
    statement_id: str | None = None


Make = Callable[[Desk, Subject], Made]


@dataclass(frozen=True, slots=True)
class Composition:
    """A document that Yunqi makes. `names`: a pattern found in what contracts call it; `make`: `module:function`, a
    `Make` that raises a `Problem` where something lacks (imported when it is used: a maker may need much).

    `occasion`: the event of an incident (occurred, recovered) from which the report's time runs. `receivers`: the
    roles of those whom it is for, where that is not the other party.
    """

    code: str
    needs: Needs
    names: str
    make: str
    occasion: str = ""
    receivers: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Its name in the register where no contract gives it one."""
        return TITLES[self.code]

    def load(self) -> Make:
        """Its function."""
        module, _colon, name = self.make.partition(":")
        return cast("Make", getattr(importlib.import_module(module), name))

    def fits(self, contract: Contract, period: tuple[date, date] | None) -> bool:
        """Whether it can be of this period; one that is of an incident or of the contract has none."""
        if self.needs == "month":
            return period is not None and period == _month_of(contract, period[0])
        return (period is not None) == (self.needs == "period")


TITLES = {
    "monthly": "政务云运维月报",
    "usage": "资源使用情况",
    "fault_record": "故障处置记录",
    "fault_first": "故障报告",
    "fault_final": "故障处理报告",
    "downtime": "系统宕机报告",
    "weekly": "云服务运维周报",
    "security": "安全巡检月报",
    "summary": "政务云服务阶段性总结报告",
    "phase": "政务云服务阶段总结",
    "self_evaluation": "绩效自评表",
    "submission": "政务云服务报送材料",
    "operation_plan": "政务云运维服务方案",
    "inspection_plan": "巡检计划",
    "implementation_plan": "项目实施方案",
    "overall_plan": "总体服务方案",
}
_HERE = "yunqi.operations.actions"

COMPOSITIONS: tuple[Composition, ...] = (
    Composition(
        "monthly",
        "month",
        r"(?:运维|运行|项目|服务)月报|月度(?:运维|运行|服务).{0,2}报告|政务云服务(?:书面)?报告|运行监控与维护报告",
        f"{_HERE}.makers:make_monthly",
    ),
    Composition(
        "usage",
        "month",
        r"使用情况|利用率|用量",
        f"{_HERE}.makers:make_usage",
    ),
    Composition(
        "fault_record",
        "incident",
        r"故障(?:处置|处理|排查)?(?:记录|登记)",
        f"{_HERE}.faults:make_record",
        "occurred",
    ),
    Composition(
        "fault_first",
        "incident",
        r"故障(?:初步|首次|简要)?报告|故障(?:快|简)报",
        f"{_HERE}.faults:make_first",
        "occurred",
    ),
    Composition(
        "fault_final",
        "incident",
        r"故障(?:处理|处置|分析|总结|排查)报告|故障(?:书面|总结)报告",
        f"{_HERE}.faults:make_final",
        "recovered",
    ),
    Composition(
        "downtime",
        "incident",
        r"(?:宕机|停机|中断)(?:情况)?报告",
        f"{_HERE}.faults:make_downtime",
        "recovered",
    ),
    Composition(
        "weekly",
        "period",
        r"(?:运维|运行|服务|项目|工作)周报|平台巡检报告|(?<!安全)监控报告",
        f"{_HERE}.weekly_reports:make_weekly",
    ),
    Composition(
        "security",
        "month",
        r"安全(?:巡检|检查|服务|运维).{0,2}月报|月度安全(?:巡检|检查|服务|运维)?报告",
        f"{_HERE}.period_makers:make_security",
    ),
    Composition(
        "summary",
        "contract",
        r"总结(?:报告)?$",
        f"{_HERE}.period_makers:make_summary",
    ),
    Composition(
        "phase",
        "period",
        r"阶段(?:性)?总结",
        f"{_HERE}.period_makers:make_summary",
    ),
    Composition(
        "self_evaluation",
        "contract",
        r"自评",
        f"{_HERE}.period_makers:make_self_evaluation",
    ),
    Composition(
        "submission",
        "period",
        r"报送材料|报送数据",
        f"{_HERE}.period_makers:make_submission",
        receivers=("administration", "supervisor"),
    ),
    Composition(
        "operation_plan",
        "contract",
        r"运(?:维|行)(?:服务|管理|保障)?方案",
        f"{_HERE}.plan_makers:make_operation",
    ),
    Composition(
        "inspection_plan",
        "contract",
        r"^(?!.*运(?:维|行)(?:服务|管理|保障)?方案).*巡检(?:工作)?(?:计划|方案)",  # together they are one document
        f"{_HERE}.plan_makers:make_inspection",
    ),
    Composition(
        "implementation_plan",
        "contract",
        r"实施(?:方案|计划)",
        f"{_HERE}.plan_makers:make_implementation",
    ),
    Composition(
        "overall_plan",
        "contract",
        r"总体(?:服务|技术|建设)?方案|上云架构规划|上云(?:服务)?方案",
        f"{_HERE}.plan_makers:make_overall",
    ),
)


def find_composition(code: str) -> Composition | None:
    """The row of this code, None for none."""
    return next((one for one in COMPOSITIONS if one.code == code), None)


def match_compositions(contract: Contract, kind: str, period: tuple[date, date] | None) -> tuple[Composition, ...]:
    """The rows that a report of this name and period may be."""
    return tuple(one for one in COMPOSITIONS if re.search(one.names, kind) and one.fits(contract, period))


def _month_of(contract: Contract, day: date) -> tuple[date, date]:
    month = Month(day.year, day.month)
    first = month.start_on if contract.start_on is None else max(month.start_on, contract.start_on)
    return first, month.end_on if contract.end_on is None else min(month.end_on, contract.end_on)
