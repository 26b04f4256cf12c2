"""A resource's use as plots: what its meters counted over the last day, week or month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _, render_sentence, render_way_out
from yunqi.web.page import PageOf
from yunqi.web.pages.resources import read_resource
from yunqi.web.plots import Plot, Series
from yunqi.wire.resources import ReadSamples, SampleAnswer, SampleSeries

router = APIRouter(prefix="/resources/{id}/usage")
SPAN_WORDS: Mapping[str, str] = {"day": "最近一天", "week": "最近七天", "month": "最近三十天"}
_DAYS = {"day": 1, "week": 7, "month": 30}
METER_WORDS: Mapping[str, str] = {
    "cpu_time_ns": "处理器",
    "memory_bytes": "内存",
    "read_bytes": "读取",
    "write_bytes": "写入",
    "read_operations": "读操作",
    "write_operations": "写操作",
    "received_bytes": "接收",
    "sent_bytes": "发送",
    "bytes_in": "流入",
    "bytes_out": "流出",
}
_MIB, _BITS, _NS = 2**20, 8, 10**9
_GAUGES = frozenset({"memory_bytes"})
Point = tuple[datetime, Fraction | None]


@router.get("")
def show_usage(page: PageOf, id: str, span: str = "day") -> Response:  # noqa: A002
    """The plots; a provider sees them with the tenant's consent only, and every look is recorded."""
    found = read_resource(page, id)
    chosen = span if span in _DAYS else "day"
    now = page.console.clock.now()
    asked = ReadSamples(id=id, start_at=now - timedelta(days=_DAYS[chosen]), end_at=now + timedelta(seconds=1))
    refusal: tuple[str, str] | None = None
    asks = False
    plots: list[Plot] = []
    try:
        plots = make_plots(page.read("resource.samples", asked))
    except Problem as problem:
        refusal = (render_sentence(problem), render_way_out(problem))
        asks = problem.code == "access.consent" and page.may("consent.ask") and page.has("/consents/new")
    address = page.url(f"/resources/{id}/usage")
    chips = [(_(SPAN_WORDS[code]), f"{address}?span={code}", code == chosen) for code in SPAN_WORDS]
    shown = {"plots": plots, "chips": chips, "refusal": refusal, "asks": asks, "span": chosen}
    return page.render("resources/usage.html", resource=found, **shown)


def make_plots(answer: SampleAnswer) -> list[Plot]:
    """One plot a group of meters with the same unit."""
    groups: dict[str, list[SampleSeries]] = {}
    for series in answer.series:
        groups.setdefault(_group(series.meter), []).append(series)
    makers: tuple[tuple[str, str, str, int, int], ...] = (
        ("cpu", _("处理器使用"), _("核"), 1, _NS),
        ("memory", _("内存使用"), "MiB", 1, _MIB),
        ("network", _("网络流量"), "Mbit/s", _BITS, 10**6),
        ("disk", _("磁盘读写"), "MiB/s", 1, _MIB),
        ("operations", _("磁盘操作"), _("次/秒"), 1, 1),
        ("other", _("其他计量"), "", 1, 1),
    )
    plots = []
    for code, title, unit, times, by in makers:
        if code in groups:
            lines = [
                Series(
                    _name(one.meter),
                    levels(one, Fraction(times, by)) if _is_gauge(one) else rates(one, Fraction(times, by)),
                )
                for one in groups[code]
            ]
            plots.append(Plot(title, "line", lines, unit, _("时间"), least=0))
    return plots


def _last(meter: str) -> str:
    return meter.rpartition(".")[2]


def _group(meter: str) -> str:
    groups = {
        "cpu_time_ns": "cpu",
        "memory_bytes": "memory",
        "read_bytes": "disk",
        "write_bytes": "disk",
        "read_operations": "operations",
        "write_operations": "operations",
        "received_bytes": "network",
        "sent_bytes": "network",
        "bytes_in": "network",
        "bytes_out": "network",
    }
    return groups.get(_last(meter), "other")


def _is_gauge(series: SampleSeries) -> bool:
    return _last(series.meter) in _GAUGES


def _name(meter: str) -> str:
    last = _last(meter)
    words = _(METER_WORDS[last]) if last in METER_WORDS else meter
    part = meter.split(".")
    number = part[1] if len(part) == 3 and part[0] == "port" and part[1] != "0" else ""
    return f"{words} {number}".strip()


def levels(series: SampleSeries, factor: Fraction) -> list[Any]:
    """The values of a level as they stand."""
    return [(at, value * factor) for at, value in series.points]


def rates(series: SampleSeries, factor: Fraction) -> list[Any]:
    """What a counter grew by a second, at the end of each span; a gap where it began anew.

    >>> from datetime import UTC
    >>> at = [datetime(2026, 3, 1, 0, minute, tzinfo=UTC) for minute in range(4)]
    >>> one = SampleSeries(meter="bytes_in", points=tuple(zip(at, (0, 600, 30, 90))))
    >>> [value for _at, value in rates(one, Fraction(1))]
    [Fraction(10, 1), None, Fraction(1, 1)]
    """
    found: list[Point] = []
    for (before_at, before), (at, value) in zip(series.points, series.points[1:], strict=False):
        seconds = (at - before_at) // timedelta(microseconds=1)
        grown = value - before
        found.append((at, None if grown < 0 or seconds <= 0 else Fraction(grown * 10**6, seconds) * factor))
    return found
