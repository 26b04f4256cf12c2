"""The methods of kpis. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import date
from typing import Literal

from yunqi.client.base import Deed, Download, Noun
from yunqi.wire.base import Done
from yunqi.wire.kpis import KpiFile, KpiOf, KpiSheet, RecordKpi

_FILE = Deed("kpi.file", "GET", "/contracts/{contract}/kpis/file", "read", KpiFile)
_RECORD = Deed("kpi.record", "POST", "/contracts/{contract}/kpis", "write", RecordKpi)
_SHEET = Deed("kpi.sheet", "GET", "/contracts/{contract}/kpis", "read", KpiOf)


class KpisMethods(Noun):
    """What can be asked and done."""

    def file(
        self,
        contract: str,
        *,
        start_on: date | None = None,
        end_on: date | None = None,
        format: Literal["xlsx", "docx"] = "xlsx",
    ) -> Download:
        """The sheet as a workbook or as a document."""
        return self._download(_FILE, {"contract": contract, "start_on": start_on, "end_on": end_on, "format": format})

    def record(
        self, contract: str, *, no: int, value: str, evidence: str, points: str | None = None, key: str | None = None
    ) -> Done:
        """Keeps what a person says of a key figure as a fact of the contract."""
        return self._answer(
            _RECORD,
            {"contract": contract, "no": no, "value": value, "evidence": evidence, "points": points},
            Done,
            key=key,
        )

    def sheet(self, contract: str, *, start_on: date | None = None, end_on: date | None = None) -> KpiSheet:
        """Each key figure: target, measured value and ground, what was recorded, points; raises `Problem`
        kpi.period.
        """
        return self._answer(_SHEET, {"contract": contract, "start_on": start_on, "end_on": end_on}, KpiSheet)
