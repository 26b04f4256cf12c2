"""The methods of accounts. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Page
from yunqi.wire.identity import (
    AccountRow,
    ChangePassword,
    ConfirmCode,
    CreateAccount,
    DisableAccount,
    DisableTotp,
    Enrolment,
    LinkAccount,
    ListAccounts,
    ProvePassword,
    RecoveryCodes,
    ResetAccount,
    ResetCode,
    SessionBegun,
    TotpConfirmed,
)

_CREATE = Deed("account.create", "POST", "/accounts", "write", CreateAccount)
_DISABLE = Deed("account.disable", "POST", "/accounts/{id}/use", "write", DisableAccount)
_LINK = Deed("account.link", "POST", "/accounts/{id}/identity", "write", LinkAccount)
_LIST = Deed("account.list", "GET", "/accounts", "read", ListAccounts)
_LOCK = Deed("account.lock", "POST", "/accounts/{id}/lock", "write", ById)
_PASSWORD = Deed("account.password", "POST", "/account/password", "write", ChangePassword)
_READ = Deed("account.read", "GET", "/accounts/{id}", "read", ById)
_RECOVERY = Deed("account.recovery", "POST", "/account/recovery-codes", "write", ProvePassword)
_RESET = Deed("account.reset", "POST", "/accounts/{id}/reset", "write", ResetAccount)
_TOTP = Deed("account.totp", "POST", "/account/totp", "write", ProvePassword)
_TOTP_CONFIRM = Deed("account.totp_confirm", "POST", "/account/totp/confirmation", "write", ConfirmCode)
_TOTP_DISABLE = Deed("account.totp_disable", "POST", "/account/totp/removal", "write", DisableTotp)
_UNLOCK = Deed("account.unlock", "DELETE", "/accounts/{id}/lock", "write", ById)


class AccountsMethods(Noun):
    """What can be asked and done."""

    def create(self, *, person: str, login: str, password: str | None = None, key: str | None = None) -> AccountRow:
        """An account for a person with a signed undertaking; without a password it is opened with a reset code."""
        return self._answer(_CREATE, {"person": person, "login": login, "password": password}, AccountRow, key=key)

    def disable(self, id: str, *, disabled: bool = True, key: str | None = None) -> AccountRow:
        """Takes an account out of use, its sessions end at once; or into use again."""
        return self._answer(_DISABLE, {"id": id, "disabled": disabled}, AccountRow, key=key)

    def link(
        self, id: str, *, subject: str | None = None, claim_value: str | None = None, key: str | None = None
    ) -> AccountRow:
        """Links an account to the identity provider by subject, or approves the value of its claim once."""
        return self._answer(_LINK, {"id": id, "subject": subject, "claim_value": claim_value}, AccountRow, key=key)

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        organisation: str | None = None,
        text: str | None = None,
    ) -> Page[AccountRow]:
        """Accounts of an organisation, or of all for the three administrators."""
        return self._answer(
            _LIST,
            {"limit": limit, "cursor": cursor, "sort": sort, "organisation": organisation, "text": text},
            Page[AccountRow],
        )

    def iterate(
        self, *, sort: str | None = None, organisation: str | None = None, text: str | None = None
    ) -> Iterator[AccountRow]:
        """Accounts of an organisation, or of all for the three administrators; of all pages, one after another."""
        return self._iterate(
            _LIST, {"sort": sort, "organisation": organisation, "text": text, "limit": PAGE_LIMIT}, Page[AccountRow]
        )

    def lock(self, id: str, *, key: str | None = None) -> AccountRow:
        """Locks an account until it is unlocked; its sessions end at once."""
        return self._answer(_LOCK, {"id": id}, AccountRow, key=key)

    def password(self, *, old: str, new: str, key: str | None = None) -> SessionBegun:
        """Changes one's own password; other sessions end, this one goes on under a new token."""
        return self._answer(_PASSWORD, {"old": old, "new": new}, SessionBegun, key=key)

    def read(self, id: str) -> AccountRow:
        """One account by its id, its login or its person's id; one's own is open to everybody."""
        return self._answer(_READ, {"id": id}, AccountRow)

    def recovery(self, *, password: str, key: str | None = None) -> RecoveryCodes:
        """New recovery codes; the earlier ones are void."""
        return self._answer(_RECOVERY, {"password": password}, RecoveryCodes, key=key)

    def reset(self, id: str, *, totp_too: bool = False, key: str | None = None) -> ResetCode:
        """A one-time code for a person who has lost the password; hand it over in person."""
        return self._answer(_RESET, {"id": id, "totp_too": totp_too}, ResetCode, key=key)

    def totp(self, *, password: str, key: str | None = None) -> Enrolment:
        """A fresh second factor that waits for its first code."""
        return self._answer(_TOTP, {"password": password}, Enrolment, key=key)

    def totp_confirm(self, *, code: str, key: str | None = None) -> TotpConfirmed:
        """The second factor from now on, once its first code is right."""
        return self._answer(_TOTP_CONFIRM, {"code": code}, TotpConfirmed, key=key)

    def totp_disable(self, *, password: str, code: str, key: str | None = None) -> SessionBegun:
        """Takes the second factor away, against password and code."""
        return self._answer(_TOTP_DISABLE, {"password": password, "code": code}, SessionBegun, key=key)

    def unlock(self, id: str, *, key: str | None = None) -> AccountRow:
        """Unlocks an account, whether a person locked it or failed attempts did."""
        return self._answer(_UNLOCK, {"id": id}, AccountRow, key=key)
