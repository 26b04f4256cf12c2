"""Accounts, undertakings, sessions, consents and assumed roles on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Instant, ListRequest, Request

Id = Annotated[str, Field(min_length=1, max_length=60)]
Named = Annotated[str, Field(min_length=1, max_length=200)]
Hidden = Annotated[str, Field(min_length=1, max_length=1000, repr=False)]
"""A password or a code: shown in no representation."""
Code = Annotated[str, Field(min_length=1, max_length=40, repr=False)]
Reason = Annotated[str, Field(min_length=1, max_length=300)]


# --- accounts --------------------------------------------------------------------------------------------------------


class ListAccounts(ListRequest):
    """Accounts of the caller's organisation; the three administrators may name another, or none for all."""

    organisation: Named | None = None
    text: Annotated[str | None, Field(max_length=100)] = None


class AccountRow(Answer):
    """One person's way in. `locked` by a person, `shut_now` by failed attempts; `undertaken`: an undertaking holds."""

    id: str
    person_id: str
    person: str
    organisation_id: str
    organisation: str
    login: str
    has_password: bool
    password_set_at: datetime | None
    must_change: bool
    has_totp: bool
    locked: bool
    shut_now: bool
    disabled: bool
    undertaken: bool
    signed_in_at: datetime | None
    created_at: datetime


class CreateAccount(Request):
    """An account for a person with a signed undertaking; a password given here must be changed at the first sign-in."""

    person: Id
    login: Annotated[str, Field(min_length=1, max_length=200)]
    password: Annotated[str | None, Field(min_length=1, max_length=1000, repr=False)] = None


class DisableAccount(Request):
    """Takes an account out of use, or into use again."""

    id: Id
    disabled: bool = True


class ResetAccount(Request):
    """Asks for a one-time code; `totp_too`: the second factor is taken away with it."""

    id: Id
    totp_too: bool = False


class ResetCode(Answer):
    """A one-time code, shown this once."""

    account_id: str
    login: str
    code: Annotated[str, Field(repr=False)]
    expires_at: datetime


class ChangePassword(Request):
    """The password of now, and the new one."""

    old: Hidden
    new: Hidden


class SessionBegun(Answer):
    """The session goes on under a new token, shown this once: the one before is void."""

    token: Annotated[str, Field(repr=False)]
    session_id: str
    ends_at: datetime
    must_change: bool = False


class ProvePassword(Request):
    """The password, shown again before something is changed."""

    password: Hidden


class ConfirmCode(Request):
    """A code of the second factor."""

    code: Code


class DisableTotp(Request):
    """Password and code: both are asked for before the second factor is taken away."""

    password: Hidden
    code: Code


class Enrolment(Answer):
    """A second factor to set up: its secret, its address for an authenticator program, the same as a picture (SVG)."""

    secret: Annotated[str, Field(repr=False)]
    uri: Annotated[str, Field(repr=False)]
    qr_svg: Annotated[str, Field(repr=False)]


class TotpConfirmed(Answer):
    """The second factor holds from now on: recovery codes for a drawer, and the session under its new token."""

    recovery_codes: Annotated[tuple[str, ...], Field(repr=False)]
    session: SessionBegun


class RecoveryCodes(Answer):
    """New recovery codes; the earlier ones are void."""

    recovery_codes: Annotated[tuple[str, ...], Field(repr=False)]


class LinkAccount(Request):
    """Links an account to the installation's identity provider: by the subject that the provider knows the person by,
    or by the value of the claim that the installation goes by (good once).
    """

    id: Id
    subject: Annotated[str | None, Field(min_length=1, max_length=255)] = None
    claim_value: Annotated[str | None, Field(min_length=1, max_length=255)] = None


# --- undertakings ----------------------------------------------------------------------------------------------------


class ListUndertakings(ListRequest):
    """Undertakings of a person, or of an organisation's people: without either named, of the caller's organisation."""

    person: Id | None = None
    organisation: Named | None = None


class RecordUndertaking(Request):
    """A signed confidentiality undertaking: where the paper lies, and the first day on which it no longer holds."""

    person: Id
    signed_on: date
    reference: Annotated[str, Field(min_length=1, max_length=200)]
    sm3: Annotated[str | None, Field(pattern="^[0-9a-f]{64}$")] = None
    expires_on: date | None = None


