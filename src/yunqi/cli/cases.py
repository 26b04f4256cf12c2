"""Cases by the number that people write."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from yunqi.kernel.errors import Problem


def find_case(rows: Iterable[Any], number: str) -> str:
    """The id of the case of this id or number among the rows; raises `Problem` case.unknown."""
    for one in rows:
        if number in {one.id, one.number}:
            return str(one.id)
    raise Problem("case.unknown", "没有事项「{value}」", field="case", value=number, way_out="请核对编号")
