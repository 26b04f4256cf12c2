"""The review of a contract."""

from __future__ import annotations

from yunqi.contract.clauses.base import Finding
from yunqi.contract.model import Contract
from yunqi.contract.outline import Outline


def review(contract: Contract, outline: Outline) -> list[Finding]:
    return []
