"""Penalties of the articles in words: for what, of what, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.kernel.words import _
from yunqi.reports.words import unit_word


def duty_word(code: str) -> str:
    """The breach that a penalty is for; a code without a word stays itself."""
    return {
        "bond_renewal": _("未按期续开履约担保"),
        "confidentiality": _("违反保密义务"),
        "interruption": _("服务中断"),
        "late_payment": _("逾期付款"),
        "rectification": _("未按要求整改"),
        "subcontracting": _("擅自转包或分包"),
        "tampering": _("信息被篡改"),
        "late_performance": _("逾期履行"),
        "breach": _("其他违约"),
    }.get(code, code)


def base_word(code: str, window: str | None = None) -> str:
    """What a rate is of.

    >>> base_word("service_fee", "month"), base_word("contract_total")
    ('当月服务费', '合同总价')
    """
    fee = {
        "day": _("当日服务费"),
        "month": _("当月服务费"),
        "quarter": _("当季服务费"),
        "year": _("当年服务费"),
    }.get(window or "", _("服务费"))
    return {
        "contract_total": _("合同总价"),
        "service_fee": fee,
        "overdue": _("逾期款项"),
        "affected_fee": _("所涉服务费用"),
        "paid_fee": _("已付费用"),
    }.get(code, code)


def counting_word(penalty: Mapping[str, Any]) -> str:
    """How often a penalty is due.

    >>> counting_word({"kind": "per_period", "per": {"count": 30, "unit": "minute"}})
    '每 30 分钟'
    """
    per = penalty.get("per")
    if per:
        return _("每 {count} {unit}", count=per["count"], unit=unit_word(per["unit"]))
    if penalty.get("counted") == "person_time":
        return _("按人次")
    return {"daily": _("每日"), "per_case": _("按次")}.get(str(penalty.get("kind")), "")
