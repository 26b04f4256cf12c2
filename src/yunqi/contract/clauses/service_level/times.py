"""Limits that are a time (response, arrival, recovery …), in a sentence or in a cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from yunqi.contract.clauses.base import sentence_source
from yunqi.contract.clauses.service_level.schema import ServiceLevel
from yunqi.contract.clauses.service_level.vocabulary import (
    NOT_A_METRIC,
    OBJECTS,
    STATISTICS,
    TARGETS,
    TIMES,
    WINDOWS,
    find_clock_start,
    find_condition,
    first_of,
)
from yunqi.contract.clauses.words import NOT_OVER
from yunqi.contract.numbers import DURATION, read_duration
from yunqi.contract.outline import Clause
from yunqi.kernel.money import decimal_text

_DURATION = re.compile(DURATION)
_SUBJECT = re.compile(
    r"云平台|资源|扩容|乙方|云服务商|故障|系统|响应|供应商|服务商|中标人|热线|工程师|人员|机房|验收不合格|RTO|RPO|MTTR|恢复|修复"
)
_ANY = re.compile("|".join(pattern for _, pattern in (*TIMES, *TARGETS)))
_BREAK = re.compile(
    r"[,;。]|\((?=[一-龥]{2})|(?<=[一-龥])\)|、(?=[^、,;。]{0,14}?(?:\d|[一二两三四五六七八九十]+个?(?:小时|分钟|工作日|日|天)))|(?<=[应复场达])[及和](?=[\d一二两三四五六七八九十])"
)
_AT_MOST_BEFORE = re.compile(
    rf"(?:{NOT_OVER}|≤|<=|小于等于|最长|最迟|可按需|时限|时间(?:为|:)?|时长(?:为|:)?|为|达到|控制在|:|在)(?:不超过)?$"
)
_LESS_BEFORE = re.compile(r"(?:(?<!不)(?:小于|低于|少于|短于)|<)$")
_NO_LIMIT_BEFORE = re.compile(
    r"以上$|至少$|每$|提前$|大于$|超过$|高于$|达到?$|满$|工作日前$|前$|未(?:能)?(?:在|于)?$|不低于$|不少于$|≥$|>$|>=$"
)
_OVER_BEFORE = re.compile(rf"{NOT_OVER}$")
_NO_LIMIT_AFTER = re.compile(r"(?:及?以上|前(?!台)|之前|一次|1次|的工作|/|[*x×]24)")
_WITHIN_AFTER = re.compile(r"(?:以|之)?内|以下|之?间内|完成")
_VERB_AFTER = re.compile(
    r"(?:故障)?(?:响应|恢复|修复|到场|到达|解决|定位|受理|答复|排除|扩容|开通)(?!时间|时限|超过|的)"
)
_NOT_PROMISED = re.compile(r"违约金|罚款|扣除|扣减|扣罚|扣\d|赔付|视为违约|未(?:能)?(?:在|按|于)|未及时|逾期|超时|超出")
_CONSEQUENCE = re.compile(r"解除(?:本)?(?:合同|协议)|违约责任|承担[^,。;]{0,10}责任")
_OTHER_SUBJECT = re.compile(r"^(?:其中|对|对于)?[^\d]{0,12}?(?:故障|系统|平台|乙方|资源|人员)")
_ALL_STARTS = re.compile(
    r"(?:上述|以上|前述|所述)[^。;]{0,12}?(?:自|从)(?P<start>[^。;]{2,30}?)(?:之时|之日)?(?:起|开始)(?:计?算)?"
)
_START_AFTER = re.compile(
    r"(?:自|从)(?P<start>[^。;()]{2,30}?)(?:之时|之日)?(?:起算|起计算|开始计算|开始计时|起计时|起计|起)"
)
_REPORTS = re.compile(
    r"(?:恢复|排除|解决|消除|修复|处理完毕|处置完毕)[^,。;]{0,6}(?:后|起)[^,。;]{0,16},?[^,。;]{0,12}"
    r"(?:提交|提供|出具|报送|递交|反馈)[^,。;]{0,16}(?:报告|说明|记录)"
)
"""A time that runs from the end of a fault is for its report, not for its end."""
_ADDED = re.compile(r"扩容|扩展|扩充|追加")
"""What is delivered upon such a request adds to what stands there."""
_FREE = re.compile(r"免费|不收费|不另")
"""How long more may be used free of charge is no time of a delivery."""
_INCIDENTS = frozenset({"response", "location", "arrival", "recovery", "handling"})
_RESOURCES = re.compile(r"资源|云主机|虚拟机|主机|存储|网络|账号|云服务")


def read_times(clause: Clause) -> list[ServiceLevel]:
    """The limits in a clause's sentences; what a delay costs, dates, and spans of other things are none."""
    if _ANY.search(clause.text) is None:
        return []
    found: list[ServiceLevel] = []
    for start, end in clause.plain.sentences():
        sentence = clause.text[start:end]
        goes_on = clause.text[:start].endswith(";")
        for at, level in find_times(sentence):
            if goes_on and level["clock_start"] is None and level["condition"] is not None:
                level["clock_start"] = next((one.clock_start for one in found if one.metric == level["metric"]), None)
            found.append(ServiceLevel(**level, source=sentence_source(clause, start + at)))
        said = _ALL_STARTS.search(sentence)
        if said is not None:
            for one in found:
                one.clock_start = one.clock_start or find_clock_start(said["start"] + "起,", one.metric)
    return found


