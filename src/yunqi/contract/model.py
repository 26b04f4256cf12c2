"""A contract as data, in the form that drafting, review and calculation share."""

from __future__ import annotations

from datetime import date
from typing import Any

from yunqi.contract.clauses.acceptance.schema import Acceptance
from yunqi.contract.clauses.base import Finding, Source, Term, Uncertain
from yunqi.contract.clauses.baseline_service.schema import BaselineService, UnpricedService
from yunqi.contract.clauses.bond.schema import Bond
from yunqi.contract.clauses.coefficient.schema import Coefficient, Formula
from yunqi.contract.clauses.confidentiality.schema import Confidentiality
from yunqi.contract.clauses.critical_breach.schema import CriticalBreach
from yunqi.contract.clauses.deliverable.schema import Deliverable
from yunqi.contract.clauses.exit.schema import Exit
from yunqi.contract.clauses.force_majeure.schema import ForceMajeure
from yunqi.contract.clauses.general_terms.schema import AmendmentRules, Burst, Disputes, Notices
from yunqi.contract.clauses.instalment.schema import AmountConflict, Instalment, Tax
from yunqi.contract.clauses.obligation.schema import Obligation
from yunqi.contract.clauses.other_penalty.schema import OtherPenalty
from yunqi.contract.clauses.party.schema import Parties, Ranked
from yunqi.contract.clauses.price_line.schema import PriceLine
from yunqi.contract.clauses.score.schema import Credit, Deduction, ScoreBand
from yunqi.contract.clauses.service_level.schema import KeyFigure, ServiceLevel
from yunqi.contract.clauses.system.schema import InformationSystem
from yunqi.contract.clauses.term.schema import ServiceTerm


class File(Term):
    """The file that the contract was read from."""

    name: str
    sm3: str
    size_bytes: int


class Penalties(Term):
    """All that a breach may cost."""

    critical: list[CriticalBreach] = []
    coefficients: list[Coefficient] = []
    formula: Formula | None = None
    formulas: list[Formula] = []
    other: list[OtherPenalty] = []
    deductions: list[Deduction] = []
    score_bands: list[ScoreBand] = []
    credits: list[Credit] = []
    offset: list[str] = []
    offset_sources: list[Source] = []
    cumulation: dict[str, Any] | None = None


class Unread(Term):
    """A sentence that became no data."""

    article: str
    text: str
    line: int | None = None
    page: int | None = None


class Coverage(Term):
    """How much of the text became data. `sentences`: all of the articles and annexes, rows of tables among them;
    `bearing`: those with a figure or a duty, of which `read` are the source of some datum and `unread` are listed.
    """

    sentences: int = 0
    bearing: int = 0
    read: int = 0
    unread: int = 0


class Contract(Term):
    """The whole contract. Clause kinds that were added later stand as further keys."""

    file: File
    number: str | None = None
    number_source: Source | None = None
    project_number: str | None = None
    title: str | None = None
    parties: Parties
    documents: list[Ranked] = []
    signed_on: date | None = None
    signed_source: Source | None = None
    term: ServiceTerm
    total_fen: int | None = None
    total_source: Source | None = None
    tax: Tax | None = None
    amount_conflicts: list[AmountConflict] = []
    systems: list[InformationSystem] = []
    price_lines: list[PriceLine] = []
    table_total_fen: int | None = None
    table_total_source: Source | None = None
    baseline_services: list[BaselineService] = []
    unpriced_services: list[UnpricedService] = []
    burst: Burst | None = None
    service_levels: list[ServiceLevel] = []
    instalments: list[Instalment] = []
    bond: Bond | None = None
    penalties: Penalties
    acceptance: Acceptance
    deliverables: list[Deliverable] = []
    obligations: list[Obligation] = []
    kpis: list[KeyFigure] = []
    exit: Exit | None = None
    confidentiality: Confidentiality | None = None
    force_majeure: ForceMajeure | None = None
    notices: Notices | None = None
    disputes: Disputes | None = None
    amendment_rules: AmendmentRules | None = None
    findings: list[Finding] = []
    uncertain: list[Uncertain] = []
    unread: list[Unread] = []
    coverage: Coverage | None = None

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """The contract as plain data, with the documented keys (`from` in the term)."""
        return super().model_dump(**{"by_alias": True, **options})

    def model_dump_json(self, **options: Any) -> str:
        """The contract as JSON, with the documented keys."""
        return super().model_dump_json(**{"by_alias": True, **options})
