"""Delivered against contracted, one price line at a time over a month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.contract.terms import number
from yunqi.kernel.units import render_decimal
from yunqi.kernel.words import _
from yunqi.metering import DrawSpan, compute_entitlement_use, count_draws
from yunqi.settlement.inputs import DrawFact, Inputs
from yunqi.settlement.law import Law
from yunqi.settlement.model import DeliveryLine
from yunqi.settlement.trace import Trace

SPAN = "span"


def compute_delivery(inputs: Inputs, law: Law, trace: Trace) -> tuple[DeliveryLine, ...]:
    """A line for each price line; bursts stand with the first line of their item. Quantities are exact, in the line's
    unit.
    """
    by_line: dict[int, list[DrawFact]] = {}
    bursts: dict[str, list[DrawFact]] = {}
    for draw in inputs.draws:
        if draw.line_no is None:
            bursts.setdefault(draw.item, []).append(draw)
        else:
            by_line.setdefault(draw.line_no, []).append(draw)
    window = inputs.month.span
    unmetered = inputs.metered_from is not None and window.end_at <= inputs.metered_from
    result = []
    for line in law.lines:
        no = int(line["no"])
        draws = by_line.get(no, [])
        extra = bursts.pop(line.get("item") or "", [])
        spans = [DrawSpan(one.quantity, one.start_at, one.end_at) for one in draws if one.kind == SPAN]
        use = compute_entitlement_use(spans, window)
        once = count_draws((DrawSpan(one.quantity, one.start_at) for one in draws if one.kind != SPAN), window)
        burst = compute_entitlement_use([DrawSpan(one.quantity, one.start_at, one.end_at) for one in extra], window)
        used = [
            one
            for one in draws
            if one.start_at < window.end_at and (one.end_at is None or one.end_at > window.start_at)
        ]
        metered = bool(used) or not unmetered
        node = trace.add(
            f"delivery.{no}",
            _("价目行 {no} {name}", no=no, name=line.get("name") or ""),
            _(
                "平均 {average}，峰值 {peak}，月末 {at_end}",
                average=render_decimal(use.average + once),
                peak=render_decimal(use.peak + once),
                at_end=render_decimal(use.at_end + once),
            )
            if metered
            else _("未计量"),
            formula=_explain(len(used), metered=metered, spans=bool(spans)),
            source=line.get("source"),
            facts=tuple(one.id for one in used),
            sample=any(one.sample for one in used),
        )
        result.append(
            DeliveryLine.model_construct(
                no=no,
                item=line.get("item"),
                name=str(line.get("name") or ""),
                unit=line.get("unit"),
                contracted=_stated(line),
                average=str(use.average + once) if metered else None,
                peak=str(use.peak + once) if metered else None,
                at_end=str(use.at_end + once) if metered else None,
                burst_average=str(burst.average) if extra or not unmetered else None,
                unit_price=None if line.get("unit_price") is None else str(line["unit_price"]),
                total_fen=line.get("total_fen"),
                bundle_no=line.get("bundle"),
                node=node,
            )
        )
    trace.add(
        "delivery", _("交付情况"), _("{count} 行", count=len(result)), children=tuple(line.node for line in result)
    )
    return tuple(result)


def _explain(count: int, *, metered: bool, spans: bool) -> str:
    if not metered:
        return _("该月早于开始计量的时间，也没有交入用量")
    if not count:
        return _("没有占用")
    return _("{count} 项占用按占用时间加权平均", count=count) if spans else _("{count} 项占用按次数计", count=count)


def _stated(line: Mapping[str, Any]) -> str | None:
    # A line within another one's price and without a figure of its own is sometimes written as 0.
    quantity = number(line.get("quantity"))
    return None if quantity is None or (not quantity and line.get("bundle") is not None) else str(quantity)
