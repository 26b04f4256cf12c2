"""The methods of verdicts. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import datetime

from yunqi.client.base import Deed, Noun
from yunqi.wire.evidence import ListVerdicts, VerdictList

_LIST = Deed("verdict.list", "GET", "/contracts/{contract}/verdicts", "read", ListVerdicts)


class VerdictsMethods(Noun):
    """What can be asked and done."""

    def list(
        self,
        contract: str,
        *,
        object: str | None = None,
        from_at: datetime | None = None,
        until_at: datetime | None = None,
    ) -> VerdictList:
        """What was seen of a contract's objects, and their availability so far; raises `Problem` verdict.span."""
        return self._answer(
            _LIST, {"contract": contract, "object": object, "from_at": from_at, "until_at": until_at}, VerdictList
        )
