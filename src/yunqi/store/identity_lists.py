"""Accounts, undertakings, consents and assumed roles in pages, with the names in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, false, or_, select, true

from yunqi.kernel.consents import GIVEN, REFUSED, WITHDRAWN
from yunqi.kernel.rights import ADMINISTRATION, INSTALLATION_ROLES, SUPERVISOR, Caller
from yunqi.store.guards import key_of_login
from yunqi.store.listing import Listing
from yunqi.store.tables import (
    account,
    assumption,
    consent,
    consent_event,
    organisation,
    person,
    sign_in_guard,
    undertaking,
)

_own = organisation.alias("own")
_unit = organisation.alias("unit")
_asker = person.alias("asker")


def account_listing(*, organisation_id: str | None, text: str | None, at: datetime) -> Listing:
    """Accounts of an organisation's people, or of all; `undertaken`: an undertaking holds at the instant."""
    conditions: list[ColumnElement[bool]] = []
    if organisation_id is not None:
        conditions.append(person.c.organisation_id == organisation_id)
    if text:
        conditions.append(or_(*(one.icontains(text, autoescape=True) for one in (person.c.name, account.c.login))))
    columns = account.c
    sorts = {"id": columns.id, "login": columns.login, "person": person.c.name, "created_at": columns.created_at}
    sorts["organisation"] = organisation.c.name
    return Listing(_accounts(at), columns.id, sorts, default="login", filters=conditions)


def read_account_row(connection: Connection, account_id: str, at: datetime) -> Row[Any]:
    """One account as in the list."""
    return connection.execute(_accounts(at).where(account.c.id == account_id)).one()


def _accounts(at: datetime) -> Select[Any]:
    columns = account.c
    bound = select(undertaking.c.id).where(
        undertaking.c.person_id == columns.person_id,
        undertaking.c.valid_from <= at,
        or_(undertaking.c.valid_until.is_(None), undertaking.c.valid_until > at),
    )
    return (
        select(
            columns.id,
            columns.person_id,
            columns.login,
            columns.password_hash.is_not(None).label("has_password"),
            columns.password_set_at,
            columns.must_change,
            columns.totp_secret.is_not(None).label("has_totp"),
            columns.locked_at.is_not(None).label("locked"),
            columns.disabled_at.is_not(None).label("disabled"),
            columns.signed_in_at,
            columns.created_at,
            person.c.name.label("person"),
            person.c.organisation_id,
            organisation.c.name.label("organisation"),
            bound.exists().label("undertaken"),
        )
        .join(person, person.c.id == columns.person_id)
        .join(organisation, organisation.c.id == person.c.organisation_id)
    )


def shut_logins(connection: Connection, logins: Iterable[str], now: datetime) -> frozenset[str]:
    """Of these logins those that failed attempts have shut for the moment."""
    keys = {key_of_login(login): login for login in logins}
    query = select(sign_in_guard.c.key).where(sign_in_guard.c.key.in_(list(keys)), sign_in_guard.c.locked_until > now)
    return frozenset(keys[key] for key in connection.scalars(query)) if keys else frozenset()


def undertaking_listing(*, organisation_id: str | None, person_id: str | None) -> Listing:
    """Undertakings of a person, of an organisation's people, or all, with names."""
    recorder = person.alias("recorder")
    conditions: list[ColumnElement[bool]] = []
    if organisation_id is not None:
        conditions.append(person.c.organisation_id == organisation_id)
    if person_id is not None:
        conditions.append(undertaking.c.person_id == person_id)
    query: Select[Any] = (
        select(undertaking, person.c.name.label("person"), recorder.c.name.label("recorder"))
        .join(person, person.c.id == undertaking.c.person_id)
        .outerjoin(recorder, recorder.c.id == undertaking.c.recorded_by)
    )
    sorts = {"id": undertaking.c.id, "signed_on": undertaking.c.signed_on, "person": person.c.name}
    return Listing(query, undertaking.c.id, sorts, default="-id", filters=conditions)


def consent_scope(caller: Caller) -> ColumnElement[bool]:
    """The condition on `consent`: given by one's own organisation, or to it; the overseers see all."""
    if (caller.at_machine and caller.person_id is None) or caller.organisation_role in (ADMINISTRATION, SUPERVISOR):
        return true()
    own = or_(consent.c.using_unit_id == caller.organisation_id, consent.c.organisation_id == caller.organisation_id)
    only = caller.only_provider_id  # in an assumed role nobody sees what a competitor was consented to
    return own if only is None else and_(own, consent.c.organisation_id == only)


