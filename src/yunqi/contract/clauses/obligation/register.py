"""Reads the list of obligations that some contracts have as an annex."""

from __future__ import annotations

from yunqi.contract.clauses import code_words as words
from yunqi.contract.clauses.obligation.schema import Obligation
from yunqi.contract.clauses.register import register_rows
from yunqi.contract.documents import squeeze
from yunqi.contract.outline import Outline

_TITLES = {
    "no": r"序号|编号",
    "party": r"义务方",
    "text": r"义务内容",
    "nature": r"义务性质",
    "trigger": r"触发情形",
    "deadline": r"履行期限",
    "frequency": r"履行频次",
    "evidence": r"履行凭证",
}
_NEEDED = frozenset({"party", "text"})
FORBIDDEN = "禁止"


def read_obligations(document: Outline) -> list[Obligation]:
    """The obligations in the order of the tables."""
    found: list[Obligation] = []
    for _no, row, source in register_rows(document, _TITLES, _NEEDED):
        party, text = words.PARTIES.read(row["party"]), words.read_text(row["text"])
        if party is None or text is None:
            continue
        found.append(
            Obligation(
                party=party,
                text=text,
                forbidden=squeeze(row["nature"]) == FORBIDDEN,
                trigger=words.read_text(row["trigger"]),
                deadline=words.read_duration_cell(row["deadline"]),
                frequency=words.FREQUENCIES.read(row["frequency"]),
                evidence=words.read_text(row["evidence"]),
                source=source,
            )
        )
    return found
