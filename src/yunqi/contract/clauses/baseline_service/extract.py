"""Reads the table of baseline services, and finds services promised in the text alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from yunqi.contract.catalogue import load_catalogue
from yunqi.contract.clauses.base import Extraction, row_source, sentence_source
from yunqi.contract.clauses.baseline_service.register import read_unpriced
from yunqi.contract.clauses.baseline_service.schema import BaselineService, UnpricedService
from yunqi.contract.clauses.code_words import NONE
from yunqi.contract.clauses.table import Columns
from yunqi.contract.documents import squeeze
from yunqi.contract.outline import Outline, PlacedTable

AFTER = ("price_line",)

_COLUMNS = {
    "group": r"(?:服务|保障)?类别|服务大类|类别",
    "name": r"服务目录|保障项目|服务项目|服务名称|目录",
    "parameters": r"技术(?:参数|要求|指标)",
    "description": r"项目|项目内容|保障内容|服务内容|内容|说明|描述",
}
_BANDWIDTH = re.compile(r"(\d{1,9})G(?:b|bps|bit|比特)?", re.IGNORECASE)
_ACCOUNTS = re.compile(r"(\d{1,9})个.{0,16}账[号户]")
_PROMISES = {
    "信息系统上云测试环境": r"测试环境",
    "免费云资源临时扩容": r"免费的?(?:临时)?(?:云资源)?扩容|短期.{0,10}扩容",
    "技术服务热线": r"服务热线|热线支持",
    "应急演练": r"应急演练",
    "重大活动保障值守": r"重大活动|重保",
    "安全培训": r"培训工作|专题培训",
}


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """Baseline services in order, then those without a line."""
    services: list[BaselineService] = []
    for placed in document.tables:
        columns = Columns.find(placed.table, _COLUMNS)
        if columns is not None and {"group", "name", "description"} <= set(columns.known) and len(columns.titles) <= 4:
            services.extend(_read_rows(placed, columns))
    lines = so_far.get("price_lines", [])
    return Extraction(
        values={"baseline_services": services, "unpriced_services": _find_unpriced(document, lines, services)}
    )


def _read_rows(placed: PlacedTable, columns: Columns) -> list[BaselineService]:
    groups = {squeeze(row["group"]) for __, row in columns.body(placed.table) if row["description"]}
    found: list[BaselineService] = []
    group = ""
    for index, row in columns.body(placed.table):
        first, name, description = row["group"], row["name"], row["description"]
        if {first, description} & {NONE}:
            group, first = ("", "") if first == NONE else (group, first)
            description = "" if description == NONE else description
        if first and name and not row["description"] and squeeze(first) not in groups:
            name, description = first, name  # the row slipped one column to the left
        elif first:
            group = first
        if not name and description and found:
            found[-1].description = (found[-1].description or "") + description
            continue
        if not name:
            continue
        parameters: dict[str, Any] = {}
        text = squeeze(f"{name},{description},{row.get('parameters', '')}")
        bandwidth = _BANDWIDTH.search(text)
        if bandwidth is not None:
            parameters["bandwidth_gbit"] = int(bandwidth[1])
        accounts = _ACCOUNTS.search(text)
        if accounts is not None:
            parameters["accounts"] = int(accounts[1])
        found.append(
            BaselineService(
                name=name,
                group=group or None,
                description=description or None,
                parameters=parameters,
                source=row_source(placed, index, str(len(found) + 1)),
            )
        )
    return found


def _find_unpriced(document: Outline, lines: list[Any], services: list[BaselineService]) -> list[UnpricedService]:
    bought = {line.item for line in lines}
    free = load_catalogue()
    owed = {code for service in services for code in free.recognise(service.name)}
    found = {service.name: service for service in read_unpriced(document)}
    clauses = [clause for clause in document.body() if re.search("提供|具备|搭建|配合|开展|租用", clause.text)]
    for clause in clauses:
        if re.search("服务|水平|要求|内容|权利|义务|安全", clause.heading) is None:
            continue
        for name, pattern in _PROMISES.items():
            match = re.search(pattern, clause.text)
            if match is not None and name not in found and "甲方负责" not in clause.text:
                found[name] = UnpricedService(name=name, source=sentence_source(clause, match.start()))
        if re.search("服务内容|服务要求|服务水平|云资源|服务范围", clause.heading) is None:
            continue
        for item in free:
            match = item.names.search(clause.text)
            if match is None or item.code in bought or item.code in owed or item.title in found:
                continue
            if item.excluded is None or not item.excluded.search(clause.text):
                found[item.title] = UnpricedService(
                    name=item.title, item=item.code, source=sentence_source(clause, match.start())
                )
    return list(found.values())
