"""Series of another monitoring system under a mapping: which observations and samples they are. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from yunqi.kernel.errors import Problem
from yunqi.probes.foreign_rows import ERROR_LIMIT
from yunqi.probes.monitor_mapping import LEFT_OUT, Rule
from yunqi.probes.monitor_series import Point, Series, instant_of, read_number
from yunqi.store.evidence_import import ForeignEvidence, ForeignResult, ForeignSample

HOUR_S = 3600
_BIGGEST = 2**63


@dataclass(frozen=True, slots=True)
class MonitorPlan:
    """What a file brings.

    `unseen` are rows of the mapping that no series matched, `left_out` the series left out on purpose, `running` the
    values whose time is not over yet: they come with the next file.
    """

    evidence: ForeignEvidence
    unseen: tuple[str, ...]
    left_out: int
    running: int


def plan_import(series: Sequence[Series], rules: Sequence[Rule], *, now: datetime) -> MonitorPlan:
    """The observations and samples of series; each series needs one row of the mapping, and no two the same stream.

    Raises `Problem` mapping.series, mapping.ambiguous, mapping.stream, evidence.future and evidence.value.
    """
    matched = _match(series, rules)
    results: list[ForeignResult] = []
    samples: list[ForeignSample] = []
    running = 0
    for one, rule in matched:
        _refuse_future(one, now)
        if rule.up is not None:
            found = list(_observe(one, rule))
            past = [result for result in found if result.end_at <= now]
            running += len(found) - len(past)
            results += past
        elif rule.meter:
            samples += _measure(one, rule)
    used = {rule.row for _one, rule in matched}
    return MonitorPlan(
        ForeignEvidence(results=tuple(results), samples=tuple(samples)),
        tuple(rule.name for rule in rules if rule.row not in used),
        sum(rule.object == LEFT_OUT for _one, rule in matched),
        running,
    )


def _match(series: Sequence[Series], rules: Sequence[Rule]) -> list[tuple[Series, Rule]]:
    found: list[tuple[Series, Rule]] = []
    strange: list[Series] = []
    streams: dict[tuple[str, str, str], Series] = {}
    for one in series:
        fitting = [rule for rule in rules if rule.labels.items() <= one.labels.items()]
        if not fitting:
            strange.append(one)
            continue
        if len(fitting) > 1:
            raise Problem(
                "mapping.ambiguous",
                "序列「{value}」符合对照表的第 {lines} 行，不能确定是哪一个对象",
                field="mapping",
                value=one.name,
                lines="、".join(str(rule.row) for rule in fitting),
                way_out="请补充标签，使每个序列只符合一行",
            )
        rule = fitting[0]
        stream = (rule.object, rule.probe, rule.meter)
        if rule.object != LEFT_OUT and stream in streams:
            raise Problem(
                "mapping.stream",
                "序列「{value}」与「{other}」同属对象「{object}」的同一来源，二者无法分开",
                field="mapping",
                value=one.name,
                other=streams[stream].name,
                object=rule.object,
                way_out="请为二者各写一行，并在探测方式(probe)或计量项(meter)列给出不同名称",
            )
        streams[stream] = one
        found.append((one, rule))
    if strange:
        raise Problem(
            "mapping.series",
            "{count} 个序列不在对照表中，未导入任何内容：{shown}",
            field="mapping",
            value=strange[0].name,
            count=len(strange),
            shown="、".join(f"「{one.name}」" for one in strange[:ERROR_LIMIT]),
            way_out="请在对照表中为其写明对象；不导入的，对象写 -",
        )
    return found


def _refuse_future(one: Series, now: datetime) -> None:
    if one.points and instant_of(one.points[-1].at_us) > now:
        raise Problem(
            "evidence.future",
            "序列「{value}」有晚于现在的数据：{at}",
            field="file",
            value=one.name,
            at=instant_of(one.points[-1].at_us).isoformat(),
            way_out="请核对该监测系统与本机的时钟",
        )


def _observe(one: Series, rule: Rule) -> Iterator[ForeignResult]:
    """Each value as a result of its own, so that files that overlap bring the same results."""
    hold, hour = timedelta(seconds=rule.hold_s), timedelta(seconds=HOUR_S)
    said: dict[tuple[str, str, str, int | None], tuple[str, str]] = {}
    for point in one.points:
        key = (point.low, point.high, point.level, point.number)
        if key not in said:
            said[key] = judge(point, rule)
        verdict, detail = said[key]
        at = instant_of(point.at_us)
        until = at + (hold if point.number is None else hour)
        yield ForeignResult(rule.object, rule.probe, at, until, verdict, detail)


def judge(point: Point, rule: Rule) -> tuple[str, str]:
    """The verdict of a value under a row's condition, with what it rests on.

    Of an hour's trend only what holds for the whole hour is said: it is unknown when its values were too few to cover
    it, and when some were up and some down, for when is not kept.
    """
    assert rule.up is not None  # noqa: S101 - rows without a condition are no observations
    low, high = read_number(point.low), read_number(point.high)
    if low is None or high is None:
        return "unknown", f"value {point.level}"[:200]
    fits = rule.up.holds(low), rule.up.holds(high)
    if point.number is None:
        return "up" if fits[0] else "down", f"value {point.level}"[:200]
    detail = f"trend min {point.low}, max {point.high}, {point.number} values"[:200]
    if point.number * rule.hold_s < HOUR_S:
        return "unknown", detail
    if fits == (True, True):
        return "up", detail
    outside = rule.up.operator != "=" or high < rule.up.number or low > rule.up.number
    return "down" if fits == (False, False) and outside else "unknown", detail


def _measure(one: Series, rule: Rule) -> Iterator[ForeignSample]:
    """Each value as a sample, of an hour's trend its average at the hour's begin; NaN and infinities say nothing."""
    for point in one.points:
        number = read_number(point.level)
        if number is None:
            continue
        value = round(Fraction(number) * rule.scale)
        if not -_BIGGEST <= value < _BIGGEST:
            raise Problem(
                "evidence.value",
                "序列「{series}」的值「{value}」乘以倍数后超出可记录的范围",
                field="mapping",
                series=one.name,
                value=point.level[:60],
                way_out="请在对照表中改小倍数(scale)",
            )
        yield ForeignSample(rule.object, rule.meter, instant_of(point.at_us), value)
