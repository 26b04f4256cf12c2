"""Hypothesis strategies for single values of contract data."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from yunqi.kernel.money import decimal_text

NOWHERE = {"article": "", "text": ""}

amounts = st.integers(1, 10**11)
shares = st.integers(1, 10000).map(lambda n: decimal_text(Fraction(n, 10000)))
dates = st.dates(date(2024, 1, 1), date(2030, 12, 31)).map(date.isoformat)
names = st.text(st.sampled_from("业务协同档案监测水务门户办公数据共享运行"), min_size=2, max_size=12)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def durations(draw: st.DrawFn, *units: str) -> dict[str, Any]:
    known = units or ("minute", "hour", "day", "working_day", "month", "year")
    return {"count": draw(st.integers(1, 90)), "unit": draw(st.sampled_from(known))}


days = durations("day", "working_day")


def lists(strategy: st.SearchStrategy[Any], most: int = 4) -> st.SearchStrategy[list[Any]]:
    return st.lists(strategy, max_size=most)