def find_times(sentence: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The limits of a comparable sentence, each with its place.

    >>> [(one["metric"], one["threshold"]) for _, one in find_times("乙方应10分钟内响应、1小时内到场")]
    [('response', '10'), ('arrival', '1')]
    >>> list(find_times("乙方应在30日内完成恢复演练"))
    []
    """
    if _ANY.search(sentence) is None or not _SUBJECT.search(sentence):
        return
    segments = _segments(sentence)
    condition: str | None = None
    stated = False
    metric_before: str | None = None
    for left, right in segments:
        segment = sentence[left:right]
        own = find_condition(segment, condition)
        if own is not None:
            condition, stated = own, False
        elif stated and _OTHER_SUBJECT.match(segment):
            condition = None
        for match in _DURATION.finditer(segment):
            duration = read_duration(match["count"], match["unit"])
            before, after = segment[: match.start()], segment[match.end() :]
            operator = _operator(before, after)
            if duration is None or operator is None:
                continue
            metric = (
                _metric(before, after)
                or _named_before(sentence[:left], segment, match.start(), metric_before)
                or _named_behind(after, sentence[right:])
            )
            if metric is None:
                continue
            head = sentence[: left + match.start()]
            if metric == "creation" and _ADDED.search(sentence[:right]):
                metric = "scale_out"
            later = _DURATION.search(sentence, left + match.end())
            tail = sentence[left : later.start() if later is not None else len(sentence)]
            if _is_consequence(sentence, left, before) or not _fits(metric, sentence, tail, segment):
                continue
            stated, metric_before = True, metric
            yield (
                left + match.start(),
                _level(metric, operator, duration, head, sentence[left + match.end() :], segment, condition),
            )


def _segments(sentence: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for match in _BREAK.finditer(sentence):
        spans.append((start, match.start()))
        start = match.end()
    return [*spans, (start, len(sentence))]


def _operator(before: str, after: str) -> str | None:
    """The comparison of a limit; None where the words around it set none."""
    if re.search(r"[*x×/]$|\d:$", before, re.IGNORECASE) or _NO_LIMIT_AFTER.match(after):
        return None
    if _NO_LIMIT_BEFORE.search(before) and not _OVER_BEFORE.search(before):
        return "<=" if re.search(r"时[间限长]达到$", before) else None
    if _LESS_BEFORE.search(before):
        return None if "大于" in before or "超过" in before else "<"
    if _WITHIN_AFTER.match(after) or _AT_MOST_BEFORE.search(before) or _VERB_AFTER.match(after):
        return "<="
    return None


def _is_consequence(sentence: str, left: int, before: str) -> bool:
    """Whether the limit is what a penalty starts from, not what is promised."""
    if _NOT_PROMISED.search(sentence[left:][:_REACH]) and re.search("违约金|罚款|扣|赔付", sentence):
        return True
    if re.search(r"未(?:能)?(?:在|按|于)?$|超过$|逾期$|大于$", before) and not _OVER_BEFORE.search(before):
        return True
    return re.search(r"(?:如|若)?未(?:能)?(?:在|按|于)?$", before) is not None or (
        _CONSEQUENCE.search(sentence[left:]) is not None and re.search(r"未|逾期|超过", before) is not None
    )


_REACH = 60


def _metric(before: str, after: str) -> str | None:
    """The metric of a limit, by the name before it, else by the verb after it."""
    stem = re.sub(r"^.*(?:故障响应后|响应后)", "", before)
    target = first_of(TARGETS, stem)
    if target is not None:
        return "recovery" if target == "mttr" else target
    named = re.search(
        rf"(.*?)(?:时限|时间|时长|期限)(?:\(MTTR\))?(?:应|须|均|需|要|控制在|原则上)*(?:{NOT_OVER}|≤|<=|<|小于等于|小于|最长|为|达到|在|:)*$",
        stem,
    )
    words = named[1] if named is not None else ""
    for text in (words, after, stem):
        hits = [
            (match.start(), name)
            for name, pattern in TIMES
            for match in [re.search(pattern, text)]
            if match is not None
            and not NOT_A_METRIC.match(text[match.end() :][:_NOUN])
            and not re.match(r"[^,]{0,4}(?:演练|预案|测试)", text[match.end() :])
        ]
        if hits:
            if text is words:
                order = [name for name, _ in TIMES]
                return min((name for _, name in hits), key=order.index)
            return min(hits)[1]
    return None


_NOUN = 6


def _named_before(head: str, segment: str, at: int, metric: str | None) -> str | None:
    """The metric that a heading before the limit names: 「恢复时间:重要系统1小时以内,其他系统4小时以内」."""
    if not re.search(r"系统|故障|期间|时[间段]|日|事件|级", segment[:at]):
        return None
    named = re.findall(r"([^,;:。]*?)(?:时限|时间|时长):", head + segment[:at])
    return _metric(named[-1] + "时间", "") if named else metric


def _named_behind(after: str, rest: str) -> str | None:
    """The metric of what is done within a time, behind a comma: 「接到通知1小时内,提供现场支持」."""
    if not re.fullmatch("(?:以|之)?内", after):
        return None
    behind = re.match(r",(?!甲方|使用单位)(?:乙方|云服务商)?([^,。;]{2,40})", rest)
    if behind is None or _DURATION.search(behind[1]):
        return None
    metric = _metric("", behind[1])
    return metric if metric in _INCIDENTS else None


def _fits(metric: str, sentence: str, tail: str, segment: str) -> bool:
    """Whether a limit is of this metric; `tail`: the sentence from its segment to the next time."""
    if metric == "scale_out":
        return _FREE.search(segment) is None
    if metric == "rework":
        return "乙方" in sentence or "云服务商" in sentence
    if metric == "creation":
        return _RESOURCES.search(segment) is not None or _RESOURCES.search(sentence) is not None
    if metric == "replacement":
        return re.search(r"人员|经理|设备|硬件|备件|负责人", sentence) is not None
    if metric in {"recovery", "handling"}:
        return re.search(r"投诉|争议|纠纷|意见", segment) is None and _REPORTS.search(tail) is None
    return re.search(r"异议|质疑|函件|文件|验收|争议", segment) is None if metric == "response" else True


def _level(
    metric: str,
    operator: str,
    duration: tuple[int, str],
    head: str,
    tail: str,
    segment: str,
    condition: str | None,
) -> dict[str, Any]:
    start = find_clock_start(head, metric)
    if start is None:
        later = _START_AFTER.search(tail)
        start = find_clock_start(later["start"] + "起,", metric) if later is not None else None
    about_system = "系统" in segment and condition is not None
    return {
        "metric": metric,
        "operator": operator,
        "threshold": decimal_text(duration[0]),
        "unit": duration[1],
        "statistic": "average" if re.search(STATISTICS[0][1] + "|MTTR", segment) else None,
        "object": "system"
        if about_system or metric in {"rto", "rpo"}
        else "fault"
        if metric in _INCIDENTS
        else first_of(OBJECTS, segment)
        if metric in {"scale_out", "creation"}
        else None,
        "condition": condition,
        "window": first_of(WINDOWS, segment) if "平均" in segment else None,
        "clock_start": start,
    }
