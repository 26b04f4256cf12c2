"""The rows of the provider's evaluation of itself (绩效自评): key figures, levels, reports, each with its ground.

What nothing measures is left open, and says who must fill it in; points are only those that somebody recorded or that
follow from a figure that is met.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from yunqi.kernel.rights import Caller
from yunqi.operations.installation import Installation
from yunqi.operations.report_data import View, Window, list_months, read_heading, read_notices, read_reports
from yunqi.operations.service_summary import last_statements
from yunqi.store.contracts import Contract

_WORST = ("breached", "open", "unknown", "met", "not_due")


def read_self_evaluation(
    site: Installation,
    connection: Connection,
    caller: Caller,
    found: Contract,
    window: Window,
    sheet: Mapping[str, Any],
) -> View:
    """The data of the evaluation; `sheet`: the contract's key figures over the same days, as JSON data."""
    now, span = site.clock.now(), window.span
    return read_heading(connection, caller, found, window, now) | {
        "figures": sheet["items"],
        "points": sheet["points"],
        "most": sheet["most"],
        "points_unknown": sheet["points_unknown"],
        "levels": list(_levels(connection, found, window)),
        "reports": read_reports(connection, caller, found, span, site.calendar, now),
        "notices": read_notices(connection, found, span, now),
        "months": [month for month, _part in list_months(span)],
    }


def _levels(connection: Connection, found: Contract, window: Window) -> Iterator[View]:
    """Each service level over the settled months: in how many it was kept, missed, open or unknown, and where."""
    months = {month for month, _part in list_months(window.span)}
    levels: dict[tuple[str, ...], View] = {}
    for month, row in last_statements(connection, found.id).items():
        if month not in months:
            continue
        for one in row.data.get("levels") or ():
            names = ("title", "metric", "object", "operator", "threshold", "unit")
            level = levels.setdefault(
                tuple(str(one.get(name)) for name in names),
                {name: one.get(name) for name in names} | {"source": one.get("source"), "by_state": {}},
            )
            level["by_state"].setdefault(one["state"], []).append(month)
    for level in levels.values():
        state = next(one for one in _WORST if one in level["by_state"])
        yield level | {"state": state, "settled": sum(map(len, level["by_state"].values())), "of": len(months)}
