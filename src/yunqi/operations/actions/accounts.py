"""Accounts and undertakings as actions: opened, locked, reset; one's own password and second factor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import INSTALLATION_ROLES, Target
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.identity import accounts as work
from yunqi.operations.identity import totp
from yunqi.operations.identity.oidc import approve_claim, link_identity
from yunqi.operations.identity.sessions import SignedIn
from yunqi.operations.identity.undertakings import record_undertaking
from yunqi.store.accounts import Account, require_account
from yunqi.store.identity_lists import account_listing, read_account_row, shut_logins, undertaking_listing
from yunqi.store.listing import read_page
from yunqi.store.parties import require_organisation, require_person
from yunqi.store.party_lists import names_of
from yunqi.wire.base import ById, Page
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
    ListUndertakings,
    ProvePassword,
    RecordUndertaking,
    RecoveryCodes,
    ResetAccount,
    ResetCode,
    SessionBegun,
    TotpConfirmed,
    UndertakingRow,
)


def session_view(begun: SignedIn) -> SessionBegun:
    """The session under its new token, for whoever asked and for nobody else."""
    return SessionBegun(
        token=begun.token.reveal(),
        session_id=begun.session_id,
        ends_at=begun.ends_at,
        must_change=begun.must_change,
    )


def _views(desk: Desk, rows: Iterable[Any]) -> tuple[AccountRow, ...]:
    found = tuple(rows)
    shut = shut_logins(desk.connection, (row.login for row in found), desk.now)
    return tuple(
        AccountRow(
            id=row.id,
            person_id=row.person_id,
            person=row.person,
            organisation_id=row.organisation_id,
            organisation=row.organisation,
            login=row.login,
            has_password=bool(row.has_password),
            password_set_at=row.password_set_at,
            must_change=bool(row.must_change),
            has_totp=bool(row.has_totp),
            locked=bool(row.locked),
            shut_now=row.login in shut,
            disabled=bool(row.disabled),
            undertaken=bool(row.undertaken),
            signed_in_at=row.signed_in_at,
            created_at=row.created_at,
        )
        for row in found
    )


def _one(desk: Desk, account: Account) -> AccountRow:
    return _views(desk, (read_account_row(desk.connection, account.id, desk.now),))[0]


def _aim_account(desk: Desk, request: Any) -> Target:
    found = require_account(desk.connection, request.id)
    return Target(organisation_id=found.organisation_id, person_id=found.person_id)


def _aim_self(desk: Desk, request: Any) -> Target:
    del request
    return Target(organisation_id=desk.caller.organisation_id, person_id=desk.caller.person_id)


def aim_person(desk: Desk, request: Any) -> Target:
    """`request.person` names a person; without one it is the caller."""
    if getattr(request, "person", None) is None:
        return _aim_self(desk, request)
    found = require_person(desk.connection, request.person)
    return Target(organisation_id=found.organisation_id, person_id=found.id)


def _aim_list(desk: Desk, request: ListAccounts | ListUndertakings) -> Target:
    if request.organisation is not None:
        return Target(organisation_id=require_organisation(desk.connection, request.organisation).id)
    everybody = bool(desk.caller.roles & INSTALLATION_ROLES) or desk.caller.organisation_id is None
    return Target() if everybody else Target(organisation_id=desk.caller.organisation_id)


@action("account.list", "GET", "/accounts", "列出账号", request=ListAccounts, answer=Page[AccountRow], aim=_aim_list)
def accounts(desk: Desk, request: ListAccounts) -> Page[AccountRow]:
    """Accounts of an organisation, or of all for the three administrators."""
    organisation_id = _aim_list(desk, request).organisation_id
    listing = account_listing(organisation_id=organisation_id, text=request.text, at=desk.now)
    rows, following = read_page(
        desk.connection,
        listing,
        limit=request.limit,
        cursor=request.cursor,
        sort=request.sort,
        make=lambda row: row,
    )
    return Page[AccountRow](items=_views(desk, rows), next_cursor=following)


@action("account.read", "GET", "/accounts/{id}", "查看账号", request=ById, answer=AccountRow, aim=_aim_account)
def read_account(desk: Desk, request: ById) -> AccountRow:
    """One account by its id, its login or its person's id; one's own is open to everybody."""
    return _one(desk, require_account(desk.connection, request.id))


@action(
    "account.create",
    "POST",
    "/accounts",
    "开通账号",
    request=CreateAccount,
    answer=AccountRow,
    aim=aim_person,
    secret_fields=("password",),
    shown_once=True,
)
def create_account(desk: Desk, request: CreateAccount) -> AccountRow:
    """An account for a person with a signed undertaking; without a password it is opened with a reset code."""
    made = work.open_account(desk, person_id=request.person, login=request.login, password=request.password)
    return _one(desk, made)


@action(
    "account.disable",
    "POST",
    "/accounts/{id}/use",
    "停用或恢复账号",
    request=DisableAccount,
    answer=AccountRow,
    aim=_aim_account,
    status=200,
)
def disable_account(desk: Desk, request: DisableAccount) -> AccountRow:
    """Takes an account out of use, its sessions end at once; or into use again."""
    return _one(desk, work.disable_account(desk, request.id, disabled=request.disabled))


@action(
    "account.lock",
    "POST",
    "/accounts/{id}/lock",
    "锁定账号",
    request=ById,
    answer=AccountRow,
    aim=_aim_account,
    status=200,
)
def lock_account(desk: Desk, request: ById) -> AccountRow:
    """Locks an account until it is unlocked; its sessions end at once."""
    return _one(desk, work.lock_account(desk, request.id))


@action(
    "account.unlock", "DELETE", "/accounts/{id}/lock", "解锁账号", request=ById, answer=AccountRow, aim=_aim_account
)
def unlock_account(desk: Desk, request: ById) -> AccountRow:
    """Unlocks an account, whether a person locked it or failed attempts did."""
    return _one(desk, work.unlock_account(desk, request.id))


@action(
    "account.reset",
    "POST",
    "/accounts/{id}/reset",
    "重置账号密码",
    request=ResetAccount,
    answer=ResetCode,
    aim=_aim_account,
    shown_once=True,
)
def reset_account(desk: Desk, request: ResetAccount) -> ResetCode:
    """A one-time code for a person who has lost the password; hand it over in person."""
    made = work.reset_account(desk, request.id, totp_too=request.totp_too)
    return ResetCode(
        account_id=made.account.id, login=made.account.login, code=made.code.reveal(), expires_at=made.expires_at
    )


@action(
    "account.password",
    "POST",
    "/account/password",
    "修改密码",
    request=ChangePassword,
    answer=SessionBegun,
    aim=_aim_self,
    secret_fields=("old", "new"),
    shown_once=True,
    status=200,
)
def change_password(desk: Desk, request: ChangePassword) -> SessionBegun:
    """Changes one's own password; other sessions end, this one goes on under a new token."""
    return session_view(work.change_password(desk, old=request.old, new=request.new))


