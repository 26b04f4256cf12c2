"""The methods of bonds. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import date

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import Done, Proposal
from yunqi.wire.bonds import BondState, DrawBond, ExtendBond, ReadBond, RecordBond, ReleaseBond

_DRAW = Deed("bond.draw", "POST", "/contracts/{contract}/bond-draws", "write", DrawBond)
_EXTEND = Deed("bond.extend", "POST", "/contracts/{contract}/bond-extensions", "write", ExtendBond)
_READ = Deed("bond.read", "GET", "/contracts/{contract}/bond", "read", ReadBond)
_RECORD = Deed("bond.record", "POST", "/contracts/{contract}/bonds", "write", RecordBond)
_RELEASE = Deed("bond.release", "POST", "/contracts/{contract}/bond-releases", "write", ReleaseBond)
_TOP_UP = Deed("bond.top_up", "POST", "/contracts/{contract}/bond-top-ups", "write", RecordBond)


class BondsMethods(Noun):
    """What can be asked and done."""

    def draw(
        self,
        contract: str,
        *,
        amount: str,
        on: date,
        reason: str,
        guarantee: str = "",
        statement: str | None = None,
        file: str | None = None,
        key: str | None = None,
    ) -> Done | Proposal:
        """That an amount was taken from the bond."""
        return self._answer_or_proposal(
            _DRAW,
            {
                "contract": contract,
                "amount": amount,
                "on": on,
                "reason": reason,
                "guarantee": guarantee,
                "statement": statement,
                "file": file,
            },
            Done,
            key=key,
        )

    def extend(
        self,
        contract: str,
        *,
        guarantee: str,
        on: date,
        expires_on: date,
        file: str | None = None,
        key: str | None = None,
    ) -> Done | Proposal:
        """That a letter of guarantee holds longer. Raises `Problem` bond.no_guarantee, bond.not_longer,
        payment.known.
        """
        return self._answer_or_proposal(
            _EXTEND,
            {"contract": contract, "guarantee": guarantee, "on": on, "expires_on": expires_on, "file": file},
            Done,
            key=key,
        )

    def read(self, contract: str, *, as_of: date | None = None) -> BondState:
        """The bond at the end of a day as known now: what is due, what secures, what is to be done."""
        return self._answer(_READ, {"contract": contract, "as_of": as_of}, BondState)

    def record(
        self,
        contract: str,
        *,
        amount: str,
        on: date,
        form: str = "",
        guarantee: str = "",
        issuer: str = "",
        expires_on: date | None = None,
        file: str | None = None,
        key: str | None = None,
    ) -> Done | Proposal:
        """That a performance bond was handed in; several add up. Raises `Problem` payment.known and
        payment.no_bond.
        """
        return self._answer_or_proposal(
            _RECORD,
            {
                "contract": contract,
                "amount": amount,
                "on": on,
                "form": form,
                "guarantee": guarantee,
                "issuer": issuer,
                "expires_on": expires_on,
                "file": file,
            },
            Done,
            key=key,
        )

    def release(
        self,
        contract: str,
        *,
        amount: str,
        on: date,
        guarantee: str = "",
        reason: str = "",
        file: str | None = None,
        key: str | None = None,
    ) -> Done | Proposal:
        """That the bond, or a part of it, was given back. Raises `Problem` bond.more_than_held and payment.known."""
        return self._answer_or_proposal(
            _RELEASE,
            {"contract": contract, "amount": amount, "on": on, "guarantee": guarantee, "reason": reason, "file": file},
            Done,
            key=key,
        )

    def top_up(
        self,
        contract: str,
        *,
        amount: str,
        on: date,
        form: str = "",
        guarantee: str = "",
        issuer: str = "",
        expires_on: date | None = None,
        file: str | None = None,
        key: str | None = None,
    ) -> Done | Proposal:
        """That the bond was filled up after something was drawn. Raises `Problem` payment.known."""
        return self._answer_or_proposal(
            _TOP_UP,
            {
                "contract": contract,
                "amount": amount,
                "on": on,
                "form": form,
                "guarantee": guarantee,
                "issuer": issuer,
                "expires_on": expires_on,
                "file": file,
            },
            Done,
            key=key,
        )
