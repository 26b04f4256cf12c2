"""The methods of exits. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from yunqi.client.base import Deed, Download, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Page
from yunqi.wire.exits import (
    AdvanceExit,
    ExitDetail,
    ExitFile,
    ExitRow,
    Inventory,
    ListExits,
    OfInventory,
    OfRefund,
    OpenExit,
    PlanStep,
    RefundView,
    SignExit,
)

_ADVANCE = Deed("exit.advance", "POST", "/exits/{id}/events", "write", AdvanceExit)
_FILE = Deed("exit.file", "GET", "/exits/{id}/file", "read", ExitFile)
_INVENTORY = Deed("exit.inventory", "GET", "/contracts/{contract}/inventory", "read", OfInventory)
_LIST = Deed("exit.list", "GET", "/exits", "read", ListExits)
_OPEN = Deed("exit.open", "POST", "/contracts/{contract}/exits", "write", OpenExit)
_READ = Deed("exit.read", "GET", "/exits/{id}", "read", ById)
_REFUND = Deed("exit.refund", "GET", "/contracts/{contract}/refund", "read", OfRefund)
_SIGN = Deed("exit.sign", "POST", "/exits/{id}/signatures", "write", SignExit)


class ExitsMethods(Noun):
    """What can be asked and done."""

    def advance(
        self,
        id: str,
        *,
        event: Literal[
            "inventory",
            "plan",
            "agree_end",
            "agree_plan",
            "migrated",
            "cut_over_begin",
            "cut_over_end",
            "data_back",
            "data_received",
            "confidential_asked",
            "confidential_back",
            "confidential_received",
            "replica",
            "replica_erased",
            "final_statement",
            "refunded",
            "bond_returned",
            "withdraw",
        ],
        evidence: str | None = None,
        file: str | None = None,
        medium: str | None = None,
        sm3: str | None = None,
        place: str | None = None,
        method: str | None = None,
        steps: tuple[PlanStep, ...] | None = None,
        reason: str | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> ExitDetail:
        """One step; raises `Problem` case.…, exit.before, exit.plan_dates, exit.place, exit.no_statement."""
        return self._answer(
            _ADVANCE,
            {
                "id": id,
                "event": event,
                "evidence": evidence,
                "file": file,
                "medium": medium,
                "sm3": sm3,
                "place": place,
                "method": method,
                "steps": steps,
                "reason": reason,
            },
            ExitDetail,
            key=key,
            if_match=if_match,
        )

    def file(self, id: str, *, format: Literal["docx", "xlsx"] = "docx") -> Download:
        """The checklist as a document to sign, or as a workbook."""
        return self._download(_FILE, {"id": id, "format": format})

    def inventory(self, contract: str) -> Inventory:
        """All that the tenant has under a contract now."""
        return self._answer(_INVENTORY, {"contract": contract}, Inventory)

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        contract: str | None = None,
        state: Literal["open", "half_signed", "closed", "withdrawn"] | None = None,
        text: str | None = None,
    ) -> Page[ExitRow]:
        """Exits that the caller may see, the newest first."""
        return self._answer(
            _LIST,
            {"limit": limit, "cursor": cursor, "sort": sort, "contract": contract, "state": state, "text": text},
            Page[ExitRow],
        )

    def iterate(
        self,
        *,
        sort: str | None = None,
        contract: str | None = None,
        state: Literal["open", "half_signed", "closed", "withdrawn"] | None = None,
        text: str | None = None,
    ) -> Iterator[ExitRow]:
        """Exits that the caller may see, the newest first; of all pages, one after another."""
        return self._iterate(
            _LIST,
            {"sort": sort, "contract": contract, "state": state, "text": text, "limit": PAGE_LIMIT},
            Page[ExitRow],
        )

    def open(
        self,
        contract: str,
        *,
        cause: Literal["expiry", "provider", "using_unit", "termination"],
        evidence: str,
        file: str | None = None,
        on: date | None = None,
        left_on: date | None = None,
        ground: str | None = None,
        key: str | None = None,
    ) -> ExitDetail:
        """Notice of an exit; the contract's clocks begin."""
        return self._answer(
            _OPEN,
            {
                "contract": contract,
                "cause": cause,
                "evidence": evidence,
                "file": file,
                "on": on,
                "left_on": left_on,
                "ground": ground,
            },
            ExitDetail,
            key=key,
        )

    def read(self, id: str) -> ExitDetail:
        """An exit with its checklist: each step's clause, last day, evidence and state."""
        return self._answer(_READ, {"id": id}, ExitDetail)

    def refund(self, contract: str, *, left_on: date, ground: str | None = None) -> RefundView:
        """What leaving after a day gives back, each way of counting beside the others."""
        return self._answer(_REFUND, {"contract": contract, "left_on": left_on, "ground": ground}, RefundView)

    def sign(self, id: str, *, sm3: str, key: str | None = None, if_match: str | None = None) -> ExitDetail:
        """The caller's party signs the checklist; signed by both, the exit is closed."""
        return self._answer(_SIGN, {"id": id, "sm3": sm3}, ExitDetail, key=key, if_match=if_match)