@action(
    "account.totp",
    "POST",
    "/account/totp",
    "设置动态口令",
    request=ProvePassword,
    answer=Enrolment,
    aim=_aim_self,
    secret_fields=("password",),
    shown_once=True,
    status=200,
)
def begin_totp(desk: Desk, request: ProvePassword) -> Enrolment:
    """A fresh second factor that waits for its first code."""
    made = totp.begin_totp(desk, password=request.password)
    return Enrolment(secret=made.secret.reveal(), uri=made.uri.reveal(), qr_svg=made.qr_svg.reveal())


@action(
    "account.totp_confirm",
    "POST",
    "/account/totp/confirmation",
    "确认动态口令",
    request=ConfirmCode,
    answer=TotpConfirmed,
    aim=_aim_self,
    secret_fields=("code",),
    shown_once=True,
    status=200,
)
def confirm_totp(desk: Desk, request: ConfirmCode) -> TotpConfirmed:
    """The second factor from now on, once its first code is right."""
    made = totp.confirm_totp(desk, code=request.code)
    return TotpConfirmed(
        recovery_codes=tuple(one.reveal() for one in made.recovery_codes), session=session_view(made.signed_in)
    )


@action(
    "account.totp_disable",
    "POST",
    "/account/totp/removal",
    "停用动态口令",
    request=DisableTotp,
    answer=SessionBegun,
    aim=_aim_self,
    secret_fields=("password", "code"),
    shown_once=True,
    status=200,
)
def disable_totp(desk: Desk, request: DisableTotp) -> SessionBegun:
    """Takes the second factor away, against password and code."""
    return session_view(totp.disable_totp(desk, password=request.password, code=request.code))


