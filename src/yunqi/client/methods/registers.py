"""The methods of registers. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Page
from yunqi.wire.registers import AdvanceEntry, ListRegister, RecordEntry, RegisterDetail, RegisterRow, TellOfCutOff

_ADVANCE = Deed("register.advance", "POST", "/registers/{id}/events", "write", AdvanceEntry)
_LIST = Deed("register.list", "GET", "/registers", "read", ListRegister)
_READ = Deed("register.read", "GET", "/registers/{id}", "read", ById)
_RECORD = Deed("register.record", "POST", "/registers", "write", RecordEntry)
_TELL = Deed("register.tell", "POST", "/registers/{id}/told", "write", TellOfCutOff)


class RegistersMethods(Noun):
    """What can be asked and done."""

    def advance(
        self,
        id: str,
        *,
        event: Literal[
            "answer",
            "carry_out",
            "remove_cause",
            "ask_restore",
            "restore",
            "notify",
            "confirm_notice",
            "prove",
            "accept_proof",
            "refuse_proof",
            "end",
            "confirm",
            "contest",
            "withdraw",
        ],
        at: datetime | None = None,
        note: str | None = None,
        evidence: str | None = None,
        reason: str | None = None,
        finding: Literal["justified", "wrongful"] | None = None,
        received_at: datetime | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> RegisterDetail:
        """One step; raises `Problem` case.…, register.future, register.early, register.receipt and what
        `register.apply` raises.
        """
        return self._answer(
            _ADVANCE,
            {
                "id": id,
                "event": event,
                "at": at,
                "note": note,
                "evidence": evidence,
                "reason": reason,
                "finding": finding,
                "received_at": received_at,
            },
            RegisterDetail,
            key=key,
            if_match=if_match,
        )

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        kind: Literal["complaint", "cut_off", "force_majeure", "unattended"] = "complaint",
        contract: str | None = None,
        state: str | None = None,
    ) -> Page[RegisterRow]:
        """Entries of one register under the contracts that the caller may see, the newest first."""
        return self._answer(
            _LIST,
            {"limit": limit, "cursor": cursor, "sort": sort, "kind": kind, "contract": contract, "state": state},
            Page[RegisterRow],
        )

    def iterate(
        self,
        *,
        sort: str | None = None,
        kind: Literal["complaint", "cut_off", "force_majeure", "unattended"] = "complaint",
        contract: str | None = None,
        state: str | None = None,
    ) -> Iterator[RegisterRow]:
        """Entries of one register under the contracts that the caller may see, the newest first; of all pages, one
        after another.
        """
        return self._iterate(
            _LIST,
            {"sort": sort, "kind": kind, "contract": contract, "state": state, "limit": PAGE_LIMIT},
            Page[RegisterRow],
        )

    def read(self, id: str) -> RegisterDetail:
        """An entry with its clocks, what it proposes, and what may follow from this caller."""
        return self._answer(_READ, {"id": id}, RegisterDetail)

    def record(
        self,
        *,
        contract: str,
        kind: Literal["complaint", "cut_off", "force_majeure"],
        title: str,
        who: str,
        at: datetime,
        channel: Literal["telephone", "letter", "fax", "mail", "web", "meeting"] | None = None,
        system: str | None = None,
        text: str = "",
        notified_at: datetime | None = None,
        key: str | None = None,
    ) -> RegisterDetail:
        """Enters what happened; it counts once both parties have confirmed it."""
        return self._answer(
            _RECORD,
            {
                "contract": contract,
                "kind": kind,
                "title": title,
                "who": who,
                "at": at,
                "channel": channel,
                "system": system,
                "text": text,
                "notified_at": notified_at,
            },
            RegisterDetail,
            key=key,
        )

    def tell(
        self,
        id: str,
        *,
        channel: Literal["mail", "sms", "telephone", "letter", "fax", "in_person"],
        recipient: str,
        receipt: str,
        at: datetime | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> RegisterDetail:
        """Records that the using unit was told by hand, with what shows it; each way of telling has a receipt of
        its own.
        """
        return self._answer(
            _TELL,
            {"id": id, "channel": channel, "recipient": recipient, "receipt": receipt, "at": at},
            RegisterDetail,
            key=key,
            if_match=if_match,
        )
