"""What the HTTP API of Prometheus (or one that speaks like it) answers to a query over a range.

Source: prometheus.io, HTTP API, "Range queries" and "Instant queries" with a range vector: both answer a matrix.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.probes.foreign_rows import RowError, refuse_rows
from yunqi.probes.monitor_series import Point, Series, in_order, read_number, read_seconds

_PAIR = 2


def read_prometheus(content: bytes) -> tuple[Series, ...]:
    """The series of an answer; raises `Problem` evidence.unreadable_answer, .answer_error, .empty and .rows."""
    found = list_series(load_answer(content))
    errors: list[RowError] = []
    read = tuple(_read_series(row, one, errors) for row, one in enumerate(found, 1))
    if errors:
        raise refuse_rows(errors, len(found))
    if not any(one.points for one in read):
        raise Problem("evidence.empty", "文件中没有数据行", field="file", way_out="请核对查询与时间范围")
    return read


def load_answer(content: bytes) -> Any:
    """The JSON of an answer, its numbers exact; raises `Problem` evidence.unreadable_answer and .answer_error."""
    try:
        answer = json.loads(content, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise unreadable_answer(error) from error
    if not isinstance(answer, dict) or "status" not in answer:
        raise unreadable_answer(_("没有 status"))
    if answer["status"] != "success":
        raise Problem(
            "evidence.answer_error",
            "监测系统应答的是错误：{reason}",
            field="file",
            reason=str(answer.get("error") or answer.get("errorType") or answer["status"])[:300],
            way_out="请核对查询后重新导出",
        )
    return answer


def list_series(answer: Any) -> list[Any]:
    """The series of a matrix, unread; raises `Problem` evidence.unreadable_answer for an answer of another type."""
    data = answer.get("data")
    kind = data.get("resultType") if isinstance(data, dict) else None
    found = data.get("result") if isinstance(data, dict) else None
    if kind != "matrix" or not isinstance(found, list):
        reason = _("resultType 为 {kind}，不是 matrix", kind=str(kind)[:40])
        raise unreadable_answer(reason)
    return found


def unreadable_answer(reason: object) -> Problem:
    """The `Problem` for what is no answer of Prometheus over a range."""
    return Problem(
        "evidence.unreadable_answer",
        "文件不是该监测系统的导出：{reason}",
        field="file",
        reason=reason,
        way_out="应为 /api/v1/query_range 的 JSON 应答；请按时间范围查询，不要只查一个时刻",
    )


def _read_series(row: int, one: Any, errors: list[RowError]) -> Series:
    labels = one.get("metric") if isinstance(one, dict) else None
    values = one.get("values") if isinstance(one, dict) else None
    if not isinstance(labels, dict) or not isinstance(values, list):
        errors.append(RowError(row, "result", str(one), _("缺少 metric 或 values")))
        return Series(row, {}, ())
    points = []
    for number, pair in enumerate(values):
        point = _read_pair(pair)
        if point is None:
            reason = _("应为时间（秒）与数值各一")
            errors.append(RowError(row, f"values[{number}]", json.dumps(pair, default=str), reason))
        else:
            points.append(point)
    return Series(row, {str(key): str(value) for key, value in labels.items()}, in_order(row, points, errors))


def _read_pair(pair: Any) -> Point | None:
    if not isinstance(pair, list) or len(pair) != _PAIR or not isinstance(pair[1], str):
        return None
    try:
        read_number(pair[1])
        return Point(read_seconds(pair[0]), pair[1], pair[1], pair[1], None)
    except ValueError:
        return None
