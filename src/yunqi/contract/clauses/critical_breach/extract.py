"""Reads critical events (A and B) and their remedies: a table whose merged cells the text form has lost, else prose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from yunqi.contract.clauses.base import Extraction, Source, Uncertain, row_source, source_of
from yunqi.contract.clauses.critical_breach.conditions import read_conditions
from yunqi.contract.clauses.critical_breach.facts import read_facts
from yunqi.contract.clauses.critical_breach.prose import Prose, read_prose
from yunqi.contract.clauses.critical_breach.register import is_register, read_register
from yunqi.contract.clauses.critical_breach.schema import CriticalBreach, EventCount, LastsFor
from yunqi.contract.documents import squeeze
from yunqi.contract.numbers import DURATION, NUMBER, read_duration, read_number
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
    result.values["penalties.critical"] = found or read_prose(document).events
    return result


def prose_of(document: Outline) -> Prose:
    """What articles say of critical events; nothing where a table does."""
    in_table = any(is_register(placed) or _is_critical(placed) for placed in document.tables)
    return Prose() if in_table else read_prose(document)


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


_LIST_COMMA = re.compile(
    r"(?:中断|影响(?:人数|用户)[^,;。、]{0,12})、[^,;。且]{0,14}(?:人数|用户|损失)(?![^。]*(?:同时|均(?:达到|满足|具备)))"
)
"""Conditions with no word between them that says whether all of them are needed, or one."""


def _joined(text: str) -> str | None:
    text = text.replace("或者", "或")
    if "或" in re.sub(r"重大或特别重大|篡改或敏感|处置或应急|等保三级或重要|机构或媒体|批示或关注", "", text):
        return "or"
    if len(read_conditions(text)) < 2 or _LIST_COMMA.search(text):
        return None
    return "and"


def _read_facts(text: str) -> tuple[dict[str, Any], str | None]:
    in_words = read_facts(text).conditions
    alone = {name: in_words[name] for name in ("lasts", "systems") if name in in_words}
    return read_conditions(text) | alone, _joined(text)


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
    """The counts that the articles name for each level, to compare with those of the events."""
    in_prose = prose_of(document)
    if in_prose.events:
        return dict(in_prose.counts)
    return {level: (count, source) for level, (__, source, count) in _find_remedies(document).items()}
