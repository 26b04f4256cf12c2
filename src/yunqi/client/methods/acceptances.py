"""The methods of acceptances. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from yunqi.client.base import Deed, Download, Noun
from yunqi.wire.acceptances import (
    AcceptanceDetail,
    AcceptanceFile,
    AcceptanceRow,
    AdvanceAcceptance,
    AnswerAcceptance,
    HandIn,
    ListAcceptances,
    Material,
    OfMaterial,
    RequestAcceptance,
    ScoreCount,
    SignAcceptance,
)
from yunqi.wire.base import PAGE_LIMIT, ById, Done, Page

_ADVANCE = Deed("acceptance.advance", "POST", "/acceptances/{id}/events", "write", AdvanceAcceptance)
_ANSWER = Deed("acceptance.answer", "POST", "/acceptances/{id}/answers", "write", AnswerAcceptance)
_FILE = Deed("acceptance.file", "GET", "/acceptances/{id}/file", "read", AcceptanceFile)
_HAND_IN = Deed("acceptance.hand_in", "POST", "/contracts/{contract}/acceptance-material", "write", HandIn)
_LIST = Deed("acceptance.list", "GET", "/acceptances", "read", ListAcceptances)
_MATERIAL = Deed("acceptance.material", "GET", "/contracts/{contract}/acceptance-material", "read", OfMaterial)
_READ = Deed("acceptance.read", "GET", "/acceptances/{id}", "read", ById)
_REQUEST = Deed("acceptance.request", "POST", "/contracts/{contract}/acceptances", "write", RequestAcceptance)
_SIGN = Deed("acceptance.sign", "POST", "/acceptances/{id}/signatures", "write", SignAcceptance)


class AcceptancesMethods(Noun):
    """What can be asked and done."""

    def advance(
        self,
        id: str,
        *,
        event: Literal["resubmit", "deem", "withdraw", "prove", "admit", "uphold"],
        reason: str | None = None,
        answer: Literal["pass", "rework", "fail"] | None = None,
        received_at: datetime | None = None,
        file: str | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> AcceptanceDetail:
        """Asks again after rework, records that silence has accepted, takes the request back, says that an answer
        had been received in time, or settles that.
        """
        return self._answer(
            _ADVANCE,
            {"id": id, "event": event, "reason": reason, "answer": answer, "received_at": received_at, "file": file},
            AcceptanceDetail,
            key=key,
            if_match=if_match,
        )

    def answer(
        self,
        id: str,
        *,
        event: Literal["pass", "rework", "fail"],
        dossier: str,
        reason: str | None = None,
        score: tuple[ScoreCount, ...] | None = None,
        full: str | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> AcceptanceDetail:
        """The using unit answers; what it accepts starts the payments that wait for it, from today."""
        return self._answer(
            _ANSWER,
            {"id": id, "event": event, "dossier": dossier, "reason": reason, "score": score, "full": full},
            AcceptanceDetail,
            key=key,
            if_match=if_match,
        )

    def file(self, id: str, *, format: Literal["docx", "xlsx"] = "docx") -> Download:
        """The dossier with the request's clock, answer and signatures, as a document or a workbook."""
        return self._download(_FILE, {"id": id, "format": format})

    def hand_in(
        self,
        contract: str,
        *,
        item: str,
        file: str | None = None,
        document: str | None = None,
        statement: str | None = None,
        value: str | None = None,
        words: str = "",
        on: date | None = None,
        key: str | None = None,
    ) -> Done:
        """Records what was handed in for an item, with its SM3; the same again changes nothing."""
        return self._answer(
            _HAND_IN,
            {
                "contract": contract,
                "item": item,
                "file": file,
                "document": document,
                "statement": statement,
                "value": value,
                "words": words,
                "on": on,
            },
            Done,
            key=key,
        )

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        contract: str | None = None,
        state: Literal[
            "requested", "rework", "passed", "failed", "deemed", "disputed", "half_signed", "signed", "withdrawn"
        ]
        | None = None,
        text: str | None = None,
    ) -> Page[AcceptanceRow]:
        """Acceptances that the caller may see, the newest first."""
        return self._answer(
            _LIST,
            {"limit": limit, "cursor": cursor, "sort": sort, "contract": contract, "state": state, "text": text},
            Page[AcceptanceRow],
        )

    def iterate(
        self,
        *,
        sort: str | None = None,
        contract: str | None = None,
        state: Literal[
            "requested", "rework", "passed", "failed", "deemed", "disputed", "half_signed", "signed", "withdrawn"
        ]
        | None = None,
        text: str | None = None,
    ) -> Iterator[AcceptanceRow]:
        """Acceptances that the caller may see, the newest first; of all pages, one after another."""
        return self._iterate(
            _LIST,
            {"sort": sort, "contract": contract, "state": state, "text": text, "limit": PAGE_LIMIT},
            Page[AcceptanceRow],
        )

    def material(self, contract: str, *, phase: str | None = None, on: date | None = None) -> Material:
        """The contract's own list of acceptance material against what the ledger holds; raises `Problem`
        acceptance.phase.
        """
        return self._answer(_MATERIAL, {"contract": contract, "phase": phase, "on": on}, Material)

    def read(self, id: str) -> AcceptanceDetail:
        """A request for acceptance: what it is of, its clock, what was answered, who signed, what may follow."""
        return self._answer(_READ, {"id": id}, AcceptanceDetail)

    def request(
        self,
        contract: str,
        *,
        title: str,
        phase: str | None = None,
        instalments: tuple[int, ...] | None = None,
        key: str | None = None,
    ) -> AcceptanceDetail:
        """Asks for acceptance with the dossier as it is now; the contract's clocks begin."""
        return self._answer(
            _REQUEST,
            {"contract": contract, "title": title, "phase": phase, "instalments": instalments},
            AcceptanceDetail,
            key=key,
        )

    def sign(self, id: str, *, dossier: str, key: str | None = None, if_match: str | None = None) -> AcceptanceDetail:
        """The caller's party signs what was accepted; signed by both, the acceptance is complete."""
        return self._answer(_SIGN, {"id": id, "dossier": dossier}, AcceptanceDetail, key=key, if_match=if_match)
