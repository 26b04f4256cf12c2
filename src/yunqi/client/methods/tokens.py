"""The methods of tokens. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import datetime

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import ById
from yunqi.wire.tokens import CreateToken, ListTokens, NewTokenRow, TokenList, TokenRow

_CREATE = Deed("token.create", "POST", "/tokens", "write", CreateToken)
_LIST = Deed("token.list", "GET", "/tokens", "read", ListTokens)
_REVOKE = Deed("token.revoke", "DELETE", "/tokens/{id}", "write", ById)


class TokensMethods(Noun):
    """What can be asked and done."""

    def create(
        self, *, name: str, actions: tuple[str, ...], expires_at: datetime, key: str | None = None
    ) -> NewTokenRow:
        """A new token; its text is in this answer and nowhere else."""
        return self._answer(_CREATE, {"name": name, "actions": actions, "expires_at": expires_at}, NewTokenRow, key=key)

    def list(self, *, person: str | None = None) -> TokenList:
        """A person's tokens, without their texts."""
        return self._answer(_LIST, {"person": person}, TokenList)

    def revoke(self, id: str, *, key: str | None = None) -> TokenRow:
        """The token, which no longer works."""
        return self._answer(_REVOKE, {"id": id}, TokenRow, key=key)
