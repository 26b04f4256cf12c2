"""Reads the table of documents to hand in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.contract.clauses.base import Extraction, row_source
from yunqi.contract.clauses.deliverable.lines import read_lines
from yunqi.contract.clauses.deliverable.register import read_register
from yunqi.contract.clauses.deliverable.schema import Deliverable, make_deliverable
from yunqi.contract.clauses.table import Columns
from yunqi.contract.outline import Outline

AFTER: tuple[str, ...] = ()

_COLUMNS = {
    "name": r"输出成果|交付物|交付成果|成果|成果名称|交付物名称|文档名称|提交材料|材料名称",
    "phase": r"(?:项目|服务)?阶段",
    "note": r"备注|说明|提交要求|提交时间|频次|要求",
}


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """Deliverables in the order of the table; the frequency comes from their own names or notes."""
    found: list[Deliverable] = []
    before_acceptance = any("验收前" in clause.text and "提交" in clause.text for clause in document.body())
    for placed in document.tables:
        listed = read_register(placed)
        if listed:
            found.extend(listed)
            continue
        columns = Columns.find(placed.table, _COLUMNS)
        if columns is None or "name" not in columns:
            continue
        phase = ""
        for index, row in columns.body(placed.table):
            phase = row.get("phase") or phase
            name, note = row["name"], row.get("note", "")
            if not name:
                continue
            source = row_source(placed, index, str(len(found) + 1))
            found.append(make_deliverable(name, phase, note, source, before_acceptance=before_acceptance))
    if not found:
        found = read_lines(document, before_acceptance=before_acceptance)
    return Extraction(values={"deliverables": found})
