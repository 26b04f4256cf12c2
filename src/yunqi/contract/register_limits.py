"""Within what time a contract wants a complaint answered, an emergency cut-off made and undone. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from yunqi.contract.notification import NOTICE, NoticeTerm, list_notice_terms

_CUT = r"断网|断开|切断|阻断|隔离|停止接入"
_WORDS: Mapping[str, tuple[str, str]] = {
    "answer": (r"投诉", r"答复|回复|响应|处理|解决|反馈"),
    "carry_out": (_CUT, r"断网|断开|切断|阻断|隔离|停止接入"),
    "restore": (_CUT, r"恢复"),
}
_TOLD = r"通知|告知|报告|报备"
"""To tell of it within an hour is another duty than to do it."""


def find_limit(data: Mapping[str, Any], step: str) -> Mapping[str, Any] | None:
    """`{count, unit}` of the provider's duty for `answer`, `carry_out` or `restore`; `proof_within` for `prove`.

    None where the contract has none, or several that differ: which of them holds is for people to say.

    >>> duty = {"party": "provider", "text": "投诉应在2小时内答复", "deadline": {"count": "2", "unit": "hour"}}
    >>> find_limit({"obligations": [duty]}, "answer")
    {'count': '2', 'unit': 'hour'}
    """
    if step == "prove":
        within = (data.get("force_majeure") or {}).get("proof_within")
        return within if _is_length(within) else None
    if step not in _WORDS:
        return None
    about, does = _WORDS[step]
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for duty in data.get("obligations") or ():
        text, within = str(duty.get("text") or ""), duty.get("deadline")
        if duty.get("party") == "using_unit" or not _is_length(within) or re.search(_TOLD, text):
            continue
        if step == "carry_out" and "恢复" in text:
            continue
        if re.search(about, text) and re.search(does, text):
            found[(str(within["count"]), str(within["unit"]))] = within
    return next(iter(found.values())) if len(found) == 1 else None


def find_tell(data: Mapping[str, Any]) -> NoticeTerm | None:
    """Within what time, and by which ways, the using unit must be told that its system was cut off; from the cut-off.

    None where the contract has no such duty, or several that differ.

    >>> text = "紧急情况下乙方应切断网络并在1小时内以邮件及短信通知甲方"
    >>> found = find_tell({"obligations": [{"party": "provider", "text": text}]})
    >>> found.within, found.channels
    ({'count': 1, 'unit': 'hour'}, ('mail', 'sms'))
    """
    found = {
        (str(one.within), one.channels): replace(one, clock_start="occurrence")
        for one in list_notice_terms(data)
        if one.stage == NOTICE and re.search(_CUT, one.text)
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _is_length(within: Any) -> bool:
    return isinstance(within, Mapping) and within.get("count") is not None and within.get("unit") is not None
