"""What waits for somebody on an overview: signatures, findings, work orders, second persons, resources."""

from __future__ import annotations

from yunqi.cases.adjudication import MACHINE as FINDING
from yunqi.cases.adjudication import QUESTIONS
from yunqi.cases.work_order import MACHINE
from yunqi.kernel.rights import ADMINISTRATION
from yunqi.kernel.words import _
from yunqi.operations.order_needs import kind_name
from yunqi.operations.overview.due import minutes_until
from yunqi.operations.overview.gathered import Gathered
from yunqi.reconcile.render import render_phase
from yunqi.settlement.readings import render_question
from yunqi.store import overview_contracts as contracts_store
from yunqi.store import overview_work as work_store
from yunqi.store.desk_lists import proposal_listing
from yunqi.store.listing import read_page
from yunqi.wire.overview import DueItem

_FEW = 20
_MANY = 200


def contracts_to_sign(found: Gathered) -> list[DueItem]:
    """Contracts that the caller's organisation has still to sign."""
    return [
        DueItem(
            kind="signature",
            object="contract",
            object_id=row.id,
            title=_("合同待签署：{title}", title=row.title),
            contract_id=row.id,
            contract_number=row.number,
            using_unit=row.using_unit,
            provider=row.provider,
        )
        for row in contracts_store.list_unsigned_contracts(found.desk.connection, found.desk.caller)
    ]


def findings_to_answer(found: Gathered, role: str) -> list[DueItem]:
    """Findings that the caller's side has not confirmed yet; to the administration, those it has to decide."""
    states = ("contested",) if role == ADMINISTRATION else ("proposed", "half_confirmed")
    connection, caller, kind = found.desk.connection, found.desk.caller, FINDING.kind
    rows, _events = work_store.list_lasting_cases(connection, caller, kind, states, limit=_MANY)
    confirmed = work_store.list_confirmed(connection, caller, kind) if rows else frozenset()
    items = []
    for row in rows:
        contract = found.contracts.get(row.contract_id)
        if contract is None or row.id in confirmed:
            continue
        question = str(row.data.get("question") or "")
        items.append(
            DueItem(
                kind="finding",
                object="adjudication",
                object_id=row.id,
                number=row.number,
                title=_(QUESTIONS[question]) if question in QUESTIONS else render_question(question),
                what=_("待裁定") if role == ADMINISTRATION else _("待本单位确认"),
                contract_id=contract.id,
                contract_number=contract.number,
                using_unit=contract.using_unit,
                provider=contract.provider,
                system=row.system,
            )
        )
    return items


def waiting_work_orders(found: Gathered, states: tuple[str, ...]) -> list[DueItem]:
    """Work orders that stand in some states, the oldest first."""
    rows, _events = work_store.list_lasting_cases(
        found.desk.connection, found.desk.caller, "work_order", states, limit=_MANY
    )
    items = []
    for row in rows:
        contract = found.contracts.get(row.contract_id)
        items.append(
            DueItem(
                kind="work_order",
                object="work_order",
                object_id=row.id,
                number=row.number,
                title=row.title,
                what=_(MACHINE.label(row.state)),
                contract_id=row.contract_id,
                contract_number=contract.number if contract else None,
                using_unit=contract.using_unit if contract else "",
                provider=contract.provider if contract else "",
                system=row.system,
            )
        )
    return items


def waiting_proposals(found: Gathered) -> list[DueItem]:
    """What waits for the caller as its second person, the first to expire first."""
    listing = proposal_listing(found.desk.caller, state=None, mine=True, now=found.now)
    rows, _next = read_page(found.desk.connection, listing, limit=_FEW, sort="expires_at", make=lambda row: row)
    items = []
    for row in rows:
        contract = found.contracts.get(row.contract_id or "")
        items.append(
            DueItem(
                kind="proposal",
                object="proposal",
                object_id=row.id,
                title=row.title,
                contract_id=row.contract_id,
                contract_number=contract.number if contract else None,
                due_at=row.expires_at,
                minutes_left=minutes_until(row.expires_at, found.now),
            )
        )
    return items


def unready_resources(found: Gathered) -> list[DueItem]:
    """Resources that are not ready yet."""
    rows = work_store.list_unready_resources(found.desk.connection, found.desk.caller, limit=_FEW)
    items = []
    for row in rows:
        contract = found.contracts.get(row.contract_id)
        items.append(
            DueItem(
                kind="resource",
                object="resource",
                object_id=row.id,
                title=row.name,
                what=kind_name(row.kind),
                note=render_phase(row.phase),
                contract_id=row.contract_id,
                contract_number=contract.number if contract else None,
                using_unit=contract.using_unit if contract else "",
                provider=contract.provider if contract else "",
                system=row.system,
            )
        )
    return items
