"""The readings that changed within a month, as its statement needs them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from yunqi.kernel.period import Span
from yunqi.settlement.inputs import AgreedSpan
from yunqi.store.contracts import Contract
from yunqi.store.readings import list_reading_spans


def read_changed(
    connection: Connection, contract: Contract, start_at: datetime, end_at: datetime, known_at: datetime
) -> tuple[AgreedSpan, ...]:
    """The points whose reading was not the same over the whole month, or its part within the term."""
    if start_at >= end_at:
        return ()
    spans = list_reading_spans(connection, contract.id, Span(start_at, end_at), known_at=known_at)
    return tuple(
        AgreedSpan(code, None, part.start_at, part.end_at)
        if one is None
        else AgreedSpan(code, str(one.value), part.start_at, part.end_at, one.agreement, one.id)
        for code, parts in spans.items()
        if len(parts) > 1
        for part, one in parts
    )
