"""All checks of the review, and their run over one contract."""

from __future__ import annotations

from yunqi.contract.clauses.base import Finding
from yunqi.contract.model import Contract
from yunqi.contract.outline import Outline
from yunqi.contract.review.bands import BAND_CHECKS
from yunqi.contract.review.breach import BREACH_CHECKS
from yunqi.contract.review.file_marks import FILE_CHECKS
from yunqi.contract.review.levels import LEVEL_CHECKS
from yunqi.contract.review.lines import LINE_CHECKS, check_products
from yunqi.contract.review.money import MONEY_CHECKS
from yunqi.contract.review.parties import PARTY_CHECKS, tell_precedence
from yunqi.contract.review.patterns import PATTERN_CHECKS
from yunqi.contract.review.penalties import PENALTY_CHECKS
from yunqi.contract.review.terms import TERM_CHECKS, check_term
from yunqi.contract.review.wording import WORDING_CHECKS

_CHECKS = (
    *MONEY_CHECKS,
    *LINE_CHECKS,
    *PENALTY_CHECKS,
    *LEVEL_CHECKS,
    *BAND_CHECKS,
    *BREACH_CHECKS,
    *TERM_CHECKS,
    *PARTY_CHECKS,
    *WORDING_CHECKS,
    *PATTERN_CHECKS,
    *FILE_CHECKS,
)

_ARITHMETIC = (*MONEY_CHECKS, check_products, check_term)
_CONTRADICTIONS = frozenset(
    {
        "bond.amount",
        "instalment.share",
        "instalment.sum",
        "money.daxie",
        "price.line_product",
        "price.sum",
        "price.total",
        "tax.total",
        "term.end_before_start",
        "term.months",
    }
)


def find_contradictions(contract: Contract, outline: Outline) -> list[Finding]:
    """The findings on figures that contradict each other: products, sums, shares, 大写, dates."""
    found = (finding for check in _ARITHMETIC for finding in check(contract, outline))
    return [finding for finding in found if finding.code in _CONTRADICTIONS]


def review(contract: Contract, outline: Outline) -> list[Finding]:
    """All findings, errors first, in the order of the checks within a severity."""
    order = {"error": 0, "warning": 1, "note": 2}
    read = _without_unread_figures(contract)
    found = [finding for check in _CHECKS for finding in check(read, outline)]
    return sorted(tell_precedence(contract, found), key=lambda finding: order[finding.severity])


def _without_unread_figures(contract: Contract) -> Contract:
    """The contract without levels and coefficients whose number stands in `uncertain`: nothing compares with them."""
    penalties = contract.penalties
    known = [row for row in penalties.coefficients if row.coefficient is not None]
    levels = [level for level in contract.service_levels if level.threshold is not None]
    return contract.model_copy(
        update={"service_levels": levels, "penalties": penalties.model_copy(update={"coefficients": known})}
    )
