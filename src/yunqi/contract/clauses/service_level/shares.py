"""Limits that are a share (availability, durability), in a sentence or in a cell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yunqi.contract.clauses.base import sentence_source
from yunqi.contract.clauses.service_level.schema import ServiceLevel
from yunqi.contract.clauses.service_level.vocabulary import (
    OBJECTS,
    SHARES,
    WINDOWS,
    find_condition,
    first_of,
    last_of,
)
from yunqi.contract.clauses.words import read_operator
from yunqi.contract.numbers import NUMBER, PERCENT, read_number, read_share
from yunqi.contract.outline import Clause

_NAME = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in SHARES.items()))
_NINES = rf"(?P<nines>{NUMBER})个9"
_LIMIT = re.compile(rf"(?P<limit>{PERCENT}|{_NINES})(?P<after>及?以上|\(含\)以上)?")
_BREAK = re.compile(r"[,:()、]")
_OTHER_FIGURE = (
    r"覆盖|达标率|合格率|完成率|满意|利用率|使用率|比例|扣|得分|分值|权重|费|款|违约金|罚|分\(|系数|损失|投诉"
)
_SHORTFALL = (
    r"(?<![不得应能可会])(?:低于|小于|少于|不足|<(?!=)|达不到|未达到?|未能?达到|没有达到|不能达到|不达标|降至|降到)"
)
_FORMULA = r"(?<![<>=≥≤])=[^<>=]*[/*]$"
_NO_LIMIT = re.compile(f"{_OTHER_FIGURE}|{_SHORTFALL}|{_FORMULA}")
"""What says that the figure behind a name is another thing, a shortfall, or part of how the share is worked out."""
_NOT_PROMISED = re.compile(r"违约金|罚款|扣除|扣减|扣罚|扣\d|赔付|赔偿|视为(?:违约|未达标|不合格)|解除(?:本)?合同")
_SAID_BEHIND = re.compile(r"(?:\([^)]*\))?(?:,?按[^,。;]{1,6}(?:统计|计算|考核))?")
_LONGEST = 40
_MOST_NINES = 16


def read_shares(clause: Clause) -> list[ServiceLevel]:
    """The limits in a clause's sentences; what a shortfall costs is no limit."""
    if _NAME.search(clause.text) is None:
        return []
    found: list[ServiceLevel] = []
    for start, end in clause.plain.sentences():
        sentence = clause.text[start:end]
        for at, level in find_shares(sentence):
            level["source"] = sentence_source(clause, start + at)
            found.append(ServiceLevel(**level))
    return found


def find_shares(sentence: str) -> Iterator[tuple[int, dict[str, object]]]:
    """The limits of a comparable sentence, each with its place.

    >>> [level["threshold"] for _, level in find_shares("云平台可用性按自然月统计,不得低于99.9%")]
    ['0.999']
    >>> list(find_shares("可用性低于99.9%的,扣除当月服务费的10%"))
    []
    """
    names = list(_NAME.finditer(sentence))
    if not names:
        return
    condition: str | None = None
    previous_end = 0
    subject = ""
    for match in _LIMIT.finditer(sentence):
        before = [name for name in names if name.end() <= match.start()]
        if not before:
            continue
        name = before[-1]
        fresh = name.start() >= previous_end
        between = sentence[max(name.end(), previous_end) : match.start()]
        if len(between) > _LONGEST or _NO_LIMIT.search(between):
            previous_end = match.end()
            continue
        if not fresh and not re.search(r"系统|平台|主机|网络|服务|数据", between):
            continue  # the limit of another thing, or the other end of a band
        rest = sentence[match.end() :]
        if _NOT_PROMISED.search(rest) and re.match(r"(?!,每)[^,;。]{0,6}(?:的|时)?,", rest):
            continue
        segment = max((b.end() for b in _BREAK.finditer(sentence, 0, name.start())), default=0)
        head = sentence[segment : name.end()] if fresh else between
        lead = sentence[previous_end:segment]
        subject = head
        condition = find_condition(head, condition) or (find_condition(lead, condition) if fresh else None)
        kind = str(name.lastgroup)
        target = last_of(OBJECTS, head) or last_of(OBJECTS, lead)
        if kind == "availability" and re.search(r"数据(?:的)?(?:整体)?$", sentence[: name.start()][-8:]):
            kind, target = "data_availability", "data"
        if kind == "durability" and (target is None or "数据" in head):
            target = "data"
        words = between + (match["after"] or "")
        window = (
            first_of(WINDOWS, head + between)
            or first_of(WINDOWS, _SAID_BEHIND.match(rest)[0])  # type: ignore[index]
            or first_of(WINDOWS, lead)
        )
        yield (
            name.start() if fresh else match.start(),
            {
                "metric": kind,
                "operator": read_operator(words),
                "threshold": _read_limit(match),
                "unit": "share",
                "statistic": "average" if re.search("平均|月均|年均", subject + words) else None,
                "object": target,
                "condition": condition,
                "window": window,
            },
        )
        previous_end = match.end()


def _read_limit(match: re.Match[str]) -> str:
    if match["nines"] is None:
        return read_share(match["limit"])
    return "0." + "9" * min(int(read_number(match["nines"])), _MOST_NINES)
