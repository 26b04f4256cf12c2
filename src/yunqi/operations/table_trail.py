"""Lists that are taken away from a page as a workbook: who took which rows."""

from __future__ import annotations

from collections.abc import Mapping

from yunqi.kernel.rights import Caller
from yunqi.operations.identity.trail import record_by
from yunqi.operations.installation import Installation

_MOST = 200


def record_export(site: Installation, caller: Caller, table: str, rows: int, filters: Mapping[str, str]) -> None:
    """One row of the audit trail, under the name of the action that makes such workbooks as a run."""
    detail = {"list": table, "rows": rows, **{f"filter.{name}": value[:_MOST] for name, value in filters.items()}}
    with site.database.write() as connection:
        record_by(connection, caller, action="table.export", object=table, now=site.clock.now(), detail=detail)
