"""The methods of adjudications. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Page
from yunqi.wire.incidents import AdvanceAdjudication, FindingDetail, FindingRow, ListAdjudications, OpenAdjudication

_ADVANCE = Deed("adjudication.advance", "POST", "/adjudications/{id}/events", "write", AdvanceAdjudication)
_CONFIRM = Deed("adjudication.confirm", "POST", "/adjudications/{id}/confirmation", "write", ById)
_LIST = Deed("adjudication.list", "GET", "/adjudications", "read", ListAdjudications)
_OPEN = Deed("adjudication.open", "POST", "/adjudications", "write", OpenAdjudication)
_READ = Deed("adjudication.read", "GET", "/adjudications/{id}", "read", ById)


class AdjudicationsMethods(Noun):
    """What can be asked and done."""

    def advance(
        self,
        id: str,
        *,
        event: Literal["contest", "decide", "withdraw"],
        reason: str | None = None,
        answer: str | None = None,
        evidence: str | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> FindingDetail:
        """Contests, decides or takes back a finding; raises `Problem` case.… where it may not follow."""
        return self._answer(
            _ADVANCE,
            {"id": id, "event": event, "reason": reason, "answer": answer, "evidence": evidence},
            FindingDetail,
            key=key,
            if_match=if_match,
        )

    def confirm(self, id: str, *, key: str | None = None, if_match: str | None = None) -> FindingDetail:
        """The caller's party confirms a finding; raises `Problem` case.twice when it did before."""
        return self._answer(_CONFIRM, {"id": id}, FindingDetail, key=key, if_match=if_match)

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        contract: str | None = None,
        state: Literal["proposed", "half_confirmed", "confirmed", "contested", "decided", "withdrawn"] | None = None,
        event: str | None = None,
    ) -> Page[FindingRow]:
        """Findings that the caller may see, the newest first."""
        return self._answer(
            _LIST,
            {"limit": limit, "cursor": cursor, "sort": sort, "contract": contract, "state": state, "event": event},
            Page[FindingRow],
        )

    def iterate(
        self,
        *,
        sort: str | None = None,
        contract: str | None = None,
        state: Literal["proposed", "half_confirmed", "confirmed", "contested", "decided", "withdrawn"] | None = None,
        event: str | None = None,
    ) -> Iterator[FindingRow]:
        """Findings that the caller may see, the newest first; of all pages, one after another."""
        return self._iterate(
            _LIST,
            {"sort": sort, "contract": contract, "state": state, "event": event, "limit": PAGE_LIMIT},
            Page[FindingRow],
        )

    def open(
        self, *, contract: str, event: str, question: str, answer: str, evidence: str, key: str | None = None
    ) -> FindingDetail:
        """Proposes a finding; it counts once both parties confirmed it. What a month asks of several late duties at
        once is found of each of them. Raises `Problem` adjudication.question …answer …no_items.
        """
        return self._answer(
            _OPEN,
            {"contract": contract, "event": event, "question": question, "answer": answer, "evidence": evidence},
            FindingDetail,
            key=key,
        )

    def read(self, id: str) -> FindingDetail:
        """A finding: who confirmed or contested it, and what may follow from this caller."""
        return self._answer(_READ, {"id": id}, FindingDetail)
