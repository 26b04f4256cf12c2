"""What somebody is asked to agree to, as people read it: the fields of a request, names and values in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import parse_yuan, render_yuan
from yunqi.kernel.words import _
from yunqi.operations.order_needs import item_title
from yunqi.operations.subject_words import measure_words, subject_words, trigger_words
from yunqi.operations.table_words import head_word
from yunqi.settlement.invoices import KINDS as INVOICES
from yunqi.settlement.readings import choice_label, render_question

FIELDS = {
    "account": "账号",
    "address": "地址",
    "agreement": "依据文件",
    "amount": "金额（元）",
    "at": "时间",
    "by_number": "红字发票号码",
    "buyer_name": "购买方",
    "buyer_tax_id": "购买方纳税人识别号",
    "clause": "条款",
    "code": "事项",
    "contract": "合同",
    "daxie": "价税合计（大写）",
    "end_at": "结束",
    "expires_on": "到期日",
    "file": "附件",
    "form": "形式",
    "guarantee": "保函编号",
    "id": "标识",
    "instalment": "期数",
    "issued_on": "开票日期",
    "issuer": "开立机构",
    "item": "服务项",
    "kind": "种类",
    "measures": "情形",
    "net": "不含税金额（元）",
    "network": "网络",
    "no": "期数",
    "number": "发票号码",
    "object": "对象",
    "on": "日期",
    "probe": "监测方式",
    "quantities": "各系统数量",
    "quantity": "数量",
    "rate": "税率",
    "reason": "事由",
    "received_on": "收到日期",
    "root_cause": "根本原因",
    "seller_name": "销售方",
    "seller_tax_id": "销售方纳税人识别号",
    "share": "比例",
    "shares": "各系统比例",
    "spread": "分到各月",
    "start_at": "开始",
    "statement": "结算单",
    "system": "信息系统",
    "tax": "税额（元）",
    "title": "标题",
    "total": "价税合计（元）",
    "trigger": "付款条件",
    "valid_from": "自何时起",
    "value": "取值",
    "voucher": "凭证号",
    "work_order": "工单",
}
MONEY = frozenset({"amount", "net", "tax", "total"})
SPREADS = {"even": "按服务月平均", "days": "按每月天数"}
_WORDS: Mapping[str, Callable[[str], str]] = {
    "item": item_title,
    "code": render_question,
    "measures": measure_words,
    "trigger": trigger_words,
    "object": subject_words,
}


def request_words(request: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each field of a request that says something: its name, and its value in words.

    >>> request_words({"contract": "HT-1", "measures": "complaint_count", "at": "2026-11-19T04:58:00Z", "system": None})
    [('合同', 'HT-1'), ('情形', '用户投诉次数'), ('时间', '2026-11-19 12:58:00')]
    """
    return [
        (_(FIELDS[name]) if name in FIELDS else head_word(name), value_words(name, value, request))
        for name, value in request.items()
        if value not in (None, "", [], {})
    ]


def value_words(name: str, value: Any, request: Mapping[str, Any]) -> str:
    """One value of a request in words; `request`: the others, where one says what another means."""
    if isinstance(value, list | tuple):
        return _("；").join(value_words(name, one, request) for one in value)
    if isinstance(value, Mapping):
        return " ".join(value_words(key, one, value) for key, one in value.items() if one not in (None, ""))
    if isinstance(value, bool):
        return _("是") if value else _("否")
    text = str(value)
    if name.endswith("_at") or name in {"at", "valid_from"}:
        return _time_words(text)
    return _code_words(name, text, request)


def _money_words(text: str) -> str:
    """A sum of yuan with its thousands apart; what is no sum as it is.

    >>> _money_words("1211320.88"), _money_words("some")
    ('1,211,320.88', 'some')
    """
    try:
        return render_yuan(parse_yuan(text))
    except Problem:
        return text


def _time_words(text: str) -> str:
    try:
        return render_local(datetime.fromisoformat(text)) if "T" in text else text
    except ValueError:
        return text


def _code_words(name: str, text: str, request: Mapping[str, Any]) -> str:
    if name == "value" and "code" in request:
        return choice_label(str(request["code"]), text)
    words = _WORDS.get(name)
    if words is not None:
        return words(text)
    if name == "kind" and text in INVOICES:
        return _(INVOICES[text])
    if name in MONEY:
        return _money_words(text)
    return _(SPREADS[text]) if name == "spread" and text in SPREADS else text
