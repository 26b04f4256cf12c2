"""The methods of proposals. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Page, Proposal
from yunqi.wire.desk import DecideProposal, ListProposals

_DECIDE = Deed("proposal.decide", "POST", "/proposals/{id}/decision", "write", DecideProposal)
_LIST = Deed("proposal.list", "GET", "/proposals", "read", ListProposals)
_READ = Deed("proposal.read", "GET", "/proposals/{id}", "read", ById)
_WITHDRAW = Deed("proposal.withdraw", "POST", "/proposals/{id}/withdrawal", "write", ById)


class ProposalsMethods(Noun):
    """What can be asked and done."""

    def decide(self, id: str, *, agree: bool, reason: str = "", key: str | None = None) -> Proposal:
        """The second person agrees, and the deed is done; or refuses, with a reason."""
        return self._answer(_DECIDE, {"id": id, "agree": agree, "reason": reason}, Proposal, key=key)

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        state: str | None = None,
        contract: str | None = None,
        mine: bool = False,
    ) -> Page[Proposal]:
        """What waits, or waited, for a second person, the newest first."""
        return self._answer(
            _LIST,
            {"limit": limit, "cursor": cursor, "sort": sort, "state": state, "contract": contract, "mine": mine},
            Page[Proposal],
        )

    def iterate(
        self, *, sort: str | None = None, state: str | None = None, contract: str | None = None, mine: bool = False
    ) -> Iterator[Proposal]:
        """What waits, or waited, for a second person, the newest first; of all pages, one after another."""
        return self._iterate(
            _LIST,
            {"sort": sort, "state": state, "contract": contract, "mine": mine, "limit": PAGE_LIMIT},
            Page[Proposal],
        )

    def read(self, id: str) -> Proposal:
        """One proposal."""
        return self._answer(_READ, {"id": id}, Proposal)

    def withdraw(self, id: str, *, key: str | None = None) -> Proposal:
        """The proposer takes it back."""
        return self._answer(_WITHDRAW, {"id": id}, Proposal, key=key)