@action(
    "account.recovery",
    "POST",
    "/account/recovery-codes",
    "更换恢复码",
    request=ProvePassword,
    answer=RecoveryCodes,
    aim=_aim_self,
    secret_fields=("password",),
    shown_once=True,
    status=200,
)
def renew_codes(desk: Desk, request: ProvePassword) -> RecoveryCodes:
    """New recovery codes; the earlier ones are void."""
    made = totp.renew_recovery_codes(desk, password=request.password)
    return RecoveryCodes(recovery_codes=tuple(one.reveal() for one in made))


@action(
    "account.link",
    "POST",
    "/accounts/{id}/identity",
    "关联统一身份",
    request=LinkAccount,
    answer=AccountRow,
    aim=_aim_account,
    status=200,
)
def link_account(desk: Desk, request: LinkAccount) -> AccountRow:
    """Links an account to the identity provider by subject, or approves the value of its claim once."""
    found = require_account(desk.connection, request.id)
    if (request.subject is None) == (request.claim_value is None):
        raise Problem(
            "account.link", "统一身份标识与身份属性值须且只能填写一项", field="subject", way_out="请只填写其中一项"
        )
    if request.subject is not None:
        link_identity(desk, person_id=found.person_id, subject=request.subject)
    elif request.claim_value is not None:
        approve_claim(desk, person_id=found.person_id, value=request.claim_value)
    return _one(desk, found)


# --- undertakings ----------------------------------------------------------------------------------------------------


def _aim_undertakings(desk: Desk, request: ListUndertakings) -> Target:
    return aim_person(desk, request) if request.person is not None else _aim_list(desk, request)


@action(
    "undertaking.list",
    "GET",
    "/undertakings",
    "列出保密承诺书",
    request=ListUndertakings,
    answer=Page[UndertakingRow],
    aim=_aim_undertakings,
)
def undertakings(desk: Desk, request: ListUndertakings) -> Page[UndertakingRow]:
    """Signed undertakings, the latest first."""
    organisation_id = None if request.person else _aim_list(desk, request).organisation_id
    items, following = read_page(
        desk.connection,
        undertaking_listing(organisation_id=organisation_id, person_id=request.person),
        limit=request.limit,
        cursor=request.cursor,
        sort=request.sort,
        make=lambda row: _undertaking(desk, row, row.person, row.recorder or ""),
    )
    return Page[UndertakingRow](items=items, next_cursor=following)


def _undertaking(desk: Desk, one: Any, person: str, recorder: str) -> UndertakingRow:
    return UndertakingRow(
        id=one.id,
        person_id=one.person_id,
        person=person,
        signed_on=one.signed_on,
        reference=one.reference,
        sm3=one.sm3,
        valid_from=one.valid_from,
        valid_until=one.valid_until,
        recorded_by=one.recorded_by,
        recorded_by_name=recorder,
        recorded_at=one.recorded_at,
        holds=one.valid_from <= desk.now and (one.valid_until is None or desk.now < one.valid_until),
    )


@action(
    "undertaking.record",
    "POST",
    "/undertakings",
    "登记保密承诺书",
    request=RecordUndertaking,
    answer=UndertakingRow,
    aim=aim_person,
)
def record(desk: Desk, request: RecordUndertaking) -> UndertakingRow:
    """Records a signed undertaking: without a valid one no account works."""
    made = record_undertaking(
        desk,
        person_id=request.person,
        signed_on=request.signed_on,
        reference=request.reference,
        sm3=request.sm3,
        expires_on=request.expires_on,
    )
    names = names_of(desk.connection, (made.person_id, made.recorded_by or ""))
    return _undertaking(desk, made, names.get(made.person_id, ""), names.get(made.recorded_by or "", ""))
