"""Reads the table of critical events (A and B), whose merged cells the text form has lost, and their remedies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from yunqi.contract.clauses.base import Extraction, Source, Uncertain, row_source, source_of
from yunqi.contract.clauses.critical_breach.register import read_register
from yunqi.contract.clauses.critical_breach.schema import CriticalBreach, EventCount, LastsFor
from yunqi.contract.documents import squeeze
from yunqi.contract.numbers import DURATION, NUMBER, read_duration, read_number, read_share
from yunqi.contract.outline import Outline, PlacedTable

AFTER = ("party",)

_TYPES = (
    ("tampering", r"篡改"),
    ("intrusion", r"入侵|攻击"),
    ("data_loss", r"数据丢失|丢失数据|数据损毁"),
    ("interruption", r"中断|宕机"),
)
_TYPE_CELL = re.compile(
    r"^(?:重大|恶意|服务|数据|网络|系统|信息|业务|网页)*(?:中断|篡改|丢失|入侵|攻击|损毁)(?:攻击|事件|事故)*$"
)
_LEVEL = re.compile(r"^([A-D])(?:级|类)(?:事件)?$")
_COUNT = re.compile(rf"^(?P<window>(?:一年|1年|每年|12个月|服务期|合同期)内?)?(?P<count>{NUMBER})次(?P<more>及?以上)?$")
_TIME = re.compile(rf"^(?:超过|持续)?{DURATION}(?P<more>及?以上)?$")
_OBJECT = re.compile(r"^.{0,16}(?:平台|系统|数据|服务|主机|网络)(?:整体)?$")
_BODY = re.compile(
    rf"(?P<window>(?:一年|1年)内)?[^。]{{0,12}}?(?P<level>[A-D])级(?:事件|事故)(?P<count>{NUMBER})次(?P<more>及?以上)?(?:的)?[,:](?P<rest>.+)"
)
_REMEDIES = (
    ("terminate", r"(?:解除|终止)(?:本)?(?:协议|合同)"),
    ("refund", r"返还[^。,;]{0,16}(?:款|费用)|退还[^。,;]{0,16}(?:款|费用)"),
    ("penalty", r"(?:承担|支付)[^。;]{0,4}违约金"),
    ("damages", r"赔偿"),
)


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """Critical breaches in the order of the table."""
    result = Extraction()
    remedies = _find_remedies(document)
    found: list[CriticalBreach] = []
    for placed in document.tables:
        listed = read_register(placed, remedies, _read_count, _read_time, _read_facts)
        if listed is not None:
            found.extend(listed)
        elif _is_critical(placed):
            found.extend(_read_rows(placed, remedies, result, len(found)))
    result.values["penalties.critical"] = found
    return result


def _is_critical(placed: PlacedTable) -> bool:
    text = squeeze("".join(cell for row in placed.table.rows[:3] for cell in row.cells))
    has_level = any(_LEVEL.match(squeeze(cell)) for row in placed.table.rows for cell in row.cells)
    return has_level and "系数" not in text and re.search("影响|事件|级别|范围", text) is not None


def _read_rows(
    placed: PlacedTable, remedies: Mapping[str, tuple[list[str], Source, EventCount]], result: Extraction, before: int
) -> list[CriticalBreach]:
    found: list[CriticalBreach] = []
    level: str | None = None
    count: EventCount | None = None
    kind = ""
    responsible: bool | None = None
    for index, row in enumerate(placed.table.rows[1:], start=1):
        raw = {squeeze(cell): cell.strip() for cell in row.cells if cell.strip()}
        condition = ""
        duration: LastsFor | None = None
        scope: str | None = None
        own_kind: str | None = None
        for plain, words in raw.items():
            if _LEVEL.match(plain):
                level, count = plain[0], None
            elif _COUNT.match(plain):
                count = _read_count(plain)
            elif _TIME.match(plain):
                duration = _read_time(plain)
            elif "主责" in plain and len(plain) < 30:
                kind, responsible = plain, True
            elif own_kind is None and _TYPE_CELL.match(plain):
                own_kind = plain
            elif (
                scope is None and len(plain) <= 30 and _OBJECT.match(plain) and not plain.startswith(("因", "被", "在"))
            ):
                scope = words
            elif len(plain) > len(squeeze(condition)):
                condition = words
        if not condition and own_kind is None:
            continue
        source = row_source(placed, index, str(index))
        if level is None:
            result.uncertain.append(
                Uncertain(path=f"penalties.critical[{before + len(found)}].level", candidates=["A", "B"], source=source)
            )
        remedy = remedies.get(level or "")
        text = squeeze(condition)
        found.append(
            CriticalBreach(
                level=level,
                type=_read_type(own_kind or "", text),
                object=scope,
                conditions=read_conditions(text),
                joined=_joined(text),
                duration=duration,
                count=count,
                remedy=remedy[0] if remedy is not None else [],
                remedy_source=remedy[1] if remedy is not None else None,
                provider_responsible=responsible if "主责" in kind else None,
                text=condition,
                source=source,
            )
        )
    return found


def _read_type(kind: str, text: str) -> str | None:
    for words in (kind, text):
        for name, pattern in _TYPES:
            if re.search(pattern, words):
                return name
    return None


def _read_count(plain: str) -> EventCount | None:
    match = _COUNT.match(plain)
    if match is None:
        return None
    window = None
    if match["window"]:
        window = "year" if re.search("年|12个月", match["window"]) else "term"
    return EventCount(count=int(read_number(match["count"])), window=window)


def _read_time(plain: str) -> LastsFor | None:
    match = _TIME.match(plain)
    duration = read_duration(match["count"], match["unit"]) if match is not None else None
    if match is None or duration is None:
        return None
    operator = ">" if plain.startswith("超过") and not match["more"] else ">="
    return LastsFor(operator=operator, count=duration[0], unit=duration[1])


def _joined(text: str) -> str | None:
    text = text.replace("或者", "或")
    if "或" in re.sub(r"重大或特别重大|篡改或敏感|处置或应急|等保三级或重要|机构或媒体|批示或关注", "", text):
        return "or"
    return "and" if len(read_conditions(text)) > 1 else None


def _read_facts(text: str) -> tuple[dict[str, Any], str | None]:
    return read_conditions(text), _joined(text)


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
            "operator": ">" if loss["over"] and not loss["more"] else ">=",
            "value": int(yuan * 100),
        }
    share = re.search(r"超过(\d{1,3}(?:\.\d{1,6})?%)(?:至(\d{1,3}(?:\.\d{1,6})?%))?(?:以上)?(?:的)?信息系统", text)
    if share is not None:
        found["systems_share"] = {"operator": ">", "value": read_share(share[1])}
        if share[2]:
            found["systems_share"]["max"] = read_share(share[2])
    if re.search(r"保障期(?:间)?", text):
        found["guarantee_period"] = True
    if re.search(r"安全隐患原因", text):
        found["provider_hidden_danger"] = True
    if re.search(r"被(?:恶意)?篡改", text):
        found["tampered"] = True
    if re.search(r"敏感信息泄[露漏]", text):
        found["leaked"] = True
    if re.search(r"未及时(?:进行)?处置", text):
        found["not_handled_in_time"] = True
    if re.search(r"未按照?应急预案", text):
        found["not_handled_by_plan"] = True
    if re.search(r"处置延误|延误", text):
        found["handling_delayed"] = True
    if re.search(r"丢失", text):
        found["data_lost"] = True
    if re.search(r"无法恢复|不可恢复|不能恢复", text):
        found["unrecoverable"] = True
    if re.search(r"第三方[^,。]{0,10}(?:通报|告知)", text):
        found["reported_by_third_party"] = True
    unhandled = re.search(rf"未(?:能)?在{DURATION}内[^,。]{{0,6}}(?:处置|处理|有效)", text)
    duration = read_duration(unhandled["count"], unhandled["unit"]) if unhandled is not None else None
    if duration is not None:
        found["not_handled_within"] = {"count": duration[0], "unit": duration[1]}
    return found


def _find_remedies(document: Outline) -> dict[str, tuple[list[str], Source, EventCount]]:
    found: dict[str, tuple[list[str], Source, EventCount]] = {}
    for clause in document.body():
        match = _BODY.search(clause.text)
        if match is None or match["level"] in found:
            continue
        remedies = sorted(
            (hit.start(), name) for name, pattern in _REMEDIES for hit in [re.search(pattern, match["rest"])] if hit
        )
        count = EventCount(
            count=int(read_number(match["count"])), window="year" if match["window"] or "1年内" in clause.text else None
        )
        found[match["level"]] = ([name for __, name in remedies], source_of(clause), count)
    return found


def body_counts(document: Outline) -> dict[str, tuple[EventCount, Source]]:
    """The counts that the articles name for each level, to compare with the table."""
    return {level: (count, source) for level, (__, source, count) in _find_remedies(document).items()}
