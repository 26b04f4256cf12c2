"""What the audit trail and the accounts say of organisations: counted within a span, of those asked for only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from yunqi.kernel.period import Span
from yunqi.store.access_review import AccountCount, Deed, count_accounts, count_deeds, list_assumed
from yunqi.store.accounts import add_account, note_signed_in, set_disabled, set_locked, set_totp
from yunqi.store.audit_trail import record_audit
from yunqi.store.database import Database
from yunqi.store.parties import add_organisation, add_person
from yunqi.store.tables import assumption, consent

START = datetime(2026, 10, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
SPAN = Span(START, START + 24 * HOUR)


@dataclass(frozen=True)
class World:
    """Two organisations and a third one that nobody asks of."""

    database: Database
    unit: str
    provider: str
    other: str


@pytest.fixture
def world(database: Database) -> World:
    with database.write() as connection:
        unit, provider, other = (
            add_organisation(connection, name=name, role=role, now=START)
            for name, role in (("甲", "using_unit"), ("乙", "provider"), ("丙", "using_unit"))
        )
    return World(database, unit, provider, other)


def test_deeds_are_counted_within_the_span_and_refused_apart(world: World) -> None:
    rows = (
        (world.unit, "sign_in", START, "done"),
        (world.unit, "sign_in", START + HOUR, "sign_in.wrong"),
        (world.unit, "sign_in", START + 2 * HOUR, "sign_in.wrong"),
        (world.unit, "contract.sign", START + HOUR, "proposed"),
        (world.provider, "sign_in", START + HOUR, "done"),
        (world.other, "sign_in", START + HOUR, "done"),
        (world.unit, "sign_in", SPAN.end_at, "done"),  # the first instant after it
        (world.unit, "sign_in", START - timedelta(microseconds=1), "done"),
    )
    with world.database.write() as connection:
        for organisation, action, at, outcome in rows:
            record_audit(
                connection,
                at=at,
                action=action,
                object="x",
                person_id=None,
                organisation_id=organisation,
                outcome=outcome,
            )
    with world.database.read() as connection:
        found = count_deeds(connection, (world.unit, world.provider), SPAN)
        assert count_deeds(connection, (), SPAN) == ()
    assert sorted(found, key=lambda one: (one.organisation_id != world.unit, one.action)) == [
        Deed(world.unit, "contract.sign", 1, 0),
        Deed(world.unit, "sign_in", 1, 2),
        Deed(world.provider, "sign_in", 1, 0),
    ]


def test_accounts_are_counted_as_they_stand(world: World) -> None:
    with world.database.write() as connection:
        accounts = [
            add_account(
                connection,
                person_id=add_person(connection, organisation_id=world.unit, name=name, now=START),
                login=name,
                created_by=None,
                now=START - 100 * 24 * HOUR,
            ).id
            for name in ("live", "locked", "gone", "stale")
        ]
        live, locked, gone, _stale = accounts
        for one in (live, locked, gone):
            note_signed_in(connection, one, START)
        set_totp(connection, live, secret="sealed", pending=None)
        set_locked(connection, locked, by=None, at=START)
        set_disabled(connection, gone, by=None, at=START)
    with world.database.read() as connection:
        found = count_accounts(connection, (world.unit, world.provider), stale_before=START - 90 * 24 * HOUR)
    # One that was disabled is neither locked nor stale nor of one factor; an organisation without accounts has no row.
    assert found == {world.unit: AccountCount(world.unit, all=4, disabled=1, locked=1, one_factor=2, stale=1)}


def test_roles_assumed_in_the_units_name_are_listed_with_their_deeds(world: World) -> None:
    with world.database.write() as connection:
        mine = add_person(connection, organisation_id=world.provider, name="孙工", now=START)
        asker = add_person(connection, organisation_id=world.unit, name="甲方", now=START)
        connection.execute(
            consent.insert().values(
                id="con-1",
                using_unit_id=world.unit,
                organisation_id=world.provider,
                scope="assume_role",
                roles=["operator"],
                system_ids=[],
                reason="协助",
                valid_from=START - HOUR,
                valid_until=START + 100 * HOUR,
                asked_by=mine,
                recorded_at=START,
            )
        )
        for key, person, begun, until, ended in (
            ("ass-1", mine, START - HOUR, START + HOUR, None),  # over the span's beginning
            ("ass-2", mine, START + 2 * HOUR, START + 9 * HOUR, START + 3 * HOUR),
            ("ass-3", mine, START - 9 * HOUR, START + HOUR, START - HOUR),  # ended before it
            ("ass-4", mine, SPAN.end_at, SPAN.end_at + HOUR, None),  # after it
            ("ass-5", asker, START, START + HOUR, None),  # nobody of the provider's
        ):
            connection.execute(
                assumption.insert().values(
                    id=key,
                    consent_id="con-1",
                    person_id=person,
                    organisation_id=world.unit,
                    roles=["operator"],
                    system_ids=[],
                    reason=f"协助 {key}",
                    begun_at=begun,
                    until_at=until,
                    ended_at=ended,
                )
            )
        for at in (START - HOUR / 2, START + 2 * HOUR, START + 2 * HOUR + HOUR / 2):
            key = "ass-1" if at < START else "ass-2"
            record_audit(connection, at=at, action="order.open", object="x", person_id=mine, assumption_id=key)
    with world.database.read() as connection:
        first, second = list_assumed(connection, world.unit, world.provider, SPAN)
        assert list_assumed(connection, world.other, world.provider, SPAN) == ()
    assert (first.person, first.reason, first.deeds, first.ended_at) == ("孙工", "协助 ass-1", 0, None)
    assert (second.begun_at, second.ended_at, second.deeds) == (START + 2 * HOUR, START + 3 * HOUR, 2)