class UndertakingRow(Answer):
    """An undertaking as recorded."""

    id: str
    person_id: str
    person: str
    signed_on: date
    reference: str
    sm3: str | None
    valid_from: datetime
    valid_until: datetime | None
    recorded_by: str | None
    recorded_by_name: str
    recorded_at: datetime
    holds: bool


# --- sessions --------------------------------------------------------------------------------------------------------


class OfPerson(Request):
    """A request about one person: without one named, the caller."""

    person: Id | None = None


class SessionRow(Answer):
    """One sign-in that is alive; `current`: the one that asks."""

    id: str
    person_id: str
    person: str
    created_at: datetime
    seen_at: datetime
    ends_at: datetime
    address: str
    user_agent: str
    method: str
    assumption_id: str | None
    current: bool


class SessionList(Answer):
    """Sessions, the latest first."""

    items: tuple[SessionRow, ...]


# --- consents and assumed roles --------------------------------------------------------------------------------------


class ListConsents(ListRequest):
    """Consents that the caller's organisation gave or was given; the overseers see all."""

    state: Literal["asked", "given", "refused", "withdrawn", "over"] | None = None


class ConsentEventRow(Answer):
    """What became of a consent."""

    kind: str
    person_id: str
    person: str
    reason: str
    at: datetime


class ConsentRow(Answer):
    """A consent: who may reach what of whose, until when; no person: anybody of the organisation; no systems: all."""

    id: str
    using_unit_id: str
    using_unit: str
    organisation_id: str
    organisation: str
    person_id: str | None
    person: str
    scope: str
    roles: tuple[str, ...]
    system_ids: tuple[str, ...]
    systems: tuple[str, ...]
    reason: str
    valid_from: datetime
    valid_until: datetime
    asked_by: str
    asked_by_name: str
    recorded_at: datetime
    state: str
    holds: bool
    events: tuple[ConsentEventRow, ...]


class AskConsent(Request):
    """Asks a using unit for access to its data (tenant_data) or for a role in its name (assume_role)."""

    using_unit: Named
    scope: Literal["tenant_data", "assume_role"]
    reason: Reason
    valid_from: Instant | None = None
    valid_until: Instant
    roles: Annotated[tuple[Literal["reader", "operator"], ...], Field(max_length=4)] = ()
    systems: Annotated[tuple[Named, ...], Field(max_length=200)] = ()
    person: Id | None = None


class DecideConsent(Request):
    """The using unit's word on a consent."""

    id: Id
    reason: Annotated[str, Field(max_length=300)] = ""


class RefuseConsent(Request):
    """The using unit's no, with its reason."""

    id: Id
    reason: Reason


class ListIntegrators(Request):
    """Who serves which system now."""

    using_unit: Named | None = None


class ServiceRow(Answer):
    """That an integrator serves a system."""

    id: str
    system_id: str
    system: str
    using_unit_id: str
    using_unit: str
    organisation_id: str
    organisation: str
    valid_from: datetime
    valid_until: datetime | None


class ServiceList(Answer):
    """Who serves which system, by integrator."""

    items: tuple[ServiceRow, ...]


class SetIntegrator(Request):
    """Lets an integrator serve a system of the caller's organisation over a span, or no longer."""

    system: Named
    integrator: Named
    granted: bool = True
    valid_from: Instant | None = None
    valid_until: Instant | None = None


class ListAssumptions(ListRequest):
    """Assumed roles: in the name of the caller's organisation, or by its people; `live`: those that last."""

    live: bool = False


class AssumptionRow(Answer):
    """A role assumed: who acted in whose name, why, from when until when."""

    id: str
    consent_id: str
    person_id: str
    person: str
    person_organisation: str
    organisation_id: str
    organisation: str
    roles: tuple[str, ...]
    system_ids: tuple[str, ...]
    reason: str
    begun_at: datetime
    until_at: datetime
    ended_at: datetime | None
    ended_by: str | None
    ended_by_name: str
    live: bool


class BeginAssumption(Request):
    """Goes on in a using unit's name, under its consent, for at most eight hours."""

    consent: Id
    roles: Annotated[tuple[Literal["reader", "operator"], ...], Field(min_length=1, max_length=4)]
    reason: Reason
    until_at: Instant | None = None
