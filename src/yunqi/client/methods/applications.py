"""The methods of applications. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from yunqi.client.base import Deed, Noun, Pending
from yunqi.wire.evidence import MadeFile
from yunqi.wire.statements import MakeApplication

_MAKE = Deed("application.make", "POST", "/contracts/{contract}/payment-applications", "run", MakeApplication)


class ApplicationsMethods(Noun):
    """What can be asked and done."""

    def make(
        self, contract: str, *, no: int, payee: str = "", bank: str = "", account: str = "", key: str | None = None
    ) -> Pending[MadeFile]:
        """The pack of an instalment: letter, invoices, statements, penalties taken off, digests."""
        return self._begin(
            _MAKE, {"contract": contract, "no": no, "payee": payee, "bank": bank, "account": account}, MadeFile, key=key
        )
