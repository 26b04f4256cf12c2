"""Reads the table of documents to hand in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from yunqi.contract.clauses.base import Extraction, row_source
from yunqi.contract.clauses.deliverable.register import read_register
from yunqi.contract.clauses.deliverable.schema import Deliverable
from yunqi.contract.clauses.table import Columns
from yunqi.contract.documents import squeeze
from yunqi.contract.outline import Outline

AFTER: tuple[str, ...] = ()

_COLUMNS = {
    "name": r"输出成果|交付物|交付成果|成果|成果名称|交付物名称|文档名称|提交材料|材料名称",
    "phase": r"(?:项目|服务)?阶段",
    "note": r"备注|说明|提交要求|提交时间|频次|要求",
}
_FREQUENCIES = (
    ("daily", r"日报|每日|每天"),
    ("weekly", r"周报|每周"),
    ("monthly", r"月报|每月|按月"),
    ("quarterly", r"季报|每季"),
    ("yearly", r"年报|每年"),
)


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
            words = squeeze(f"{name},{note}")
            frequency = next((code for code, pattern in _FREQUENCIES if re.search(pattern, words)), None)
            needed = re.search(r"按实际|按需|如有|视情况|发生时", words)
            found.append(
                Deliverable(
                    name=name,
                    phase=phase or None,
                    trigger="as_needed"
                    if needed
                    else "calendar"
                    if frequency
                    else "acceptance"
                    if "验收" in phase
                    else "operation",
                    due_by="acceptance" if before_acceptance else None,
                    frequency=frequency or ("as_needed" if needed else None),
                    evidence=name,
                    note=note or None,
                    source=row_source(placed, index, str(len(found) + 1)),
                )
            )
    return Extraction(values={"deliverables": found})
