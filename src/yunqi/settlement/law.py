"""The contract as settlement needs it: rows by what they measure, formulas, the monthly fee; read once from the
contract data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from yunqi.contract.clauses.coefficient.rule import RowHit, match_rows, split_row
from yunqi.contract.clauses.term.rule import compute_service_months, compute_term
from yunqi.contract.terms import number
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import round_fen

CONTRACT, SYSTEM_SHARE, LINE = "contract", "system_share", "line"
CRITICAL = "critical"
_CONTRACT_BASES = frozenset({"contract", "contract_total", "total"})


class Law:
    """One contract's clauses, indexed."""

    def __init__(self, contract: Mapping[str, Any], known: Mapping[str, str]) -> None:
        penalties = contract.get("penalties") or {}
        self.contract = contract
        self.total_fen: int | None = contract.get("total_fen")
        self.levels: list[Mapping[str, Any]] = list(contract.get("service_levels") or ())
        self.rows = [
            part
            for row in penalties.get("coefficients") or ()
            if row.get("table") and row.get("coefficient")
            for part in split_row(row)
        ]
        self.measures = {str(row["measures"]) for row in self.rows if row.get("measures")}
        self.critical: list[Mapping[str, Any]] = list(penalties.get("critical") or ())
        self.others: list[Mapping[str, Any]] = list(penalties.get("other") or ())
        self.credits: list[Mapping[str, Any]] = list(penalties.get("credits") or ())
        self.score_bands: list[Mapping[str, Any]] = list(penalties.get("score_bands") or ())
        self.offset: list[str] = [str(step) for step in penalties.get("offset") or ()]
        self.formulas = _formulas(penalties.get("formulas") or penalties.get("formula"))
        same = (penalties.get("cumulation") or {}).get("same")
        self.joins_causes = same is None or "cause" in same
        self.lines: list[Mapping[str, Any]] = list(contract.get("price_lines") or ())
        self.signed_on = date.fromisoformat(contract["signed_on"]) if contract.get("signed_on") else None
        term = contract.get("term") or {}
        self.start_on, self.end_on = compute_term(term, self.signed_on)
        stated = number(known.get("service_months"))
        self.months = stated if stated is not None else compute_service_months(term, self.signed_on)
        self.rounds_first = known.get("penalty.rounding") == "monthly_fee_first"
        self._known = known
        self._hits: dict[tuple[str, Fraction | None, tuple[tuple[str, Fraction], ...]], tuple[RowHit, ...]] = {}

    def hits(
        self, measures: str, value: Fraction | None, figures: Mapping[str, Fraction] | None = None
    ) -> tuple[RowHit, ...]:
        """The rows for a value, each computed once."""
        key = (measures, value, tuple(sorted((figures or {}).items())))
        if key not in self._hits:
            self._hits[key] = match_rows(self.rows, measures, value, figures)
        return self._hits[key]

    def level(self, metric: str) -> Mapping[str, Any] | None:
        """The general service level of a metric."""
        return next((one for one in self.levels if one.get("metric") == metric and not one.get("condition")), None)

    def lines_fee(self, line_nos: Iterable[int]) -> Fraction | None:
        """What the price lines of these numbers come to in fen; None without any, or where one states no sum."""
        totals = {int(line["no"]): line.get("total_fen") for line in self.lines if line.get("no") is not None}
        known = [totals.get(no) for no in line_nos]
        return Fraction(sum(int(one) for one in known if one is not None)) if known and None not in known else None

    def table_base(self, table: str) -> str | None:
        """What the table's formula multiplies: `contract` where it says so; None where its words need a reading."""
        base = (self.formulas.get(table) or self.formulas.get("") or {}).get("base")
        return CONTRACT if base in _CONTRACT_BASES else None

    def critical_amount(self) -> Fraction | None:
        """What a critical breach costs in fen; None where the contract sets no sum (termination and damages only)."""
        formula = self.formulas.get(CRITICAL)
        share = number((formula or {}).get("coefficient"))
        return None if share is None or self.total_fen is None else share * self.total_fen

    def monthly_fee(self, fee_fen: Fraction | None) -> Fraction | None:
        """The fee divided by the service months, exact unless the parties agreed to round it first."""
        if fee_fen is None or not self.months:
            return None
        exact = fee_fen / self.months
        return Fraction(round_fen(exact)) if self.rounds_first else exact


def _formulas(found: object) -> dict[str, Mapping[str, Any]]:
    if isinstance(found, Mapping):
        if "text" in found:
            return {str(found.get("table") or ""): found}
        return {str(table): one for table, one in found.items() if isinstance(one, Mapping)}
    if isinstance(found, list):
        return {str(one.get("table") or ""): one for one in found if isinstance(one, Mapping)}
    if found is None:
        return {}
    raise Problem("contract.formula", "违约金公式的数据无法识别", field="penalties.formula", way_out="请重新导入合同")
