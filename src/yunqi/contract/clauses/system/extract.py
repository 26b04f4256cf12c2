"""Finds the list of information systems."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from yunqi.contract.clauses.base import Extraction, row_source
from yunqi.contract.clauses.system.schema import InformationSystem
from yunqi.contract.clauses.table import Columns
from yunqi.contract.numbers import read_number
from yunqi.contract.outline import Outline, PlacedTable

AFTER: tuple[str, ...] = ()

_COLUMNS = {
    "no": r"序号|编号|项号",
    "name": r"(?:信息|应用|业务)?系统(?:名称)?",
    "grade": r"(?:等保|安全保护|保护)?(?:等级|级别)",
    "important": r"(?:是否)?重要(?:信息)?系统|(?:是否)?重要",
    "internet_facing": r"(?:是否)?(?:面向)?互联网.*",
}


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """The systems in the order of the contract."""
    systems: list[InformationSystem] = []
    for placed in document.tables:
        columns = Columns.find(placed.table, _COLUMNS)
        if columns is None or "name" not in columns or placed.part or set(columns.known) & {"amount"}:
            continue
        systems.extend(_read_rows(placed, columns))
    return Extraction(values={"systems": systems})


def _read_rows(placed: PlacedTable, columns: Columns) -> list[InformationSystem]:
    found: list[InformationSystem] = []
    for index, row in columns.body(placed.table):
        name, number = row.get("name", ""), row.get("no", "")
        if not name:
            continue
        if not number and found and "no" in columns:
            found[-1].name += name  # the name went on after a page break
            found[-1].source.text += " " + name
            continue
        grade = re.search(r"([一二三四五]|\d)级", row.get("grade", "").replace(" ", ""))
        found.append(
            InformationSystem(
                no=int(number) if re.fullmatch(r"\d{1,6}", number) else None,
                name=name,
                grade=int(read_number(grade[1])) if grade is not None else None,
                important=_flag(row.get("important", "")),
                internet_facing=_flag(row.get("internet_facing", "")),
                source=row_source(placed, index, number),
            )
        )
    return found


def _flag(word: str) -> bool | None:
    if re.match(r"^(?:是|√|✓|Y|yes|有)", word, re.IGNORECASE):
        return True
    return False if re.match(r"^(?:否|×|N|no|无|非)", word, re.IGNORECASE) else None
