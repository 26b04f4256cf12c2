"""Which facts and cases a month and the list of obligations read: they are asked for at once, for each reader."""

from __future__ import annotations

from sqlalchemy import Connection

from yunqi.cases.adjudication import MACHINE as ADJUDICATION
from yunqi.cases.incident import MACHINE as INCIDENT
from yunqi.contract.obligations.fulfilment import KINDS as FULFILMENTS
from yunqi.operations.acceptances import KIND as ACCEPTANCE
from yunqi.operations.exits import KIND as EXIT
from yunqi.operations.late_cases import WORK_ORDER
from yunqi.operations.lateness import KINDS as LATENESS
from yunqi.operations.logbook import FACTS as LOGBOOK_FACTS
from yunqi.operations.logbook import FACTS_OF_A_MONTH as LOGBOOKS
from yunqi.operations.material import HANDED_IN
from yunqi.operations.payments import KINDS as PAYMENTS
from yunqi.operations.registered import REGISTERED_FACTS
from yunqi.operations.scored import ANSWERS
from yunqi.operations.suspensions import SUSPENSION_FACTS
from yunqi.operations.terms import EXIT_FACTS
from yunqi.operations.wrongful import WRONGFUL_FACTS
from yunqi.store.cases import foresee_cases
from yunqi.store.evidence_import import USAGE_FACT
from yunqi.store.facts import foresee_facts

_FACTS = (
    *FULFILMENTS,
    *PAYMENTS,
    *REGISTERED_FACTS,
    *ANSWERS,
    *SUSPENSION_FACTS,
    *EXIT_FACTS,
    *LATENESS,
    *LOGBOOKS,
    *WRONGFUL_FACTS,
    HANDED_IN,
    USAGE_FACT,
)
_CASES = (INCIDENT.kind, ADJUDICATION.kind, ACCEPTANCE, EXIT, WORK_ORDER)
_LISTED_FACTS = (*FULFILMENTS, *PAYMENTS, *LOGBOOK_FACTS, *EXIT_FACTS, HANDED_IN)
_LISTED_CASES = (INCIDENT.kind, ACCEPTANCE, EXIT, WORK_ORDER, "cut_off", "complaint", "force_majeure", "rectification")


def foresee_obligations(connection: Connection, contract_id: str) -> None:
    """Reads what the readers of the list of obligations will ask for; they find it within this moment."""
    foresee_facts(connection, contract_id, _LISTED_FACTS)
    foresee_cases(connection, contract_id, _LISTED_CASES)


def foresee_month(connection: Connection, contract_id: str) -> None:
    """Reads what the readers of a month will ask for one by one; they find it within this moment."""
    foresee_facts(connection, contract_id, _FACTS)
    foresee_cases(connection, contract_id, _CASES)
