"""A contract's data as it stands on a day: as it was signed, or as its supplementary agreements have made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from yunqi.kernel.period import date_of, day_start
from yunqi.kernel.words import _
from yunqi.store.amendments import find_version, list_version_starts
from yunqi.store.contracts import Contract
from yunqi.store.types import canonical_json

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Version:
    """The data of a contract from a day on; `valid_from` None: as it was signed."""

    contract: Contract
    data: Mapping[str, Any]
    valid_from: date | None

    @property
    def title(self) -> str:
        """Number, and from when."""
        number = self.contract.number or self.contract.id
        return number if self.valid_from is None else _("{number}（{day} 起）", number=number, day=self.valid_from)


@dataclass(frozen=True, slots=True)
class Text:
    """A contract's data over the span in which it was in force; None: from the first, to the last."""

    data: Mapping[str, Any]
    start_at: datetime | None = None
    end_at: datetime | None = None

    def holds_until(self, at: datetime) -> bool:
        """Whether it was in force in the last moment before an instant.

        >>> from datetime import UTC
        >>> days = [datetime(2026, 2, day, tzinfo=UTC) for day in (5, 6, 7)]
        >>> [Text({}, days[0], days[1]).holds_until(day) for day in days]
        [False, True, False]
        """
        return (self.start_at is None or self.start_at < at) and (self.end_at is None or at <= self.end_at)


def read_texts(connection: Connection, found: Contract, at: datetime) -> tuple[Text, ...]:
    """All that a contract's data have been up to an instant, in order, by what is known now."""
    starts = [start for start in list_version_starts(connection, found.id) if start <= at]
    ends = [*starts, None]
    texts = [Text(found.data, None, ends[0])]
    for place, start in enumerate(starts):
        texts.append(Text(data_at(connection, found, start), start, ends[place + 1]))
    return tuple(texts)


def read_version(connection: Connection, found: Contract, on: date | None) -> Version:
    """The version in force at the end of a day; None: the text as it was signed."""
    row = None if on is None else find_version(connection, found.id, at=day_start(on + timedelta(days=1)) - _MOMENT)
    return Version(found, found.data, None) if row is None else Version(found, row.data, date_of(row.valid_from))


def data_at(
    connection: Connection, found: Contract, at: datetime, known_at: datetime | None = None
) -> Mapping[str, Any]:
    """The contract's data in force at an instant, as known then or now."""
    row = find_version(connection, found.id, at=at, known_at=known_at)
    return found.data if row is None else row.data


def in_force(connection: Connection, found: Contract, at: datetime) -> Contract:
    """The contract with the data in force at an instant in place of what was signed first."""
    row = find_version(connection, found.id, at=at)
    return found if row is None else replace(found, data_text=canonical_json(dict(row.data)))
