"""The methods of tables. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from typing import Any

from yunqi.client.base import Deed, Noun, Pending
from yunqi.wire.evidence import MadeFile
from yunqi.wire.tables import ExportTable

_EXPORT = Deed("table.export", "POST", "/table-exports", "run", ExportTable)


class TablesMethods(Noun):
    """What can be asked and done."""

    def export(
        self, *, list: str, filters: dict[str, Any] | None = None, sort: str | None = None, key: str | None = None
    ) -> Pending[MadeFile]:
        """A list as a workbook with typed columns, as at one instant; raises `Problem` table.too_many."""
        return self._begin(_EXPORT, {"list": list, "filters": filters, "sort": sort}, MadeFile, key=key)
