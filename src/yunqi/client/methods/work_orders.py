"""The methods of work orders. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Page
from yunqi.wire.work_orders import AdvanceWorkOrder, ListWorkOrders, OpenWorkOrder, WorkOrderDetail, WorkOrderRow

_ADVANCE = Deed("work_order.advance", "POST", "/work-orders/{id}/events", "write", AdvanceWorkOrder)
_LIST = Deed("work_order.list", "GET", "/work-orders", "read", ListWorkOrders)
_OPEN = Deed("work_order.open", "POST", "/work-orders", "write", OpenWorkOrder)
_READ = Deed("work_order.read", "GET", "/work-orders/{id}", "read", ById)


class WorkOrdersMethods(Noun):
    """What can be asked and done."""

    def advance(
        self,
        id: str,
        *,
        event: Literal["file", "approve", "reject", "withdraw", "carry_out", "press", "close"],
        at: datetime | None = None,
        filing_number: str | None = None,
        reason: str | None = None,
        until_on: date | None = None,
        evidence: str | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> WorkOrderDetail:
        """Files, approves, rejects, withdraws, gives notice of a limit, carries out or closes."""
        return self._answer(
            _ADVANCE,
            {
                "id": id,
                "event": event,
                "at": at,
                "filing_number": filing_number,
                "reason": reason,
                "until_on": until_on,
                "evidence": evidence,
            },
            WorkOrderDetail,
            key=key,
            if_match=if_match,
        )

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        contract: str | None = None,
        system: str | None = None,
        state: Literal["drafted", "filed", "approved", "carried_out", "closed", "rejected", "withdrawn"] | None = None,
        kind: Literal["onboarding", "go_live", "change", "scale_out", "exit"] | None = None,
        text: str | None = None,
        waiting: bool = False,
    ) -> Page[WorkOrderRow]:
        """Work orders that the caller may see, the newest first."""
        return self._answer(
            _LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "sort": sort,
                "contract": contract,
                "system": system,
                "state": state,
                "kind": kind,
                "text": text,
                "waiting": waiting,
            },
            Page[WorkOrderRow],
        )

    def iterate(
        self,
        *,
        sort: str | None = None,
        contract: str | None = None,
        system: str | None = None,
        state: Literal["drafted", "filed", "approved", "carried_out", "closed", "rejected", "withdrawn"] | None = None,
        kind: Literal["onboarding", "go_live", "change", "scale_out", "exit"] | None = None,
        text: str | None = None,
        waiting: bool = False,
    ) -> Iterator[WorkOrderRow]:
        """Work orders that the caller may see, the newest first; of all pages, one after another."""
        return self._iterate(
            _LIST,
            {
                "sort": sort,
                "contract": contract,
                "system": system,
                "state": state,
                "kind": kind,
                "text": text,
                "waiting": waiting,
                "limit": PAGE_LIMIT,
            },
            Page[WorkOrderRow],
        )

    def open(
        self,
        *,
        contract: str,
        kind: Literal["onboarding", "go_live", "change", "scale_out", "exit"],
        title: str,
        system: str | None = None,
        number: str | None = None,
        key: str | None = None,
    ) -> WorkOrderDetail:
        """Drafts a work order in the tenant that the contract's using unit has at its provider."""
        return self._answer(
            _OPEN,
            {"contract": contract, "kind": kind, "title": title, "system": system, "number": number},
            WorkOrderDetail,
            key=key,
        )

    def read(self, id: str) -> WorkOrderDetail:
        """A work order: who did what when, and what may follow from this caller."""
        return self._answer(_READ, {"id": id}, WorkOrderDetail)