def consent_listing(caller: Caller, *, state: str | None, at: datetime) -> Listing:
    """Consents that a caller may see, with names: without what became of them."""
    conditions: list[ColumnElement[bool]] = [consent_scope(caller)]
    if state is not None:
        conditions.append(_stands(state, at))
    sorts = {
        "id": consent.c.id,
        "recorded_at": consent.c.recorded_at,
        "valid_until": consent.c.valid_until,
        "using_unit": _unit.c.name,
        "organisation": _own.c.name,
    }
    return Listing(_consents(), consent.c.id, sorts, default="-id", filters=conditions)


def read_consent_row(connection: Connection, consent_id: str) -> Row[Any]:
    """One consent as in the list."""
    return connection.execute(_consents().where(consent.c.id == consent_id)).one()


def _consents() -> Select[Any]:
    return (
        select(
            consent,
            _unit.c.name.label("using_unit"),
            _own.c.name.label("organisation"),
            person.c.name.label("person"),
            _asker.c.name.label("asker"),
        )
        .join(_unit, _unit.c.id == consent.c.using_unit_id)
        .join(_own, _own.c.id == consent.c.organisation_id)
        .join(_asker, _asker.c.id == consent.c.asked_by)
        .outerjoin(person, person.c.id == consent.c.person_id)
    )


def _stands(state: str, at: datetime) -> ColumnElement[bool]:
    """As `kernel.consents.state_of` has it."""

    def has(kind: str) -> ColumnElement[bool]:
        said = select(consent_event.c.kind)
        return said.where(consent_event.c.consent_id == consent.c.id, consent_event.c.kind == kind).exists()

    over = consent.c.valid_until <= at
    ended = or_(has(REFUSED), has(WITHDRAWN))
    return {
        "refused": has(REFUSED),
        "withdrawn": has(WITHDRAWN),
        "over": and_(over, ~ended),
        "given": and_(has(GIVEN), ~over, ~ended),
        "asked": and_(~has(GIVEN), ~over, ~ended),
    }[state]


def events_of_consents(connection: Connection, consent_ids: Iterable[str]) -> dict[str, list[Any]]:
    """What became of some consents, by consent in order of time, with names."""
    query = (
        select(consent_event, person.c.name.label("person"))
        .join(person, person.c.id == consent_event.c.person_id)
        .where(consent_event.c.consent_id.in_(tuple(consent_ids)))
        .order_by(consent_event.c.at, consent_event.c.kind)
    )
    found: dict[str, list[Any]] = {}
    for row in connection.execute(query):
        found.setdefault(row.consent_id, []).append(row)
    return found


def assumption_listing(caller: Caller, *, live: bool, at: datetime) -> Listing:
    """Assumed roles in the name of the caller's organisation or by its people; who looks after security or audits sees
    all.
    """
    sees_all = caller.at_machine and caller.person_id is None
    sees_all = sees_all or bool(caller.roles & INSTALLATION_ROLES)
    sees_all = sees_all or caller.organisation_role in (ADMINISTRATION, SUPERVISOR)
    own = or_(
        assumption.c.organisation_id == caller.organisation_id, person.c.organisation_id == caller.organisation_id
    )
    only = caller.only_provider_id
    within = own if only is None else and_(own, person.c.organisation_id == only)
    scope = true() if sees_all else within if caller.organisation_id else false()
    conditions: list[ColumnElement[bool]] = [scope]
    if live:
        conditions += [assumption.c.ended_at.is_(None), assumption.c.until_at > at]
    sorts = {"id": assumption.c.id, "begun_at": assumption.c.begun_at, "until_at": assumption.c.until_at}
    return Listing(_assumptions(), assumption.c.id, sorts, default="-id", filters=conditions)


def read_assumption_row(connection: Connection, assumption_id: str) -> Row[Any]:
    """One assumed role as in the list."""
    return connection.execute(_assumptions().where(assumption.c.id == assumption_id)).one()


def _assumptions() -> Select[Any]:
    ender = person.alias("ender")
    return (
        select(
            assumption,
            person.c.name.label("person"),
            _own.c.name.label("person_organisation"),
            _unit.c.name.label("organisation"),
            ender.c.name.label("ender"),
        )
        .join(person, person.c.id == assumption.c.person_id)
        .join(_own, _own.c.id == person.c.organisation_id)
        .join(_unit, _unit.c.id == assumption.c.organisation_id)
        .outerjoin(ender, ender.c.id == assumption.c.ended_by)
    )
