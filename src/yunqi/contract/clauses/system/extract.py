"""Finds the list of information systems."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from yunqi.contract.clauses.base import Extraction, Source, row_source, source_of
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

_LISTED = re.compile(
    r"(?:(?:下列|以下|如下)(?:\d+个|[一二三四五六七八九十两]+个)?(?:信息|业务|应用)系统|(?:信息|业务|应用)系统(?:包括|如下|清单|名称)(?:有|如下)?)"
    r"[^:;。,]{0,12}:"
)
_COUNTED = re.compile(
    r"(?:用于|包括|为|部署|承载|支撑|运行)(?P<list>[^,。;:]*?、[^,。;:]*?)(?:等|共)?(?:\d+|[二两三四五六七八九十]+)个(?:信息|业务|应用)系统"
)
_NAME = re.compile(
    r"[一-龥A-Za-z0-9()·“”\"「」\-]{2,40}(?:系统|平台|网站|官网|门户|热线|小程序|APP|应用)(?:\([^()]{1,20}\))?"
)


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """The systems in the order of the contract."""
    systems: list[InformationSystem] = []
    for placed in document.tables:
        columns = Columns.find(placed.table, _COLUMNS)
        if columns is None or "name" not in columns or placed.part or set(columns.known) & {"amount"}:
            continue
        systems.extend(_read_rows(placed, columns))
    return Extraction(values={"systems": systems or _read_prose(document)})


def _read_prose(document: Outline) -> list[InformationSystem]:
    """Systems that a sentence, or the lines below it, lists; a list of anything else is none."""
    clauses = list(document.body())
    for at, clause in enumerate(clauses):
        counted = _COUNTED.search(clause.text)
        if counted is not None:
            found = list(_read_names(re.split("、|(?:以)?及|和", counted["list"]), source_of(clause)))
            if len(found) > 1:
                return [one.model_copy(update={"no": no}) for no, one in enumerate(found, 1)]
        said = _LISTED.search(clause.text)
        if said is None:
            continue
        rest = clause.text[said.end() :]
        found = list(_read_names(re.split("[;、,。]|(?:以)?及(?=[一-龥])", rest), source_of(clause))) if rest else []
        for line in clauses[at + 1 :] if not rest else ():
            named = list(_read_names([re.sub("[;。,、]$", "", line.text)], source_of(line)))
            if not named:
                break
            found.extend(named)
        if found:
            for no, one in enumerate(found, 1):
                one.no = no
            return found
    return []


def _read_names(parts: Iterable[str], source: Source) -> Iterator[InformationSystem]:
    """Names up to the first part that is none."""
    for part in parts:
        name = re.sub(r"^(?:\(?\d{1,2}[).、:]|[①-⑳]|和|与)|等(?:信息|业务|应用)?系统$", "", part)
        if _NAME.fullmatch(name) is None:
            return
        yield InformationSystem(name=name, source=source.model_copy())


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
