"""The methods, one class a noun. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from yunqi.client.base import Noun

if TYPE_CHECKING:
    from yunqi.client.methods.accounts import AccountsMethods
    from yunqi.client.methods.adjudications import AdjudicationsMethods
    from yunqi.client.methods.adoptions import AdoptionsMethods
    from yunqi.client.methods.amendments import AmendmentsMethods
    from yunqi.client.methods.assumptions import AssumptionsMethods
    from yunqi.client.methods.audit import AuditMethods
    from yunqi.client.methods.audit_samples import AuditSamplesMethods
    from yunqi.client.methods.bonds import BondsMethods
    from yunqi.client.methods.bursts import BurstsMethods
    from yunqi.client.methods.consents import ConsentsMethods
    from yunqi.client.methods.contracts import ContractsMethods
    from yunqi.client.methods.documents import DocumentsMethods
    from yunqi.client.methods.entitlements import EntitlementsMethods
    from yunqi.client.methods.evidence import EvidenceMethods
    from yunqi.client.methods.exclusions import ExclusionsMethods
    from yunqi.client.methods.files import FilesMethods
    from yunqi.client.methods.idle_resources import IdleResourcesMethods
    from yunqi.client.methods.incidents import IncidentsMethods
    from yunqi.client.methods.integrators import IntegratorsMethods
    from yunqi.client.methods.invoices import InvoicesMethods
    from yunqi.client.methods.kpis import KpisMethods
    from yunqi.client.methods.letters import LettersMethods
    from yunqi.client.methods.months import MonthsMethods


class EarlyNouns(Noun):
    """Nouns as attributes."""

    @cached_property
    def accounts(self) -> AccountsMethods:
        """The methods of accounts."""
        from yunqi.client.methods.accounts import AccountsMethods

        return AccountsMethods(self._session)

    @cached_property
    def adjudications(self) -> AdjudicationsMethods:
        """The methods of adjudications."""
        from yunqi.client.methods.adjudications import AdjudicationsMethods

        return AdjudicationsMethods(self._session)

    @cached_property
    def adoptions(self) -> AdoptionsMethods:
        """The methods of adoptions."""
        from yunqi.client.methods.adoptions import AdoptionsMethods

        return AdoptionsMethods(self._session)

    @cached_property
    def amendments(self) -> AmendmentsMethods:
        """The methods of amendments."""
        from yunqi.client.methods.amendments import AmendmentsMethods

        return AmendmentsMethods(self._session)

    @cached_property
    def assumptions(self) -> AssumptionsMethods:
        """The methods of assumptions."""
        from yunqi.client.methods.assumptions import AssumptionsMethods

        return AssumptionsMethods(self._session)

    @cached_property
    def audit(self) -> AuditMethods:
        """The methods of audit."""
        from yunqi.client.methods.audit import AuditMethods

        return AuditMethods(self._session)

    @cached_property
    def audit_samples(self) -> AuditSamplesMethods:
        """The methods of audit samples."""
        from yunqi.client.methods.audit_samples import AuditSamplesMethods

        return AuditSamplesMethods(self._session)

    @cached_property
    def bonds(self) -> BondsMethods:
        """The methods of bonds."""
        from yunqi.client.methods.bonds import BondsMethods

        return BondsMethods(self._session)

    @cached_property
    def bursts(self) -> BurstsMethods:
        """The methods of bursts."""
        from yunqi.client.methods.bursts import BurstsMethods

        return BurstsMethods(self._session)

    @cached_property
    def consents(self) -> ConsentsMethods:
        """The methods of consents."""
        from yunqi.client.methods.consents import ConsentsMethods

        return ConsentsMethods(self._session)

    @cached_property
    def contracts(self) -> ContractsMethods:
        """The methods of contracts."""
        from yunqi.client.methods.contracts import ContractsMethods

        return ContractsMethods(self._session)

    @cached_property
    def documents(self) -> DocumentsMethods:
        """The methods of documents."""
        from yunqi.client.methods.documents import DocumentsMethods

        return DocumentsMethods(self._session)

    @cached_property
    def entitlements(self) -> EntitlementsMethods:
        """The methods of entitlements."""
        from yunqi.client.methods.entitlements import EntitlementsMethods

        return EntitlementsMethods(self._session)

    @cached_property
    def evidence(self) -> EvidenceMethods:
        """The methods of evidence."""
        from yunqi.client.methods.evidence import EvidenceMethods

        return EvidenceMethods(self._session)

    @cached_property
    def exclusions(self) -> ExclusionsMethods:
        """The methods of exclusions."""
        from yunqi.client.methods.exclusions import ExclusionsMethods

        return ExclusionsMethods(self._session)

    @cached_property
    def files(self) -> FilesMethods:
        """The methods of files."""
        from yunqi.client.methods.files import FilesMethods

        return FilesMethods(self._session)

    @cached_property
    def idle_resources(self) -> IdleResourcesMethods:
        """The methods of idle resources."""
        from yunqi.client.methods.idle_resources import IdleResourcesMethods

        return IdleResourcesMethods(self._session)

    @cached_property
    def incidents(self) -> IncidentsMethods:
        """The methods of incidents."""
        from yunqi.client.methods.incidents import IncidentsMethods

        return IncidentsMethods(self._session)

    @cached_property
    def integrators(self) -> IntegratorsMethods:
        """The methods of integrators."""
        from yunqi.client.methods.integrators import IntegratorsMethods

        return IntegratorsMethods(self._session)

    @cached_property
    def invoices(self) -> InvoicesMethods:
        """The methods of invoices."""
        from yunqi.client.methods.invoices import InvoicesMethods

        return InvoicesMethods(self._session)

    @cached_property
    def kpis(self) -> KpisMethods:
        """The methods of kpis."""
        from yunqi.client.methods.kpis import KpisMethods

        return KpisMethods(self._session)

    @cached_property
    def letters(self) -> LettersMethods:
        """The methods of letters."""
        from yunqi.client.methods.letters import LettersMethods

        return LettersMethods(self._session)

    @cached_property
    def months(self) -> MonthsMethods:
        """The methods of months."""
        from yunqi.client.methods.months import MonthsMethods

        return MonthsMethods(self._session)
