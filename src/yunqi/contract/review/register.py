"""All checks of the review, and their run over one contract."""

from __future__ import annotations

from yunqi.contract.clauses.base import Finding
from yunqi.contract.model import Contract
from yunqi.contract.outline import Outline
from yunqi.contract.review.money import MONEY_CHECKS
from yunqi.contract.review.terms import TERM_CHECKS


def review(contract: Contract, outline: Outline) -> list[Finding]:
    """All findings, errors first, in the order of the checks within a severity."""
    order = {"error": 0, "warning": 1, "note": 2}
    found = [finding for check in (*MONEY_CHECKS, *TERM_CHECKS) for finding in check(contract, outline)]
    return sorted(found, key=lambda finding: order[finding.severity])
