"""The methods of invoices. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, Done, Page, Proposal
from yunqi.wire.contracts import OfContract
from yunqi.wire.invoices import CancelInvoice, InvoiceRow, InvoiceSplit, ListInvoices, RecordInvoice

_CANCEL = Deed("invoice.cancel", "POST", "/invoices/{id}/cancel", "write", CancelInvoice)
_LIST = Deed("invoice.list", "GET", "/invoices", "read", ListInvoices)
_RECORD = Deed("invoice.record", "POST", "/contracts/{contract}/invoices", "write", RecordInvoice)
_SPLIT = Deed("invoice.split", "GET", "/contracts/{contract}/invoice-split", "read", OfContract)


class InvoicesMethods(Noun):
    """What can be asked and done."""

    def cancel(self, id: str, *, reason: str, by_number: str | None = None, key: str | None = None) -> Done | Proposal:
        """Cancels an invoice; its number is never free again, and the instalment's condition stands until the next
        invoice.
        """
        return self._answer_or_proposal(_CANCEL, {"id": id, "reason": reason, "by_number": by_number}, Done, key=key)

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        contract: str | None = None,
        text: str | None = None,
        live: bool = False,
    ) -> Page[InvoiceRow]:
        """The invoices under the contracts that the caller may see, each with how it differs from what was agreed."""
        return self._answer(
            _LIST,
            {"limit": limit, "cursor": cursor, "sort": sort, "contract": contract, "text": text, "live": live},
            Page[InvoiceRow],
        )

    def iterate(
        self, *, sort: str | None = None, contract: str | None = None, text: str | None = None, live: bool = False
    ) -> Iterator[InvoiceRow]:
        """The invoices under the contracts that the caller may see, each with how it differs from what was agreed;
        of all pages, one after another.
        """
        return self._iterate(
            _LIST,
            {"sort": sort, "contract": contract, "text": text, "live": live, "limit": PAGE_LIMIT},
            Page[InvoiceRow],
        )

    def record(
        self,
        contract: str,
        *,
        number: str,
        issued_on: date,
        received_on: date,
        seller_name: str,
        seller_tax_id: str,
        buyer_name: str,
        rate: str,
        net: str,
        tax: str,
        total: str,
        code: str = "",
        kind: Literal["special", "ordinary"] = "special",
        buyer_tax_id: str = "",
        daxie: str = "",
        instalment: int | None = None,
        statement: str | None = None,
        file: str | None = None,
        key: str | None = None,
    ) -> Done | Proposal:
        """Records an invoice that both parties agree was received; what its instalment waits for may have happened
        by it.
        """
        return self._answer_or_proposal(
            _RECORD,
            {
                "contract": contract,
                "number": number,
                "issued_on": issued_on,
                "received_on": received_on,
                "seller_name": seller_name,
                "seller_tax_id": seller_tax_id,
                "buyer_name": buyer_name,
                "rate": rate,
                "net": net,
                "tax": tax,
                "total": total,
                "code": code,
                "kind": kind,
                "buyer_tax_id": buyer_tax_id,
                "daxie": daxie,
                "instalment": instalment,
                "statement": statement,
                "file": file,
            },
            Done,
            key=key,
        )

    def split(self, contract: str) -> InvoiceSplit:
        """The contract's price and tax against what was invoiced, in all and of each instalment."""
        return self._answer(_SPLIT, {"contract": contract}, InvoiceSplit)
