"""The tables of a draft about scores: what costs points, what a score earns, what a missed measure returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from yunqi.contract.clauses import code_words as words
from yunqi.contract.clauses.code_words import BLANK, say_share
from yunqi.contract.draft.blocks import Block, Column, Grid

Data = Mapping[str, Any]


def deductions_of(penalties: Data) -> Iterator[Block]:
    """The points that each breach costs."""
    per = {"day": "/日", "case": "/次"}
    rows = [
        (str(one["no"]), one["text"], f"扣{one.get('points') or BLANK}分{per.get(str(one.get('per')), '')}")
        for one in penalties.get("deductions") or ()
    ]
    if rows:
        yield Grid((Column("序号", 3, "c"), Column("考核内容", 24), Column("扣分标准", 8, "c")), tuple(rows))


def score_bands_of(penalties: Data) -> Iterator[Block]:
    """The part of the fee that a score earns."""
    rows = [
        (_limits(one, lambda value: f"{value}分"), say_share(one["share"]))
        for one in penalties.get("score_bands") or ()
    ]
    if rows:
        yield Grid((Column("考核得分", 18, "c"), Column("支付比例", 12, "c")), tuple(rows))


def credits_of(penalties: Data) -> Iterator[Block]:
    """The part of the month's fee that is given back for a missed availability."""
    rows = [
        (str(one["no"]), _limits(one.get("band") or {}, say_share), say_share(one["coefficient"]))
        for one in penalties.get("credits") or ()
    ]
    if rows:
        yield Grid((Column("序号", 3, "c"), Column("可用性", 18, "c"), Column("赔付比例", 12, "c")), tuple(rows))


def _limits(band: Data, say: Any) -> str:
    ends = [
        f"{words.OPERATORS.say(band[f'{end}_operator'])}{say(band[end])}"
        for end in ("min", "max")
        if band.get(end) is not None
    ]
    return "且".join(ends) or BLANK
