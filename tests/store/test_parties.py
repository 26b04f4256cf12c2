from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from yunqi.kernel.errors import Problem
from yunqi.store import parties
from yunqi.store.database import Database

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def test_registering_twice_is_a_problem(database: Database) -> None:
    with database.write() as connection:
        first = parties.add_organisation(connection, name=" 市民服务局 ", role="using_unit", now=NOW)
        assert parties.require_organisation(connection, "市民服务局").id == first
        with pytest.raises(Problem) as caught:
            parties.add_organisation(connection, name="市民服务局", role="using_unit", now=NOW)
    assert caught.value.code == "party.exists"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "text.empty"),
        ("  ", "text.empty"),
        ("长" * 201, "text.too_long"),
        ("a\x00b", "text.characters"),
        ("a\u202eb", "text.characters"),
    ],
)
def test_names_that_cannot_be_kept_are_refused(database: Database, name: str, code: str) -> None:
    with pytest.raises(Problem) as caught, database.write() as connection:
        parties.add_organisation(connection, name=name, role="provider", now=NOW)
    assert caught.value.code == code
    with database.read() as connection:
        assert parties.list_organisations(connection) == ()


def test_hostile_names_are_only_data(database: Database) -> None:
    name = "'; DROP TABLE organisation; -- {value} %s ${x} <b>../..</b>"
    with database.write() as connection:
        parties.add_organisation(connection, name=name, role="provider", now=NOW)
    with database.read() as connection:
        assert [one.name for one in parties.list_organisations(connection)] == [name]


def test_a_role_holds_from_when_to_when_and_can_be_taken_back(database: Database) -> None:
    with database.write() as connection:
        organisation = parties.add_organisation(connection, name="甲", role="using_unit", now=NOW)
        person = parties.add_person(connection, organisation_id=organisation, name="一", now=NOW)

        def set_role(role: str, granted: bool, valid_from: datetime, now: datetime) -> None:
            parties.set_role(connection, person_id=person, role=role, granted=granted, valid_from=valid_from, now=now)

        set_role("approver", True, NOW, NOW)
        set_role("reader", True, NOW, NOW)
        set_role("approver", False, NOW + 2 * DAY, NOW + 3 * DAY)

        def roles(at: datetime, known_at: datetime | None = None) -> frozenset[str]:
            return parties.list_roles(connection, person, at=at, known_at=known_at)

        assert roles(NOW - DAY) == frozenset()
        assert roles(NOW + DAY) == {"approver", "reader"}
        assert roles(NOW + 2 * DAY) == {"reader"}
        assert roles(NOW + 2 * DAY, known_at=NOW + DAY) == {"approver", "reader"}


def test_a_flag_is_as_it_was_then_and_as_known_then(database: Database) -> None:
    with database.write() as connection:
        unit = parties.add_organisation(connection, name="甲", role="using_unit", now=NOW)
        system = parties.add_system(connection, organisation_id=unit, name="办事大厅", now=NOW)

        def set_flag(value: str | None, valid_from: datetime, now: datetime) -> None:
            parties.set_flag(
                connection, system_id=system, name="important", value=value, valid_from=valid_from, now=now
            )

        set_flag("true", NOW, NOW)
        set_flag("false", NOW + 10 * DAY, NOW + 10 * DAY)
        set_flag("false", NOW, NOW + 20 * DAY)  # it was wrong from the start, found later
        set_flag(None, NOW + 30 * DAY, NOW + 30 * DAY)

        def flags(at: datetime, known_at: datetime | None = None) -> dict[str, str]:
            (one,) = parties.list_systems(connection, unit, at=at, known_at=known_at)
            return one.flags

        assert flags(NOW - DAY) == {}
        assert flags(NOW + DAY, known_at=NOW + DAY) == {"important": "true"}
        assert flags(NOW + DAY) == {"important": "false"}
        assert flags(NOW + 31 * DAY) == {}


def test_a_tenant_is_of_a_using_unit_at_a_provider(database: Database) -> None:
    with database.write() as connection:
        unit = parties.add_organisation(connection, name="甲", role="using_unit", now=NOW)
        other = parties.add_organisation(connection, name="乙", role="provider", now=NOW)
        made = parties.add_tenant(connection, organisation_id=unit, provider_id=other, name="租户", now=NOW)
        assert parties.require_tenant(connection, made).provider_id == other
        for organisation_id, provider_id, code in ((other, unit, "party.role"), (unit, other, "party.exists")):
            with pytest.raises(Problem) as caught:
                parties.add_tenant(
                    connection, organisation_id=organisation_id, provider_id=provider_id, name="租户", now=NOW
                )
            assert caught.value.code == code
