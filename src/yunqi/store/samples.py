"""Metered samples of resources: written once for resource, meter and instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, or_, select

from yunqi.store.dialect import insert_into
from yunqi.store.tables import resource, sample


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading of a meter that only counts up, or of a level."""

    resource_id: str
    meter: str
    at: datetime
    value: int


def record_samples(connection: Connection, samples: Iterable[Sample]) -> int:
    """Writes samples of resources that are known; returns how many were new."""
    wanted = tuple(samples)
    ids = {one.resource_id for one in wanted}
    known = set(connection.scalars(select(resource.c.id).where(resource.c.id.in_(ids)))) if ids else set()
    rows = [
        {"resource_id": one.resource_id, "meter": one.meter, "at": one.at, "value": one.value}
        for one in wanted
        if one.resource_id in known
    ]
    if not rows:
        return 0
    statement = insert_into(connection, sample).on_conflict_do_nothing().returning(sample.c.no)
    return len(connection.execute(statement, rows).all())


def find_other_sample(connection: Connection, samples: Iterable[Sample]) -> tuple[Sample, int] | None:
    """A sample that is recorded with another value than the one given, and that value; None when there is none."""
    wanted: dict[tuple[str, str], dict[datetime, Sample]] = {}
    for one in samples:
        wanted.setdefault((one.resource_id, one.meter), {})[one.at] = one
    for (resource_id, meter), by_time in wanted.items():
        query = select(sample.c.at, sample.c.value).where(
            sample.c.resource_id == resource_id,
            sample.c.meter == meter,
            sample.c.at >= min(by_time),
            sample.c.at <= max(by_time),
        )
        for row in connection.execute(query):
            given = by_time.get(row.at)
            if given is not None and given.value != row.value:
                return given, int(row.value)
    return None


def list_samples(
    connection: Connection,
    resource_id: str,
    *,
    start_at: datetime,
    end_at: datetime,
    meter: str | None = None,
    points: int | None = None,
) -> tuple[Sample, ...]:
    """The samples of a resource with `start_at` <= at < `end_at`, by meter and time.

    With `points` (2 or more), of each meter evenly spaced ones with the first and the last: so many, or up to twice.
    """
    conditions = [sample.c.resource_id == resource_id, sample.c.at >= start_at, sample.c.at < end_at]
    if meter is not None:
        conditions.append(sample.c.meter == meter)
    query = select(sample).where(*conditions).order_by(sample.c.meter, sample.c.at)
    if points is not None:
        # The database counts them: a year of samples is not read to draw some hundred points.
        place = (func.row_number().over(partition_by=sample.c.meter, order_by=sample.c.at) - 1).label("place")
        count = func.count().over(partition_by=sample.c.meter).label("count")
        every = select(sample, place, count).where(*conditions).subquery()
        step = case((every.c.count > points, (every.c.count - 1) // (points - 1)), else_=1)
        kept = or_(every.c.place % step == 0, every.c.place == every.c.count - 1)
        query = select(every).where(kept).order_by(every.c.meter, every.c.at)
    return tuple(Sample(row.resource_id, row.meter, row.at, row.value) for row in connection.execute(query))


def list_meters(connection: Connection, resource_id: str) -> tuple[str, ...]:
    """The names of the meters that a resource has samples of."""
    query = select(sample.c.meter).where(sample.c.resource_id == resource_id).distinct().order_by(sample.c.meter)
    return tuple(connection.scalars(query))
