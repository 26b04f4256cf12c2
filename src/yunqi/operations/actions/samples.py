"""Use of resources as an action: samples of their meters."""

from __future__ import annotations

from datetime import timedelta

from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.store.samples import Sample, list_meters, list_samples
from yunqi.wire.resources import ReadSamples, SampleAnswer, SampleSeries

_USUAL_SPAN = timedelta(days=1)


@action(
    "resource.samples",
    "GET",
    "/resources/{id}/samples",
    "查看资源用量",
    request=ReadSamples,
    answer=SampleAnswer,
    aim=aims.resource,
)
def read_samples(desk: Desk, request: ReadSamples) -> SampleAnswer:
    """A resource's samples by meter; of more than the points asked for, evenly spaced ones and the last."""
    found = aims.require_resource_of(desk, request.id)
    end_at = request.end_at or desk.now + timedelta(seconds=1)
    start_at = request.start_at or end_at - _USUAL_SPAN
    rows = list_samples(
        desk.connection, found.id, start_at=start_at, end_at=end_at, meter=request.meter, points=request.points
    )
    by_meter: dict[str, list[Sample]] = {}
    for row in rows:
        by_meter.setdefault(row.meter, []).append(row)
    return SampleAnswer(
        meters=list_meters(desk.connection, found.id),
        series=tuple(
            SampleSeries(meter=meter, points=tuple((one.at, one.value) for one in thin(some, request.points)))
            for meter, some in sorted(by_meter.items())
        ),
    )


def thin(samples: list[Sample], points: int) -> list[Sample]:
    """At most so many of the samples, in order: evenly spaced, the first and the last among them.

    Counters only ever grow, so what is left out is not lost from the sum.
    """
    if len(samples) <= points:
        return samples
    last = len(samples) - 1
    return [samples[number * last // (points - 1)] for number in range(points)]
