"""The methods, one class a noun. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from yunqi.client.base import Session

if TYPE_CHECKING:
    from yunqi.client.methods.accounts import AccountsMethods
    from yunqi.client.methods.adjudications import AdjudicationsMethods
    from yunqi.client.methods.adoptions import AdoptionsMethods
    from yunqi.client.methods.allocations import AllocationsMethods
    from yunqi.client.methods.amendments import AmendmentsMethods
    from yunqi.client.methods.applications import ApplicationsMethods
    from yunqi.client.methods.assumptions import AssumptionsMethods
    from yunqi.client.methods.audit import AuditMethods
    from yunqi.client.methods.bonds import BondsMethods
    from yunqi.client.methods.bursts import BurstsMethods
    from yunqi.client.methods.consents import ConsentsMethods
    from yunqi.client.methods.contracts import ContractsMethods
    from yunqi.client.methods.deliveries import DeliveriesMethods
    from yunqi.client.methods.documents import DocumentsMethods
    from yunqi.client.methods.entitlements import EntitlementsMethods
    from yunqi.client.methods.evidence import EvidenceMethods
    from yunqi.client.methods.exclusions import ExclusionsMethods
    from yunqi.client.methods.files import FilesMethods
    from yunqi.client.methods.incidents import IncidentsMethods
    from yunqi.client.methods.integrators import IntegratorsMethods
    from yunqi.client.methods.invoices import InvoicesMethods
    from yunqi.client.methods.letters import LettersMethods
    from yunqi.client.methods.months import MonthsMethods
    from yunqi.client.methods.obligations import ObligationsMethods
    from yunqi.client.methods.observations import ObservationsMethods
    from yunqi.client.methods.occurrences import OccurrencesMethods
    from yunqi.client.methods.organisations import OrganisationsMethods
    from yunqi.client.methods.overview import OverviewMethods
    from yunqi.client.methods.payments import PaymentsMethods
    from yunqi.client.methods.persons import PersonsMethods
    from yunqi.client.methods.prices import PricesMethods
    from yunqi.client.methods.proposals import ProposalsMethods
    from yunqi.client.methods.ratings import RatingsMethods
    from yunqi.client.methods.readings import ReadingsMethods
    from yunqi.client.methods.rectifications import RectificationsMethods
    from yunqi.client.methods.reports import ReportsMethods
    from yunqi.client.methods.resources import ResourcesMethods
    from yunqi.client.methods.search import SearchMethods
    from yunqi.client.methods.sessions import SessionsMethods
    from yunqi.client.methods.shifts import ShiftsMethods
    from yunqi.client.methods.statements import StatementsMethods
    from yunqi.client.methods.systems import SystemsMethods
    from yunqi.client.methods.tables import TablesMethods
    from yunqi.client.methods.tenants import TenantsMethods
    from yunqi.client.methods.tokens import TokensMethods
    from yunqi.client.methods.undertakings import UndertakingsMethods
    from yunqi.client.methods.verdicts import VerdictsMethods
    from yunqi.client.methods.watches import WatchesMethods
    from yunqi.client.methods.webhooks import WebhooksMethods
    from yunqi.client.methods.work_orders import WorkOrdersMethods


class Nouns:
    """Every noun as an attribute."""

    def __init__(self, session: Session) -> None:
        self._session = session

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
    def allocations(self) -> AllocationsMethods:
        """The methods of allocations."""
        from yunqi.client.methods.allocations import AllocationsMethods

        return AllocationsMethods(self._session)

    @cached_property
    def amendments(self) -> AmendmentsMethods:
        """The methods of amendments."""
        from yunqi.client.methods.amendments import AmendmentsMethods

        return AmendmentsMethods(self._session)

    @cached_property
    def applications(self) -> ApplicationsMethods:
        """The methods of applications."""
        from yunqi.client.methods.applications import ApplicationsMethods

        return ApplicationsMethods(self._session)

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
    def deliveries(self) -> DeliveriesMethods:
        """The methods of deliveries."""
        from yunqi.client.methods.deliveries import DeliveriesMethods

        return DeliveriesMethods(self._session)

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
    def letters(self) -> LettersMethods:
        """The methods of letters."""
        from yunqi.client.methods.letters import LettersMethods

        return LettersMethods(self._session)

    @cached_property
    def months(self) -> MonthsMethods:
        """The methods of months."""
        from yunqi.client.methods.months import MonthsMethods

        return MonthsMethods(self._session)

    @cached_property
    def obligations(self) -> ObligationsMethods:
        """The methods of obligations."""
        from yunqi.client.methods.obligations import ObligationsMethods

        return ObligationsMethods(self._session)

    @cached_property
    def observations(self) -> ObservationsMethods:
        """The methods of observations."""
        from yunqi.client.methods.observations import ObservationsMethods

        return ObservationsMethods(self._session)

    @cached_property
    def occurrences(self) -> OccurrencesMethods:
        """The methods of occurrences."""
        from yunqi.client.methods.occurrences import OccurrencesMethods

        return OccurrencesMethods(self._session)

    @cached_property
    def organisations(self) -> OrganisationsMethods:
        """The methods of organisations."""
        from yunqi.client.methods.organisations import OrganisationsMethods

        return OrganisationsMethods(self._session)

    @cached_property
    def overview(self) -> OverviewMethods:
        """The methods of overview."""
        from yunqi.client.methods.overview import OverviewMethods

        return OverviewMethods(self._session)

    @cached_property
    def payments(self) -> PaymentsMethods:
        """The methods of payments."""
        from yunqi.client.methods.payments import PaymentsMethods

        return PaymentsMethods(self._session)

    @cached_property
    def persons(self) -> PersonsMethods:
        """The methods of persons."""
        from yunqi.client.methods.persons import PersonsMethods

        return PersonsMethods(self._session)

    @cached_property
    def prices(self) -> PricesMethods:
        """The methods of prices."""
        from yunqi.client.methods.prices import PricesMethods

        return PricesMethods(self._session)

    @cached_property
    def proposals(self) -> ProposalsMethods:
        """The methods of proposals."""
        from yunqi.client.methods.proposals import ProposalsMethods

        return ProposalsMethods(self._session)

    @cached_property
    def ratings(self) -> RatingsMethods:
        """The methods of ratings."""
        from yunqi.client.methods.ratings import RatingsMethods

        return RatingsMethods(self._session)

    @cached_property
    def readings(self) -> ReadingsMethods:
        """The methods of readings."""
        from yunqi.client.methods.readings import ReadingsMethods

        return ReadingsMethods(self._session)

    @cached_property
    def rectifications(self) -> RectificationsMethods:
        """The methods of rectifications."""
        from yunqi.client.methods.rectifications import RectificationsMethods

        return RectificationsMethods(self._session)

    @cached_property
    def reports(self) -> ReportsMethods:
        """The methods of reports."""
        from yunqi.client.methods.reports import ReportsMethods

        return ReportsMethods(self._session)

    @cached_property
    def resources(self) -> ResourcesMethods:
        """The methods of resources."""
        from yunqi.client.methods.resources import ResourcesMethods

        return ResourcesMethods(self._session)

    @cached_property
    def search(self) -> SearchMethods:
        """The methods of search."""
        from yunqi.client.methods.search import SearchMethods

        return SearchMethods(self._session)

    @cached_property
    def sessions(self) -> SessionsMethods:
        """The methods of sessions."""
        from yunqi.client.methods.sessions import SessionsMethods

        return SessionsMethods(self._session)

    @cached_property
    def shifts(self) -> ShiftsMethods:
        """The methods of shifts."""
        from yunqi.client.methods.shifts import ShiftsMethods

        return ShiftsMethods(self._session)

    @cached_property
    def statements(self) -> StatementsMethods:
        """The methods of statements."""
        from yunqi.client.methods.statements import StatementsMethods

        return StatementsMethods(self._session)

    @cached_property
    def systems(self) -> SystemsMethods:
        """The methods of systems."""
        from yunqi.client.methods.systems import SystemsMethods

        return SystemsMethods(self._session)

    @cached_property
    def tables(self) -> TablesMethods:
        """The methods of tables."""
        from yunqi.client.methods.tables import TablesMethods

        return TablesMethods(self._session)

    @cached_property
    def tenants(self) -> TenantsMethods:
        """The methods of tenants."""
        from yunqi.client.methods.tenants import TenantsMethods

        return TenantsMethods(self._session)

    @cached_property
    def tokens(self) -> TokensMethods:
        """The methods of tokens."""
        from yunqi.client.methods.tokens import TokensMethods

        return TokensMethods(self._session)

    @cached_property
    def undertakings(self) -> UndertakingsMethods:
        """The methods of undertakings."""
        from yunqi.client.methods.undertakings import UndertakingsMethods

        return UndertakingsMethods(self._session)

    @cached_property
    def verdicts(self) -> VerdictsMethods:
        """The methods of verdicts."""
        from yunqi.client.methods.verdicts import VerdictsMethods

        return VerdictsMethods(self._session)

    @cached_property
    def watches(self) -> WatchesMethods:
        """The methods of watches."""
        from yunqi.client.methods.watches import WatchesMethods

        return WatchesMethods(self._session)

    @cached_property
    def webhooks(self) -> WebhooksMethods:
        """The methods of webhooks."""
        from yunqi.client.methods.webhooks import WebhooksMethods

        return WebhooksMethods(self._session)

    @cached_property
    def work_orders(self) -> WorkOrdersMethods:
        """The methods of work orders."""
        from yunqi.client.methods.work_orders import WorkOrdersMethods

        return WorkOrdersMethods(self._session)
