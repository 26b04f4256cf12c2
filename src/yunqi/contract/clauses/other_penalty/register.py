"""Reads a table of penalties beside those of the coefficient tables."""

from __future__ import annotations

from yunqi.contract.clauses import code_words as words
from yunqi.contract.clauses.other_penalty.bands import read_band
from yunqi.contract.clauses.other_penalty.schema import OtherPenalty
from yunqi.contract.clauses.register import register_rows
from yunqi.contract.documents import squeeze
from yunqi.contract.outline import Outline

_TITLES = {
    "no": r"序号|编号",
    "party": r"违约方",
    "duty": r"违约事由",
    "kind": r"计收方式",
    "rate": r"计收比例",
    "of": r"计收基数",
    "amount": r"定额",
    "cap": r"上限",
    "per": r"计收单位",
    "begun": r"不足一期",
    "window": r"基数期间",
    "counted": r"计次方式",
    "cap_of": r"封顶基数",
    "cap_window": r"封顶基数期间",
    "cap_over": r"累计期间",
    "band": r"适用区间",
    "terminates": r"解除条件",
}
_NEEDED = frozenset({"duty", "kind"})


def read_penalties(document: Outline) -> list[OtherPenalty]:
    """The penalties in the order of the tables."""
    found: list[OtherPenalty] = []
    for _no, row, source in register_rows(document, _TITLES, _NEEDED):
        kind, duty = words.BREACH_KINDS.read(row["kind"]), words.DUTIES.read(row["duty"])
        if kind is None or duty is None:
            continue
        found.append(
            OtherPenalty(
                kind=kind,
                rate=words.read_share_cell(row["rate"]),
                amount_fen=_read_money(row["amount"]),
                of=words.BASES.read(row["of"]),
                cap=None if "%" in squeeze(row["cap"]) else _read_money(row["cap"]),
                cap_share=words.read_share_cell(row["cap"]) if "%" in squeeze(row["cap"]) else None,
                per=words.read_duration_cell(row["per"]),
                begun={"yes": True, "no": False}.get(words.BEGUN.read(row["begun"]) or ""),
                window=words.FEE_WINDOWS.read(row["window"]),
                counted=words.COUNTED.read(row["counted"]),
                cap_of=words.BASES.read(row["cap_of"]),
                cap_window=words.FEE_WINDOWS.read(row["cap_window"]),
                cap_over=words.CAP_PERIODS.read(row["cap_over"]),
                band=read_band(squeeze(row["band"])),
                terminates=read_band(squeeze(row["terminates"])),
                duty=duty,
                party=words.PARTIES.read(row["party"]),
                source=source,
            )
        )
    return found


def _read_money(cell: str) -> int | None:
    return None if words.is_nothing(cell) else words.read_money_cell(cell)
