"""What Zabbix hands out: answers of history.get and trend.get, and the files of its real-time export.

Source: Zabbix manual, API reference, "History object" and "Trend object"; appendix "Real-time export protocols".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.probes.foreign_rows import RowError, decode_text, refuse_rows
from yunqi.probes.monitor_series import Point, Series, in_order, read_number, read_seconds

_Labels = tuple[tuple[str, str], ...]


def read_zabbix(content: bytes) -> tuple[Series, ...]:
    """The series of an answer or an export file; raises `Problem` evidence.unreadable_answer, .answer_error, .rows.

    Labels: `itemid`; of an export file also `host`, `name` and each item tag as `tag.<tag>`.
    """
    errors: list[RowError] = []
    gathered: dict[_Labels, tuple[int, list[Point]]] = {}
    count = 0
    for row, entry in _list_entries(content, errors):
        count += 1
        taken = _read_entry(row, entry, errors)
        if taken is not None:
            gathered.setdefault(taken[0], (row, []))[1].append(taken[1])
    read = tuple(Series(row, dict(labels), in_order(row, points, errors)) for labels, (row, points) in gathered.items())
    if errors:
        raise refuse_rows(errors, count)
    if not read:
        raise Problem("evidence.empty", "文件中没有数据行", field="file", way_out="请核对查询与时间范围")
    return read


def _list_entries(content: bytes, errors: list[RowError]) -> Iterator[tuple[int, Any]]:
    """Each value with its place from 1: in the result of an answer, or the line of an export file."""
    text = decode_text(content)
    try:
        answer = json.loads(text, parse_float=Decimal)
    except RecursionError as error:
        raise _unreadable(error) from error
    except ValueError as error:
        if not text.lstrip().startswith("{"):
            raise _unreadable(error) from error
        yield from _list_lines(text, errors)
        return
    if isinstance(answer, dict) and "error" in answer:
        told = answer["error"]
        reason = " ".join(str(told.get(key, "")) for key in ("message", "data")) if isinstance(told, dict) else told
        raise Problem(
            "evidence.answer_error",
            "监测系统应答的是错误：{reason}",
            field="file",
            reason=str(reason).strip()[:300],
            way_out="请核对查询后重新导出",
        )
    if isinstance(answer, dict) and "itemid" in answer:
        yield 1, answer
        return
    found = answer.get("result") if isinstance(answer, dict) else answer
    if not isinstance(found, list):
        raise _unreadable(_("没有 result"))
    yield from enumerate(found, 1)


def _unreadable(reason: object) -> Problem:
    return Problem(
        "evidence.unreadable_answer",
        "文件不是该监测系统的导出：{reason}",
        field="file",
        reason=reason,
        way_out="应为 history.get、trend.get 的 JSON 应答，或实时导出的文件（每行一个 JSON）",
    )


def _list_lines(text: str, errors: list[RowError]) -> Iterator[tuple[int, Any]]:
    for row, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield row, json.loads(line, parse_float=Decimal)
        except (ValueError, RecursionError):
            errors.append(RowError(row, "json", line, _("不是完整的 JSON（导出可能正在写入）")))


def _read_entry(row: int, entry: Any, errors: list[RowError]) -> tuple[_Labels, Point] | None:
    if not isinstance(entry, dict) or "itemid" not in entry or "clock" not in entry:
        errors.append(RowError(row, "itemid", json.dumps(entry, default=str), _("缺少 itemid 或 clock")))
        return None
    try:
        at_us = read_seconds(entry["clock"], int(entry.get("ns") or 0))
    except (ValueError, TypeError):
        errors.append(RowError(row, "clock", str(entry["clock"]), _("应为自 1970 年起的秒数")))
        return None
    trend = "value" not in entry
    names = (("value_min", "min"), ("value_max", "max"), ("value_avg", "avg")) if trend else (("value",),) * 3
    texts = []
    for either in names:
        name = next((one for one in either if one in entry), either[0])
        text = str(entry.get(name, ""))
        try:
            read_number(text)
        except ValueError:
            errors.append(RowError(row, name, text, _("应为数值；文本、日志类的监控项不能导入")))
            return None
        texts.append(text)
    count = None
    if trend:
        told = str(entry.get("num", entry.get("count", "")))
        if not (told.isascii() and told.isdigit()):
            errors.append(RowError(row, "num", told, _("应为该小时内的取值个数")))
            return None
        count = int(told)
    return _labels_of(entry), Point(at_us, texts[0], texts[1], texts[2], count)


def _labels_of(entry: dict[str, Any]) -> _Labels:
    labels = {"itemid": str(entry["itemid"])}
    host = entry.get("host")
    if isinstance(host, dict):
        labels["host"] = str(host.get("host", ""))
    elif host is not None:
        labels["host"] = str(host)
    if "name" in entry:
        labels["name"] = str(entry["name"])
    tags = entry.get("item_tags")
    for tag in tags if isinstance(tags, list) else ():
        if isinstance(tag, dict):
            labels[f"tag.{tag.get('tag', '')}"] = str(tag.get("value", ""))
    return tuple(sorted(labels.items()))
