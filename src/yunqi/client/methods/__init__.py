"""The methods, one class a noun. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from yunqi.client.base import Session

if TYPE_CHECKING:
    from yunqi.client.methods.acceptances import AcceptancesMethods
    from yunqi.client.methods.accounts import AccountsMethods
    from yunqi.client.methods.adjudications import AdjudicationsMethods
    from yunqi.client.methods.adoptions import AdoptionsMethods
    from yunqi.client.methods.allocations import AllocationsMethods
    from yunqi.client.methods.amendments import AmendmentsMethods
    from yunqi.client.methods.applications import ApplicationsMethods
    from yunqi.client.methods.assumptions import AssumptionsMethods
    from yunqi.client.methods.audit import AuditMethods
    from yunqi.client.methods.audit_samples import AuditSamplesMethods
    from yunqi.client.methods.bonds import BondsMethods
    from yunqi.client.methods.bursts import BurstsMethods
    from yunqi.client.methods.consents import ConsentsMethods
    from yunqi.client.methods.contacts import ContactsMethods
    from yunqi.client.methods.contracts import ContractsMethods
    from yunqi.client.methods.deliveries import DeliveriesMethods
    from yunqi.client.methods.documents import DocumentsMethods
    from yunqi.client.methods.entitlements import EntitlementsMethods
    from yunqi.client.methods.evidence import EvidenceMethods
    from yunqi.client.methods.exclusions import ExclusionsMethods
    from yunqi.client.methods.exits import ExitsMethods
    from yunqi.client.methods.faults import FaultsMethods
    from yunqi.client.methods.files import FilesMethods
    from yunqi.client.methods.idle_resources import IdleResourcesMethods
    from yunqi.client.methods.incidents import IncidentsMethods
    from yunqi.client.methods.integrators import IntegratorsMethods
    from yunqi.client.methods.invoices import InvoicesMethods
    from yunqi.client.methods.kpis import KpisMethods
    from yunqi.client.methods.letters import LettersMethods
    from yunqi.client.methods.logbooks import LogbooksMethods
    from yunqi.client.methods.months import MonthsMethods
    from yunqi.client.methods.notices import NoticesMethods
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
    from yunqi.client.methods.registers import RegistersMethods
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
    from yunqi.client.methods.usages import UsagesMethods
    from yunqi.client.methods.verdicts import VerdictsMethods
    from yunqi.client.methods.watches import WatchesMethods
    from yunqi.client.methods.webhooks import WebhooksMethods
    from yunqi.client.methods.weekly_reports import WeeklyReportsMethods
    from yunqi.client.methods.work_orders import WorkOrdersMethods


class Nouns:
    """Every noun as an attribute."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @cached_property
    def acceptances(self) -> AcceptancesMethods:
        """The methods of acceptances."""
        return cast("AcceptancesMethods", self._load("acceptances", "AcceptancesMethods"))

    @cached_property
    def accounts(self) -> AccountsMethods:
        """The methods of accounts."""
        return cast("AccountsMethods", self._load("accounts", "AccountsMethods"))

    @cached_property
    def adjudications(self) -> AdjudicationsMethods:
        """The methods of adjudications."""
        return cast("AdjudicationsMethods", self._load("adjudications", "AdjudicationsMethods"))

    @cached_property
    def adoptions(self) -> AdoptionsMethods:
        """The methods of adoptions."""
        return cast("AdoptionsMethods", self._load("adoptions", "AdoptionsMethods"))

    @cached_property
    def allocations(self) -> AllocationsMethods:
        """The methods of allocations."""
        return cast("AllocationsMethods", self._load("allocations", "AllocationsMethods"))

    @cached_property
    def amendments(self) -> AmendmentsMethods:
        """The methods of amendments."""
        return cast("AmendmentsMethods", self._load("amendments", "AmendmentsMethods"))

    @cached_property
    def applications(self) -> ApplicationsMethods:
        """The methods of applications."""
        return cast("ApplicationsMethods", self._load("applications", "ApplicationsMethods"))

    @cached_property
    def assumptions(self) -> AssumptionsMethods:
        """The methods of assumptions."""
        return cast("AssumptionsMethods", self._load("assumptions", "AssumptionsMethods"))

    @cached_property
    def audit(self) -> AuditMethods:
        """The methods of audit."""
        return cast("AuditMethods", self._load("audit", "AuditMethods"))

    @cached_property
    def audit_samples(self) -> AuditSamplesMethods:
        """The methods of audit samples."""
        return cast("AuditSamplesMethods", self._load("audit_samples", "AuditSamplesMethods"))

    @cached_property
    def bonds(self) -> BondsMethods:
        """The methods of bonds."""
        return cast("BondsMethods", self._load("bonds", "BondsMethods"))

    @cached_property
    def bursts(self) -> BurstsMethods:
        """The methods of bursts."""
        return cast("BurstsMethods", self._load("bursts", "BurstsMethods"))

    @cached_property
    def consents(self) -> ConsentsMethods:
        """The methods of consents."""
        return cast("ConsentsMethods", self._load("consents", "ConsentsMethods"))

    @cached_property
    def contacts(self) -> ContactsMethods:
        """The methods of contacts."""
        return cast("ContactsMethods", self._load("contacts", "ContactsMethods"))

    @cached_property
    def contracts(self) -> ContractsMethods:
        """The methods of contracts."""
        return cast("ContractsMethods", self._load("contracts", "ContractsMethods"))

    @cached_property
    def deliveries(self) -> DeliveriesMethods:
        """The methods of deliveries."""
        return cast("DeliveriesMethods", self._load("deliveries", "DeliveriesMethods"))

    @cached_property
    def documents(self) -> DocumentsMethods:
        """The methods of documents."""
        return cast("DocumentsMethods", self._load("documents", "DocumentsMethods"))

    @cached_property
    def entitlements(self) -> EntitlementsMethods:
        """The methods of entitlements."""
        return cast("EntitlementsMethods", self._load("entitlements", "EntitlementsMethods"))

    @cached_property
    def evidence(self) -> EvidenceMethods:
        """The methods of evidence."""
        return cast("EvidenceMethods", self._load("evidence", "EvidenceMethods"))

    @cached_property
    def exclusions(self) -> ExclusionsMethods:
        """The methods of exclusions."""
        return cast("ExclusionsMethods", self._load("exclusions", "ExclusionsMethods"))

    @cached_property
    def exits(self) -> ExitsMethods:
        """The methods of exits."""
        return cast("ExitsMethods", self._load("exits", "ExitsMethods"))

    @cached_property
    def faults(self) -> FaultsMethods:
        """The methods of faults."""
        return cast("FaultsMethods", self._load("faults", "FaultsMethods"))

    @cached_property
    def files(self) -> FilesMethods:
        """The methods of files."""
        return cast("FilesMethods", self._load("files", "FilesMethods"))

    @cached_property
    def idle_resources(self) -> IdleResourcesMethods:
        """The methods of idle resources."""
        return cast("IdleResourcesMethods", self._load("idle_resources", "IdleResourcesMethods"))

    @cached_property
    def incidents(self) -> IncidentsMethods:
        """The methods of incidents."""
        return cast("IncidentsMethods", self._load("incidents", "IncidentsMethods"))

    @cached_property
    def integrators(self) -> IntegratorsMethods:
        """The methods of integrators."""
        return cast("IntegratorsMethods", self._load("integrators", "IntegratorsMethods"))

    @cached_property
    def invoices(self) -> InvoicesMethods:
        """The methods of invoices."""
        return cast("InvoicesMethods", self._load("invoices", "InvoicesMethods"))

    @cached_property
    def kpis(self) -> KpisMethods:
        """The methods of kpis."""
        return cast("KpisMethods", self._load("kpis", "KpisMethods"))

    @cached_property
    def letters(self) -> LettersMethods:
        """The methods of letters."""
        return cast("LettersMethods", self._load("letters", "LettersMethods"))

    @cached_property
    def logbooks(self) -> LogbooksMethods:
        """The methods of logbooks."""
        return cast("LogbooksMethods", self._load("logbooks", "LogbooksMethods"))

    @cached_property
    def months(self) -> MonthsMethods:
        """The methods of months."""
        return cast("MonthsMethods", self._load("months", "MonthsMethods"))

    @cached_property
    def notices(self) -> NoticesMethods:
        """The methods of notices."""
        return cast("NoticesMethods", self._load("notices", "NoticesMethods"))

    @cached_property
    def obligations(self) -> ObligationsMethods:
        """The methods of obligations."""
        return cast("ObligationsMethods", self._load("obligations", "ObligationsMethods"))

    @cached_property
    def observations(self) -> ObservationsMethods:
        """The methods of observations."""
        return cast("ObservationsMethods", self._load("observations", "ObservationsMethods"))

    @cached_property
    def occurrences(self) -> OccurrencesMethods:
        """The methods of occurrences."""
        return cast("OccurrencesMethods", self._load("occurrences", "OccurrencesMethods"))

    @cached_property
    def organisations(self) -> OrganisationsMethods:
        """The methods of organisations."""
        return cast("OrganisationsMethods", self._load("organisations", "OrganisationsMethods"))

    @cached_property
    def overview(self) -> OverviewMethods:
        """The methods of overview."""
        return cast("OverviewMethods", self._load("overview", "OverviewMethods"))

    @cached_property
    def payments(self) -> PaymentsMethods:
        """The methods of payments."""
        return cast("PaymentsMethods", self._load("payments", "PaymentsMethods"))

    @cached_property
    def persons(self) -> PersonsMethods:
        """The methods of persons."""
        return cast("PersonsMethods", self._load("persons", "PersonsMethods"))

    @cached_property
    def prices(self) -> PricesMethods:
        """The methods of prices."""
        return cast("PricesMethods", self._load("prices", "PricesMethods"))

    @cached_property
    def proposals(self) -> ProposalsMethods:
        """The methods of proposals."""
        return cast("ProposalsMethods", self._load("proposals", "ProposalsMethods"))

    @cached_property
    def ratings(self) -> RatingsMethods:
        """The methods of ratings."""
        return cast("RatingsMethods", self._load("ratings", "RatingsMethods"))

    @cached_property
    def readings(self) -> ReadingsMethods:
        """The methods of readings."""
        return cast("ReadingsMethods", self._load("readings", "ReadingsMethods"))

    @cached_property
    def rectifications(self) -> RectificationsMethods:
        """The methods of rectifications."""
        return cast("RectificationsMethods", self._load("rectifications", "RectificationsMethods"))

    @cached_property
    def registers(self) -> RegistersMethods:
        """The methods of registers."""
        return cast("RegistersMethods", self._load("registers", "RegistersMethods"))

    @cached_property
    def reports(self) -> ReportsMethods:
        """The methods of reports."""
        return cast("ReportsMethods", self._load("reports", "ReportsMethods"))

    @cached_property
    def resources(self) -> ResourcesMethods:
        """The methods of resources."""
        return cast("ResourcesMethods", self._load("resources", "ResourcesMethods"))

    @cached_property
    def search(self) -> SearchMethods:
        """The methods of search."""
        return cast("SearchMethods", self._load("search", "SearchMethods"))

    @cached_property
    def sessions(self) -> SessionsMethods:
        """The methods of sessions."""
        return cast("SessionsMethods", self._load("sessions", "SessionsMethods"))

    @cached_property
    def shifts(self) -> ShiftsMethods:
        """The methods of shifts."""
        return cast("ShiftsMethods", self._load("shifts", "ShiftsMethods"))

    @cached_property
    def statements(self) -> StatementsMethods:
        """The methods of statements."""
        return cast("StatementsMethods", self._load("statements", "StatementsMethods"))

    @cached_property
    def systems(self) -> SystemsMethods:
        """The methods of systems."""
        return cast("SystemsMethods", self._load("systems", "SystemsMethods"))

    @cached_property
    def tables(self) -> TablesMethods:
        """The methods of tables."""
        return cast("TablesMethods", self._load("tables", "TablesMethods"))

    @cached_property
    def tenants(self) -> TenantsMethods:
        """The methods of tenants."""
        return cast("TenantsMethods", self._load("tenants", "TenantsMethods"))

    @cached_property
    def tokens(self) -> TokensMethods:
        """The methods of tokens."""
        return cast("TokensMethods", self._load("tokens", "TokensMethods"))

    @cached_property
    def undertakings(self) -> UndertakingsMethods:
        """The methods of undertakings."""
        return cast("UndertakingsMethods", self._load("undertakings", "UndertakingsMethods"))

    @cached_property
    def usages(self) -> UsagesMethods:
        """The methods of usages."""
        return cast("UsagesMethods", self._load("usages", "UsagesMethods"))

    @cached_property
    def verdicts(self) -> VerdictsMethods:
        """The methods of verdicts."""
        return cast("VerdictsMethods", self._load("verdicts", "VerdictsMethods"))

    @cached_property
    def watches(self) -> WatchesMethods:
        """The methods of watches."""
        return cast("WatchesMethods", self._load("watches", "WatchesMethods"))

    @cached_property
    def webhooks(self) -> WebhooksMethods:
        """The methods of webhooks."""
        return cast("WebhooksMethods", self._load("webhooks", "WebhooksMethods"))

    @cached_property
    def weekly_reports(self) -> WeeklyReportsMethods:
        """The methods of weekly reports."""
        return cast("WeeklyReportsMethods", self._load("weekly_reports", "WeeklyReportsMethods"))

    @cached_property
    def work_orders(self) -> WorkOrdersMethods:
        """The methods of work orders."""
        return cast("WorkOrdersMethods", self._load("work_orders", "WorkOrdersMethods"))

    def _load(self, module: str, name: str) -> Any:
        return getattr(import_module(f"{__name__}.{module}"), name)(self._session)
