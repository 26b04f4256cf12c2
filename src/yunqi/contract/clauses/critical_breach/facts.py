"""What a sentence says of an event: its kind, how long, how many people, how much loss, which share of the systems."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from yunqi.contract.clauses.critical_breach.conditions import read_conditions
from yunqi.contract.clauses.critical_breach.schema import LastsFor
from yunqi.contract.numbers import DURATION, NUMBER, PERCENT, read_duration, read_number, read_share

_TYPES = (
    ("tampering", r"篡改"),
    ("intrusion", r"入侵|攻击|黑客|泄露|泄漏"),
    ("data_loss", r"(?:数据|信息)[^,。;]{0,8}(?:丢失|损毁|灭失)|丢失[^,。;]{0,12}数据"),
    ("interruption", r"中断|宕机|瘫痪|不可用|停摆|停止服务"),
)
_OBJECT = re.compile(r"云平台(?:整体)?|(?:核心|重要)?(?:信息|业务|应用)系统|网站|页面")
_OVER = r"(?P<over>超过|大于|高于|多于)?(?:在|达到?|满|不少于|不低于|不小于)?"
_MORE = r"(?P<more>\(含\)以上|以上\(含(?:本数)?\)|及?以上)?"
_SCALE = {"千": 1000, "万": 10_000, "亿": 100_000_000, "": 1}
_PEOPLE = re.compile(
    rf"(?:影响|涉及|波及|泄[露漏])(?:的|了|到)?(?:用户|人数|人员|群众|公众|服务对象)?(?:数|量)?{_OVER}"
    rf"(?P<count>{NUMBER})(?P<scale>[千万亿])?(?:余)?(?P<unit>名|个)?(?:人次|人|用户|户)?{_MORE}"
)
_OVER_PEOPLE = re.compile(rf"(?P<over>超过|大于|高于|多于)(?P<count>{NUMBER})(?P<scale>[千万亿])?(?:名)?人(?P<more>)")
_PEOPLE_BEFORE = re.compile(
    rf"(?P<over>超过)?(?P<count>{NUMBER})(?P<scale>[千万亿])?(?:余)?(?:名)?(?:人次|人|用户|户){_MORE}"
    r"(?:的)?(?:个人|敏感)?(?:信息|数据|受影响|受到影响)"
)
_LOSS = re.compile(rf"损失[^,。;\d一二三四五六七八九十]{{0,4}}?{_OVER}(?P<count>{NUMBER})(?P<scale>[千万亿])?元{_MORE}")
_LOSS_BEFORE = re.compile(
    rf"(?P<over>超过)?(?P<count>{NUMBER})(?P<scale>[千万亿])?元{_MORE}(?:的)?(?:直接|间接)?(?:经济)?损失"
)
_SHARE = re.compile(
    rf"{_OVER}(?P<count>{PERCENT}){_MORE}(?:(?:至|到|-|~|不足|,?不满|,?低于)(?P<most>{PERCENT})(?:以下)?)?"
)
_SYSTEMS = re.compile(rf"{_OVER}(?P<count>{NUMBER})个{_MORE}(?:的)?(?:以上的?)?(?:信息|业务|应用)?系统")
_LASTS = re.compile(
    rf"(?:中断|宕机|瘫痪|不可用|停摆|持续|时长|时间)[^,。;\d一二三四五六七八九十不未少低]{{0,4}}?{_OVER}{DURATION}{_MORE}"
)
_LASTS_BEFORE = re.compile(
    rf"(?<![不足满少低到于]){_OVER}{DURATION}{_MORE}(?:的)?(?:服务|系统|平台|整体)?(?:中断|宕机|瘫痪|不可用)"
)
_LATER = DURATION.replace("count", "count2").replace("unit", "unit2")
_UNHANDLED = re.compile(
    rf"(?:未(?:能)?(?:在)?{DURATION}(?:之|以)?内|{_LATER}(?:之|以)?内(?:仍)?(?:未|没有))(?:能)?"
    r"[^,。;]{0,10}(?:处置|处理|恢复|防护|修复|控制)"
)
_ALTERNATIVE = re.compile(r",?(?:或者|或)(?:是)?(?!重大|特别|敏感|应急|重要|媒体|关注|特大)")
_FIGURE = re.compile(
    rf"{NUMBER}[千万亿]?(?:笔|件|条|份|台|户|起|处|家|次|个|元|人|GB|TB)(?:[^,。;]{{0,2}}以上)?|{PERCENT}|"
    + DURATION.replace("(?P<count>", "(?:").replace("(?P<unit>", "(?:")
)


@dataclass(slots=True)
class Facts:
    """An event as a sentence has it. `unread`: figures that became no limit; `mixed`: "and" and "or" without order."""

    type: str | None
    object: str | None
    conditions: dict[str, Any]
    joined: str | None
    duration: LastsFor | None
    unread: list[str] = field(default_factory=list)
    mixed: bool = False


def read_facts(text: str) -> Facts:
    """The facts of an event that a comparable sentence describes.

    >>> facts = read_facts("云平台中断2小时以上,且受影响人数达到5万人以上")
    >>> facts.type, facts.duration.count, facts.conditions["people"]["value"], facts.joined
    ('interruption', 2, 50000, 'and')
    """
    conditions, spans = read_conditions(text), list[tuple[int, int]]()
    for name in ("people", "loss_fen", "systems_share"):
        conditions.pop(name, None)
    for name, limit, span in _limits(text):
        spans.append(span)
        conditions.setdefault(name, limit)
    handled = _UNHANDLED.search(text)
    if handled is not None:
        spans.append(handled.span())
        conditions.setdefault("not_handled_within", _span_of(handled))
    kind = next((name for name, pattern in _TYPES if re.search(pattern, text)), None)
    lasts = next((hit for hit in (_LASTS.search(text), _LASTS_BEFORE.search(text)) if hit is not None), None)
    if lasts is not None and handled is not None and _within(lasts.span(), [handled.span()]):
        lasts = None
    duration = _duration(lasts) if lasts is not None else None
    if lasts is not None:
        spans.append(lasts.span())
    joined, alone, mixed = _join(text, conditions, lasts)
    if alone and duration is not None:
        conditions["lasts"], duration = duration.model_dump(), None
    where = _OBJECT.search(text)
    unread = [hit[0] for hit in _FIGURE.finditer(text) if not _touches(hit.span(), spans)]
    return Facts(kind, where[0] if where is not None else None, conditions, joined, duration, unread, mixed)


def _limits(text: str) -> Iterator[tuple[str, dict[str, Any], tuple[int, int]]]:
    people = _PEOPLE.search(text) or _PEOPLE_BEFORE.search(text) or _OVER_PEOPLE.search(text)
    if people is not None:
        yield "people", _limit(people, 1), people.span()
    loss = _LOSS.search(text) or _LOSS_BEFORE.search(text)
    if loss is not None:
        yield "loss_fen", _limit(loss, 100), loss.span()
    share = _SHARE.search(text) if re.search("系统", text) else None
    if share is not None:
        found: dict[str, Any] = {"operator": _operator(share), "value": read_share(share["count"])}
        if share["most"]:
            found["max"] = read_share(share["most"])
        yield "systems_share", found, share.span()
    systems = _SYSTEMS.search(text)
    if systems is not None:
        yield "systems", _limit(systems, 1), systems.span()


def _limit(match: re.Match[str], unit: int) -> dict[str, Any]:
    named = match.groupdict()
    value = read_number(match["count"]) * _SCALE[named.get("scale") or ""] * unit
    return {"operator": _operator(match), "value": int(value)}


def _operator(match: re.Match[str]) -> str:
    """Above only where the words say so and do not include the number itself."""
    return ">" if match["over"] and not match["more"] else ">="


def _duration(match: re.Match[str]) -> LastsFor | None:
    read = read_duration(match["count"], match["unit"])
    return LastsFor(operator=_operator(match), count=read[0], unit=read[1]) if read is not None else None


def _span_of(match: re.Match[str]) -> dict[str, Any]:
    count, unit = match["count"] or match["count2"], match["unit"] or match["unit2"]
    read = read_duration(count, unit)
    return {"count": read[0], "unit": read[1]} if read is not None else {}


def _join(text: str, conditions: dict[str, Any], lasts: re.Match[str] | None) -> tuple[str | None, bool, bool]:
    """How conditions are joined; whether the length of time is an alternative by itself; whether both words mix."""
    alternatives, start = list[tuple[int, int]](), 0
    for hit in _ALTERNATIVE.finditer(text):
        alternatives.append((start, hit.start()))
        start = hit.end()
    alternatives.append((start, len(text)))
    limits = [span for _, _, span in _limits(text)]
    with_limit = [
        part
        for part in alternatives
        if any(_within(span, [part]) for span in [*limits, *([lasts.span()] if lasts else [])])
    ]
    if len(with_limit) < 2:
        several = len(conditions) + (lasts is not None) > 1
        return ("and" if several else None), False, False
    alone, mixed = False, False
    if lasts is not None:
        part = next(part for part in alternatives if _within(lasts.span(), [part]))
        alone = not any(_within(span, [part]) for span in limits)
        mixed = not alone
    return "or", alone, mixed


def _within(span: tuple[int, int], parts: list[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in parts)


def _touches(span: tuple[int, int], parts: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in parts)
