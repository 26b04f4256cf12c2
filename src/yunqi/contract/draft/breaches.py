"""The table of penalties outside the coefficient tables; a column in which nothing stands is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from yunqi.contract.clauses import code_words as words
from yunqi.contract.clauses.code_words import NONE, say_duration, say_share
from yunqi.contract.clauses.other_penalty.bands import say_band
from yunqi.contract.draft.blocks import Align, Block, Column, Grid
from yunqi.kernel.money import render_yuan

Data = Mapping[str, Any]
_COLUMNS: tuple[tuple[str, int, Align], ...] = (
    ("序号", 3, "c"), ("违约方", 4, "c"), ("违约事由", 9, "l"), ("计收方式", 5, "c"), ("计收比例", 5, "r"),
    ("计收基数", 6, "c"), ("定额（元）", 7, "r"), ("上限（元）", 7, "r"), ("计收单位", 5, "c"), ("不足一期", 6, "c"),
    ("基数期间", 5, "c"), ("计次方式", 5, "c"), ("封顶基数", 6, "c"),
    ("封顶基数期间", 5, "c"), ("累计期间", 5, "c"), ("适用区间", 9, "l"),
    ("解除条件", 8, "l"),
)  # fmt: skip


def breaches_of(penalties: Data) -> Iterator[Block]:
    """What each breach costs."""
    rows = [_row(number, one) for number, one in enumerate(penalties.get("other") or (), start=1)]
    shown = [at for at in range(len(_COLUMNS)) if any(row[at] not in {NONE, ""} for row in rows)]
    if rows:
        yield Grid(
            tuple(Column(*_COLUMNS[at]) for at in shown), tuple(tuple(row[at] for at in shown) for row in rows), False
        )


def _row(number: int, one: Data) -> tuple[str, ...]:
    begun = one.get("begun")
    return (
        str(number),
        words.PARTIES.say(one.get("party")),
        words.DUTIES.say(one["duty"]),
        words.BREACH_KINDS.say(one["kind"]),
        say_share(one.get("rate")),
        words.BASES.say(one.get("of")),
        NONE if one.get("amount_fen") is None else render_yuan(one["amount_fen"]),
        say_share(one.get("cap_share")) if one.get("cap") is None else render_yuan(one["cap"]),
        say_duration(one.get("per")),
        NONE if begun is None else words.BEGUN.say("yes" if begun else "no"),
        words.FEE_WINDOWS.say(one.get("window")),
        words.COUNTED.say(one.get("counted")),
        words.BASES.say(one.get("cap_of")),
        words.FEE_WINDOWS.say(one.get("cap_window")),
        words.CAP_PERIODS.say(one.get("cap_over")),
        say_band(one.get("band")) or NONE,
        say_band(one.get("terminates")) or NONE,
    )
