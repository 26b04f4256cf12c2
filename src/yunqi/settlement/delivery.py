"""Delivered against contracted, one price line at a time over a month."""

from __future__ import annotations

from yunqi.contract.terms import number
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
        node = trace.add(
            f"delivery.{no}",
            _("价目行 {no} {name}", no=no, name=line.get("name") or ""),
            _(
                "平均 {average}，峰值 {peak}，月末 {at_end}",
                average=use.average + once,
                peak=use.peak + once,
                at_end=use.at_end + once,
            ),
            formula=_("{count} 项占用按占用时间加权平均", count=len(used))
            if spans
            else _("{count} 项占用按次数计", count=len(used)),
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
                contracted="" if (quantity := number(line.get("quantity"))) is None else str(quantity),
                average=str(use.average + once),
                peak=str(use.peak + once),
                at_end=str(use.at_end + once),
                burst_average=str(burst.average),
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
