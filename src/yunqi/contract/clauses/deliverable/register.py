"""Reads the list of deliverables that names party, occasion and frequency in columns of their own."""

from __future__ import annotations

from yunqi.contract.clauses import code_words as words
from yunqi.contract.clauses.deliverable.schema import Deliverable
from yunqi.contract.clauses.register import rows_of
from yunqi.contract.outline import PlacedTable

_TITLES = {
    "no": r"序号|编号",
    "phase": r"(?:项目|服务)?阶段",
    "name": r"交付成果|输出成果",
    "party": r"提交方",
    "trigger": r"提交情形",
    "deadline": r"提交期限",
    "due_by": r"最迟提交",
    "frequency": r"提交频次",
    "evidence": r"证明材料",
    "note": r"备注",
}
_NEEDED = frozenset({"name", "party", "trigger"})


def read_register(placed: PlacedTable) -> list[Deliverable]:
    """The deliverables of the table; none where it is no table of that kind."""
    found: list[Deliverable] = []
    for _no, row, source in rows_of(placed, _TITLES, _NEEDED):
        name = words.read_text(row["name"])
        if name is None:
            continue
        found.append(
            Deliverable(
                name=name,
                phase=words.read_text(row["phase"]),
                party=words.PARTIES.read(row["party"]) or "provider",
                trigger=words.TRIGGERS.read(row["trigger"]),
                deadline=words.read_duration_cell(row["deadline"]),
                due_by=words.TRIGGERS.read(row["due_by"]),
                frequency=words.FREQUENCIES.read(row["frequency"]),
                evidence=words.read_text(row["evidence"]) or name,
                note=words.read_text(row["note"]),
                source=source,
            )
        )
    return found
