"""Reads a payment schedule in a table."""

from __future__ import annotations

import re

from yunqi.contract.clauses import code_words as words
from yunqi.contract.clauses.instalment.schema import Instalment
from yunqi.contract.clauses.register import register_rows
from yunqi.contract.outline import Outline

_TITLES = {
    "no": r"期次|付款期次",
    "triggers": r"付款条件",
    "within": r"付款期限",
    "by_on": r"最迟付款日",
    "share": r"付款比例",
    "amount": r"付款金额",
    "daxie": r"金额大写",
    "requires": r"付款前提",
}
_NEEDED = frozenset({"no", "triggers", "amount"})


def read_schedule(document: Outline) -> list[Instalment]:
    """The instalments in the order of the table; a share that is not stated stays null here.

    Raises `Problem` contract.amount.daxie where 大写 and digits differ.
    """
    found: list[Instalment] = []
    for no, row, source in register_rows(document, _TITLES, _NEEDED):
        if any(words.is_nothing(row[name]) for name in ("no",)) or not row["no"].strip().isdecimal():
            continue
        share = words.read_share_cell(row["share"])
        found.append(
            Instalment(
                no=no,
                amount_fen=words.read_money_cell(f"{row['daxie']}（¥{row['amount']}元）", source.article)
                if not words.is_nothing(row["amount"])
                else None,
                share=share,
                share_stated=share is not None,
                triggers=_read_codes(row["triggers"]),
                within=words.read_duration_cell(row["within"]),
                by_on=words.read_date_cell(row["by_on"]),
                requires=_read_codes(row["requires"]),
                source=source,
            )
        )
    return found


def _read_codes(cell: str) -> list[str]:
    return [code for word in re.split("[、,，]", cell) for code in [words.TRIGGERS.read(word)] if code is not None]
