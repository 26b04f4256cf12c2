"""The conditions that the description of a critical event names, by name."""

from __future__ import annotations

import re
from typing import Any

from yunqi.contract.numbers import DURATION, NUMBER, read_duration, read_number, read_share

_SAID = {
    "guarantee_period": r"保障期(?:间)?",
    "provider_hidden_danger": r"安全隐患原因",
    "tampered": r"被(?:恶意)?篡改",
    "leaked": r"敏感信息泄[露漏]",
    "not_handled_in_time": r"未及时(?:进行)?处置",
    "not_handled_by_plan": r"未按照?应急预案",
    "handling_delayed": r"处置延误|延误",
    "data_lost": r"丢失",
    "unrecoverable": r"无法恢复|不可恢复|不能恢复",
    "reported_by_third_party": r"第三方[^,。]{0,10}(?:通报|告知)",
}
"""What an event is said to have, by the words that say it."""

_LOST_SPAN = re.compile(rf"丢失(?P<over>超过|大于)?{DURATION}(?P<more>及?以上)?(?:的)?(?:[^,。;]{{0,6}})?数据")
_LOST_SYSTEMS = re.compile(rf"(?P<over>超过|大于)?(?P<systems>{NUMBER})个(?P<more>及?以上)?(?:的)?信息系统丢失")


def _above(match: re.Match[str]) -> str:
    """Above only where the words say so and do not include the number itself. Source: 民法典 第1259条."""
    return ">" if match["over"] and not match["more"] else ">="


def read_conditions(text: str) -> dict[str, Any]:
    """The conditions in an event's description, by name; limits keep their operator.

    >>> read_conditions("系统中断，影响人数1万以上")["people"]
    {'operator': '>=', 'value': 10000}
    """
    found: dict[str, Any] = {}
    if "非不可抗力" in text:
        found["not_force_majeure"] = True
    if re.search(r"重要(?:信息)?系统", text):
        found["important_system"] = True
    if re.search(r"系统(?:服务)?中断", text):
        found["system_interrupted"] = True
    people = re.search(
        rf"(?P<over>超过)?影响(?:人数|用户)(?P<over2>超过)?({NUMBER})(?P<ten>万)?(?:人)?(?P<more>及?以上)?", text
    )
    if people is not None:
        found["people"] = {
            "operator": ">" if (people["over"] or people["over2"]) and not people["more"] else ">=",
            "value": int(read_number(people[3])) * (10000 if people["ten"] else 1),
        }
    loss = re.search(rf"(?P<over>超过)?({NUMBER})(?P<ten>万)?元(?P<more>及?以上)?(?:的)?(?:直接)?经济损失", text)
    if loss is not None:
        yuan = read_number(loss[2]) * (10000 if loss["ten"] else 1)
        found["loss_fen"] = {
            "operator": _above(loss),
            "value": int(yuan * 100),
        }
    share = re.search(r"超过(\d{1,3}(?:\.\d{1,6})?%)(?:至(\d{1,3}(?:\.\d{1,6})?%))?(?:以上)?(?:的)?信息系统", text)
    if share is not None:
        found["systems_share"] = {"operator": ">", "value": read_share(share[1])}
        if share[2]:
            found["systems_share"]["max"] = read_share(share[2])
    lost = _LOST_SPAN.search(text)
    length = read_duration(lost["count"], lost["unit"]) if lost is not None else None
    if lost is not None and length is not None:
        found["data_lost_for"] = {"operator": _above(lost), "count": length[0], "unit": length[1]}
    systems = _LOST_SYSTEMS.search(text)
    if systems is not None:
        found["systems"] = {"operator": _above(systems), "value": int(read_number(systems["systems"]))}
    found |= {name: True for name, pattern in _SAID.items() if re.search(pattern, text)}
    unhandled = re.search(rf"未(?:能)?在{DURATION}内[^,。]{{0,6}}(?:处置|处理|有效)", text)
    duration = read_duration(unhandled["count"], unhandled["unit"]) if unhandled is not None else None
    if duration is not None:
        found["not_handled_within"] = {"count": duration[0], "unit": duration[1]}
    return found
